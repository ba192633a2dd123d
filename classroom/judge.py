"""Judge a whole notebook: every task by itself, then those again that an earlier one spoiled.

A task that fails while an earlier one has failed too is judged a second time, with the reference
in place of the earlier answers that are wrong. If it is right then, it keeps its points: a mistake
costs the points of its own task and no others, as on paper.
"""

import time
from dataclasses import asdict, dataclass, field

from classroom.causes import name_stopped_cells
from classroom.cells import Cell, Outcome
from classroom.reads import uses
from classroom.run import NotebookRun
from classroom.sandbox import Limits


@dataclass(frozen=True)
class Settings:
    """How a notebook is judged.

    Attributes
    ----------
    level : str
        Of the sandbox; see `classroom.sandbox.find_level`.
    follow_through : bool
        Whether a task is judged again where an earlier one is wrong.
    pictures : bool
        Whether cells without points that follow the last test are run.
    limits : Limits
    seed : int, optional
        Mixed into the seeds of the tests with points, so that their numbers are not the same for
        all; None leaves them as they are.
    """

    level: str
    follow_through: bool = True
    pictures: bool = True
    limits: Limits = field(default_factory=Limits)
    seed: int | None = None


@dataclass
class Judgment:
    """What became of a notebook.

    Attributes
    ----------
    outcomes : dict from str to Outcome
        By the names of the cells.
    followed : dict from str to list of str
        Tests that were passed the second time, each with the tasks that were replaced for it.
    level : str
    seconds, processor : float
        What it took by the clock, and in processor time of the student's code.
    """

    outcomes: dict
    followed: dict
    level: str
    seconds: float = 0.0
    processor: float = 0.0

    def as_dict(self) -> dict:
        """As plain data, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict) -> "Judgment":
        """Read what `as_dict` wrote."""
        outcomes = {name: Outcome(**{**told, "error": tuple(told["error"])})
                    for name, told in data["outcomes"].items()}
        return cls(**{**data, "outcomes": outcomes})


def judge(cells: list[Cell], reference: dict[str, str], settings: Settings,
          nursery=None) -> Judgment:
    """Run and judge the code cells of one notebook.

    Parameters
    ----------
    cells : list of Cell
        In their order.
    reference : dict from str to str
        The instructor's solution cells by name.
    settings : Settings
    nursery : Nursery, optional
        Where students' processes come from; else each starts a sandbox of its own.

    Returns
    -------
    Judgment
        It has an outcome for every cell; a test that was not reached has not passed.
    """
    start = time.monotonic()
    deadline = start + settings.limits.wall
    outcomes, shown = _run_shown(cells, settings, deadline, nursery)
    run = _new_run(settings, deadline, nursery, after=shown)
    last = max((i for i, cell in enumerate(cells) if _is_hidden(cell)), default=-1)
    try:
        for cell in cells[:last + 1]:
            if _is_hidden(cell):
                outcomes[cell.name] = run.test(cell, shown=False)
            else:
                _prepare(run, cell)
    finally:
        run.close()
    name_stopped_cells(cells, outcomes)
    judgment = Judgment(outcomes, {}, settings.level, processor=run.student.spent)
    if settings.follow_through:
        _follow_through(cells, reference, settings, judgment, run, deadline, nursery)
    judgment.seconds = round(time.monotonic() - start, 3)
    judgment.processor = round(judgment.processor, 3)
    return judgment


def _run_shown(cells, settings, deadline, nursery):
    """Run all cells but the hidden tests.

    What is shown of the student's cells comes from here alone. Hidden tests come after it, to
    another process: nothing that a student's function keeps of them can be in what is shown.
    """
    run, outcomes = _new_run(settings, deadline, nursery), {}
    last = max((i for i, cell in enumerate(cells) if cell.kind == "test"), default=-1)
    try:
        for i, cell in enumerate(cells):
            if i > last and cell.kind == "given" and not settings.pictures:
                outcomes[cell.name] = Outcome()
            elif cell.kind == "test" and not _is_hidden(cell):
                outcomes[cell.name] = run.test(cell, shown=True)
            elif cell.kind != "test":
                outcomes[cell.name] = (run.students if cell.kind == "student" else run.given)(cell)
    finally:
        run.close()
    return outcomes, run


def _new_run(settings, deadline, nursery, after=None):
    run = NotebookRun(settings.level, settings.limits, deadline, nursery, settings.seed)
    if after is not None:
        run.student.spent = after.student.spent
        run.student.over = after.student.over
        run.left_out = after.left_out | after.student.left_out
        run.looped = set(after.looped)
    return run


def _is_hidden(cell):
    return cell.kind == "test" and cell.points > 0


def _prepare(run, cell):
    """Run a cell again, so that a later test finds what it defines."""
    if cell.kind == "test":
        run.share_imports(cell)
    else:
        (run.students if cell.kind == "student" else run.given)(cell)


def tasks_of(cells: list[Cell]) -> dict[str, list[str]]:
    """Map each test that earns points to the solution cells that it is about.

    These are the ones between it and the test with points before it.
    """
    found, current, closed = {}, [], False
    for cell in cells:
        if cell.kind == "student" and cell.stub:
            current = [cell.name] if closed else [*current, cell.name]
            closed = False
        elif cell.kind == "test" and cell.points > 0:
            found[cell.name], closed = list(current), True
    return found


def _follow_through(cells, reference, settings, judgment, before, deadline, nursery):
    """Judge again what may have failed because of an earlier task."""
    tasks = tasks_of(cells)
    failed = [test for test in tasks if not judgment.outcomes[test].passed]
    again = {test for test in failed[1:] if _may_be_right(test, failed, cells, tasks)}
    if not again or not all(task in reference for test in failed for task in tasks[test]):
        return
    # The reference goes into the same process as the student's later cells. They could read it, but
    # nothing leaves this process except the verdict on each of these tests: what it prints or draws
    # is thrown away, and a reference of one task is of no use for another. A task that is judged
    # again is always the student's own code.
    run = _new_run(settings, deadline, nursery, after=before)
    test_of = {task: test for test in failed for task in tasks[test]}
    replaced, final = [], max(again, key=failed.index)
    try:
        for cell in cells:
            test = test_of.get(cell.name)
            if cell.kind == "student" and test is not None and test not in again:
                run.replace(_with(cell, reference[cell.name]))
                replaced.append(cell.name)
            elif not _is_hidden(cell):
                _prepare(run, cell)
            elif cell.name in again:
                outcome = run.test(cell, shown=False)
                if outcome.passed:
                    used = _used_by(cell.name, tasks, cells, replaced)
                    judgment.followed[cell.name] = [name for name in replaced if name in used]
                else:
                    for task in tasks[cell.name]:
                        run.replace(Cell(task, reference[task], "student"))
                        replaced.append(task)
            if cell.name == final:
                break
    finally:
        run.close()
        judgment.processor = run.student.spent
    for test, names in judgment.followed.items():
        outcome = judgment.outcomes[test]
        outcome.passed, outcome.error = True, ()
        outcome.text = f"Right, once {_in_words(names)} right: this answer keeps its points.\n"


def _with(cell, source):
    return Cell(cell.name, source, cell.kind, cell.points, cell.stub)


def _in_words(names):
    words = [name.replace("-", " ") for name in names]
    return words[0] + " is" if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]} are"


def _may_be_right(test, failed, cells, tasks):
    """Whether a failed answer could be right but for an earlier one: it was written, and uses one.

    It may use one by way of another task's answer, or of a cell that the student added.
    """
    earlier = {task for other in failed[:failed.index(test)] for task in tasks[other]}
    own = [cell for cell in cells if cell.name in tasks[test]]
    written = any(cell.source.strip() != cell.stub.strip() for cell in own)
    return written and bool(_used_by(test, tasks, cells, earlier) & earlier)


def _used_by(test, tasks, cells, ends):
    """The student's cells that an answer and its test use."""
    return uses([cell for cell in cells if cell.name in (test, *tasks[test])], cells, ends)
