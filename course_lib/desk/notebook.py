"""Read a notebook of an assignment, and put a student's answers into the released one.

A notebook is a dict, as JSON stores it. What nbgrader knows about a cell stands in its metadata: a
`grade_id` that names it, whether it holds a `solution`, and the `points` that it earns.
"""

import json
import re
from pathlib import Path


def read_notebook(path) -> dict:
    """Read a notebook as Jupyter and VS Code save it; the source of every cell is one string.

    Raises
    ------
    ValueError
        The file is no notebook of the present format.
    OSError
        The file cannot be opened.
    """
    try:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
            cell.setdefault("metadata", {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} is not a notebook that can be read ({type(error).__name__}: {error}); open it "
            "in JupyterLab or VS Code and save it again, or get a fresh copy with 'course start'"
        ) from error
    return notebook


def grading(cell) -> dict:
    """Return what nbgrader knows about a cell; empty for a cell it does not know."""
    return cell["metadata"].get("nbgrader") or {}


def grade_id(cell) -> str | None:
    """Return the name that nbgrader knows a cell by, or None."""
    return grading(cell).get("grade_id")


def is_solution(cell) -> bool:
    """Whether a cell is a student's to write."""
    return bool(grading(cell).get("solution"))


def rebuild(release: dict, submitted: dict) -> list[dict]:
    """Build the cells that are graded from the released notebook and a student's code alone.

    Every released cell comes back as it was, in its place; only the text of the solution cells is
    the student's. Where another program has lost what nbgrader wrote into a cell, a released cell
    is known by its text, and an answer by the functions and classes that it defines. Cells that a
    student added are kept, as plain code, behind the released cell that they follow. So a deleted, copied, renamed or edited test, a tag that keeps a cell from
    running, or a changed cell type alters nothing.

    Parameters
    ----------
    release, submitted : dict
        Notebooks; neither is changed.

    Returns
    -------
    list of dict
        The cells. One that a student added has no `grade_id`.
    """
    released = {grade_id(cell) for cell in release["cells"]} - {None}
    found = _lost_and_found(release, submitted)
    answers, added, place, number = {}, {}, None, 0
    for i, cell in enumerate(submitted["cells"]):
        name = found.get(i, grade_id(cell))
        if name in released and (name not in answers or i in found):
            # Where no name is left, an answer may stand in several cells.
            answers[name] = "\n\n".join([*([answers[name]] if name in answers else []),
                                         cell["source"]])
            place = name
        elif cell["cell_type"] == "code":
            # A second copy of a solution cell runs where it stands, as it did for the student.
            number += 1
            added.setdefault(place, []).append({
                "cell_type": "code", "id": f"added-{number}", "metadata": {},
                "execution_count": None, "outputs": [], "source": cell["source"]})

    cells = added.get(None, [])
    for cell in release["cells"]:
        name = grade_id(cell)
        answered = is_solution(cell) and name in answers
        cells.append({**cell, "source": answers[name]} if answered else cell)
        cells.extend(added.get(name, []) if name else [])
    return cells


def _lost_and_found(release, submitted):
    """Which of the submitted cells that nbgrader no longer knows are which: place -> grade_id."""
    known = {grade_id(cell) for cell in submitted["cells"]}
    lost = [cell for cell in release["cells"]
            if cell["cell_type"] == "code" and grade_id(cell) and grade_id(cell) not in known]
    texts = {cell["source"].strip(): grade_id(cell) for cell in lost if not is_solution(cell)}
    names = {name: grade_id(cell) for cell in lost if is_solution(cell)
             for name in _defined(cell["source"])}
    found = {}
    for i, cell in enumerate(submitted["cells"]):
        if cell["cell_type"] == "code" and grade_id(cell) is None:
            text = cell["source"].strip()
            tasks = {names[name] for name in _defined(text) if name in names}
            if text in texts:
                found[i] = texts[text]
            elif len(tasks) == 1:
                found[i] = tasks.pop()
    return found


def _defined(source: str) -> set[str]:
    """The functions and classes that a cell defines, also where a line of it cannot be parsed."""
    return set(re.findall(r"^(?:async def|def|class)\s+(\w+)", source, re.MULTILINE))
