"""Put a student's answers into the released notebook, also where their cells lost their names.

Jupyter and VS Code keep the metadata of a cell, by which nbgrader knows it. Other tools drop it,
and so does a student who copies answers into a new notebook. Then the functions that a cell defines
say which task it answers, and the heading above it which question.
"""

import re

from course_lib.desk.notebook import grade_id, grading, is_solution

ELSEWHERE = "# The answer stands in another cell."


def rebuild(release: dict, submitted: dict) -> list[dict]:
    """Build the cells that are graded from the released notebook and a student's code alone.

    Every released cell comes back as it was, in its place; only the text of the solution cells is
    the student's, with the pictures in it. Cells that a student added are kept, as plain code,
    behind the released cell that they follow; words that follow an answer in words are a part of
    it. So a deleted, copied, renamed or edited test, a tag that keeps a cell from running, or a
    changed cell type alters nothing. Where the cell of a task is gone and another one defines its
    functions, the stub does not come back.

    Parameters
    ----------
    release, submitted : dict
        Notebooks; neither is changed.

    Returns
    -------
    list of dict
        The cells. One that a student added has no `grade_id`.
    """
    words = {name for cell in release["cells"] if (name := grade_id(cell))
             and cell["cell_type"] == "markdown" and is_solution(cell)}
    answers, pictures, added, place, number = {}, {}, {}, None, 0
    last = None  # the question whose answer the cell before belongs to
    for cell, name in zip(submitted["cells"], recognize(release, submitted), strict=True):
        if name is not None and name not in answers:
            answers[name], place = cell["source"], name
            last = name if name in words else None
            pictures[name] = dict(cell.get("attachments", {}))
        elif cell["cell_type"] == "code":
            # A second copy of a solution cell runs where it stands, as it did for the student.
            number += 1
            added.setdefault(place, []).append({
                "cell_type": "code", "id": f"added-{number}", "metadata": {},
                "execution_count": None, "outputs": [], "source": cell["source"]})
            last = None
        elif last and not _is_released_text(cell, release):
            answers[last] += f"\n\n{cell['source']}"
            pictures[last] = {**cell.get("attachments", {}), **pictures[last]}
        else:
            last = None

    elsewhere = functions_of(submitted["cells"])
    cells = added.get(None, [])
    for cell in release["cells"]:
        name, functions = grade_id(cell), functions_of([cell])
        if is_solution(cell) and name in answers:
            cell = {**cell, "source": answers[name]}
            if pictures[name]:
                cell["attachments"] = pictures[name]
        elif is_solution(cell) and functions and functions <= elsewhere:
            cell = {**cell, "source": ELSEWHERE}
        cells.append(cell)
        cells.extend(added.get(name, []) if name else [])
    return cells


def recognize(release: dict, submitted: dict) -> list[str | None]:
    """Say which of the released cells each submitted one is; None for one that a student added.

    A cell is known by its `grade_id`. For released cells that are missing then, what counts is the
    id of a cell, the same text in a place that fits, the functions that a cell defines, and for an
    answer in words that it follows the heading of its question.
    """
    wanted = {grade_id(cell): cell for cell in release["cells"] if grade_id(cell)}
    order = {name: i for i, name in enumerate(wanted)}
    cells = submitted["cells"]
    found = [name if (name := grade_id(cell)) in wanted else None for cell in cells]

    def free(name):
        kind = wanted[name]["cell_type"]
        return [i for i, cell in enumerate(cells) if found[i] is None and cell["cell_type"] == kind]

    def fits(i, name):
        before = [order[n] for n in found[:i] if n]
        after = [order[n] for n in found[i:] if n]
        return max(before, default=-1) < order[name] < min(after, default=len(order))

    for name, cell in wanted.items():
        if name in found:
            continue
        same_id = [i for i in free(name) if cells[i].get("id") == cell.get("id", "")]
        same_text = [i for i in free(name)
                     if cells[i]["source"].strip() == cell["source"].strip() and fits(i, name)]
        places = same_id or same_text
        if not places and (is_solution(cell) or grading(cell).get("grade")):
            places = (_below_heading(release, cell, cells, free(name))
                      if cell["cell_type"] == "markdown" else
                      _that_define(functions_of([cell]), cells, free(name)))
        if places:
            found[places[0]] = name
    return found


def remarks(release: dict, submitted: dict) -> list[str]:
    """Say in sentences which answers had to be searched for, and which were not found."""
    found = recognize(release, submitted)
    answers = [grade_id(cell) for cell in release["cells"] if is_solution(cell)]
    lost = [name for cell, name in zip(submitted["cells"], found, strict=True)
            if name in answers and grade_id(cell) != name]
    gone = [name for name in answers if name not in found]
    defined = functions_of(submitted["cells"])
    elsewhere = [grade_id(cell) for cell in release["cells"] if grade_id(cell) in gone
                 and (functions := functions_of([cell])) and functions <= defined]
    gone = [name for name in gone if name not in elsewhere]
    told = []
    if lost:
        told.append("These answers had lost the metadata that nbgrader knows them by, and were "
                    f"found by their functions, ids or headings: {', '.join(lost)}.")
    if elsewhere:
        told.append("These tasks have no cell of their own; another cell defines their functions: "
                    f"{', '.join(elsewhere)}.")
    if gone:
        told.append(f"No cell was found for: {', '.join(gone)}. If there is an answer, it stands "
                    "in the submitted file under another name.")
    return told


def functions_of(cells: list[dict]) -> set[str]:
    """The functions and classes that cells of code define, also cells with a mistake in them."""
    return {name for cell in cells if cell["cell_type"] == "code" for name in re.findall(
        r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *= *lambda\b", cell["source"], re.MULTILINE)
        for name in name if name}


def _that_define(functions: set[str], cells: list[dict], free: list[int]) -> list[int]:
    """The cells that define functions of a task, those with the most of them first."""
    count = {i: len(functions & functions_of([cells[i]])) for i in free}
    return sorted((i for i in free if count[i]), key=lambda i: -count[i])


def _below_heading(release, question, cells, free) -> list[int]:
    """The cells of text below the heading of a question which are not the notebook's own."""
    above = release["cells"][:release["cells"].index(question)]
    headings = re.findall(r"^#+ .*$", "\n".join(
        cell["source"] for cell in above if cell["cell_type"] == "markdown"), re.MULTILINE)
    places = [i for i, cell in enumerate(cells) if headings and cell["cell_type"] == "markdown"
              and headings[-1] in cell["source"].split("\n")]
    below = []
    for i in range(places[0] + 1, len(cells)) if len(places) == 1 else []:
        if i in free and not _is_released_text(cells[i], release):
            below.append(i)
        elif below or cells[i]["cell_type"] == "code":
            break
    return below


def _is_released_text(cell: dict, release: dict) -> bool:
    text = cell["source"].strip()
    return any(cell.get("id", "") == other.get("id") or text == other["source"].strip()
               for other in release["cells"] if not grade_id(other))
