"""The steps that `nbgrader_config.py` adds to nbgrader's own.

Only graders and instructors import this module; a student needs no nbgrader.
"""

import re
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from nbgrader.utils import is_solution
from traitlets import Dict, Unicode


class NameTheTask(ClearSolutions):
    """Put a stub that names chapter and task where a solution was.

    The name stands in the source notebook behind the marker, for example
    `### BEGIN SOLUTION: chapter 7, task 4 (adam)`.
    """

    code_stub = Dict(
        {"python": "# Your code here.\nraise NotImplementedError('Not written yet: (name).')"}
    )

    def preprocess_cell(self, cell, resources, cell_index):
        """Let nbgrader put in the stub, then write each name into its stub."""
        names = re.findall(r"BEGIN SOLUTION: (.+)", cell.source)
        regions = cell.source.count("BEGIN SOLUTION")
        if cell.cell_type == "code" and is_solution(cell) and not len(names) == regions > 0:
            raise RuntimeError(
                f"the solution cell {grade_id(cell)!r} has a solution without a name; "
                "write '### BEGIN SOLUTION: chapter .., task .. (..)'"
            )
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        for name in names:
            cell.source = cell.source.replace("(name)", name, 1)
        return cell, resources


class Rebuild(NbGraderPreprocessor):
    """Build what is graded from the released notebook and a student's code cells alone.

    Every cell that was released comes back as it was, in its place; only the text of the solution
    cells is the student's. Cells that a student added are kept, as plain code, behind the released
    cell that they follow. So a deleted, copied, renamed or edited test, a tag that keeps a cell
    from running, or a changed cell type alters nothing.
    """

    release_directory = Unicode(help="where the released notebooks lie").tag(config=True)

    def preprocess(self, nb, resources):
        """Return the rebuilt notebook."""
        where = resources["nbgrader"]
        path = Path(self.release_directory, where["assignment"], f"{where['notebook']}.ipynb")
        release = nbformat.read(path, as_version=4)
        solutions = {grade_id(cell) for cell in release.cells if is_solution(cell)}
        released = {grade_id(cell) for cell in release.cells} - {None}

        answers, added, place = {}, {}, None
        for cell in nb.cells:
            name = grade_id(cell)
            if name in released and name not in answers:
                answers[name], place = cell.source, name
            elif cell.cell_type == "code":
                # A second copy of a solution cell runs where it stands, as it did for the student.
                added.setdefault(place, []).append(nbformat.v4.new_code_cell(cell.source))

        cells = added.get(None, [])
        for cell in release.cells:
            name = grade_id(cell)
            if name in solutions:
                cell.source = answers.get(name, cell.source)
            cells.append(cell)
            cells.extend(added.get(name, []) if name else [])
        release.cells = cells
        return release, resources


def grade_id(cell) -> str | None:
    """Return the name that nbgrader knows a cell by, or None."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")
