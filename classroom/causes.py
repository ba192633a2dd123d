"""Name the cause of a failed test that only says that a name is missing."""

import re

from classroom.cells import Cell, Outcome

MISSING = re.compile(r"(?:: |name ')([^\W\d]\w*)'? is not defined")
ADVICE = "Run the cell that defines it first, and keep the name."  # it was run


def name_stopped_cells(cells: list[Cell], outcomes: dict[str, Outcome]) -> None:
    """Where a test misses a name whose cell has stopped, let it say with what.

    Parameters
    ----------
    cells : list of Cell
    outcomes : dict from str to Outcome
        Those of the tests change; what is told of a student's cell comes from the run that is shown.
    """
    stopped = []
    for cell in cells:
        outcome = outcomes.get(cell.name)
        if outcome is None or not outcome.error:
            continue
        if cell.kind == "student":
            stopped.append(cell)
        elif cell.kind == "test" and (missing := MISSING.search(outcome.error[1])):
            for broken in reversed(stopped):
                if re.search(rf"\b{missing[1]}\b", broken.source):
                    name, text = outcome.error
                    lines = [line for line in text.split("\n") if line != ADVICE]
                    outcome.error = (name, "\n".join([*lines, _cause(broken, outcomes)]))
                    break


def _cause(cell, outcomes):
    whose = f"The cell of {cell.name.replace('-', ' ')}" if cell.stub else "A cell of your own"
    name, text = outcomes[cell.name].error
    return f"Likely cause: {whose} stopped with {name}: {text}"
