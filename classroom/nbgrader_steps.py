"""The steps that `nbgrader_config.py` adds to nbgrader's own.

Only graders and instructors import this module; a student needs no nbgrader.
"""

import re
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets import Dict, Unicode
from traitlets.log import get_logger

from classroom.submissions import KEY
from course_lib.desk.assignments import misnamed
from course_lib.desk.borrowed import find_borrowed
from course_lib.desk.notebook import grade_id, is_solution, read_notebook
from course_lib.desk.rebuild import rebuild, remarks

LONGEST = 40_000  # characters of a student's code that are looked through; answers have 9,000
NOT_LOOKED = ("Nobody has looked whether these answers use the library's own versions: the code is "
              "too long or too intricate.")


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


def report_files(assignment: str, student: str, notebooks: list[str], *, release_directory) -> None:
    """Log what is wrong with the files of a submission: names that are not graded, no notebooks.

    nbgrader itself passes over a file of another name, and for one without any file of the right
    name it asks whether the assignment was generated. It calls this before each submission.
    """
    for path in map(Path, notebooks):
        assignment = path.parent.name
        for released in Path(release_directory, assignment).glob("*.ipynb"):
            if path.name != released.name:
                get_logger().error("%s: %s", path.parent.parent.name, misnamed(path, released))
        try:
            read_notebook(path)
        except (ValueError, OSError) as error:
            get_logger().error("%s: %s", path.parent.parent.name, error)


class Rebuild(NbGraderPreprocessor):
    """Build what is graded from the released notebook and a student's code: see `rebuild`."""

    release_directory = Unicode(help="where the released notebooks lie").tag(config=True)

    def preprocess(self, nb, resources):
        """Return the rebuilt notebook."""
        where = resources["nbgrader"]
        path = Path(self.release_directory, where["assignment"], f"{where['notebook']}.ipynb")
        release = nbformat.read(path, as_version=4)
        told = remarks(release, nb)
        release.cells = [nbformat.from_dict(cell) for cell in rebuild(release, nb)]
        for text in told:
            self.log.warning("%s: %s", where.get("student", ""), text)
        if told:
            note = "**Note.** " + " ".join(told)
            release.cells.insert(0, nbformat.v4.new_markdown_cell(note))
        if KEY in nb.metadata:  # why it could not be read
            release.metadata[KEY] = nb.metadata[KEY]
        return release, resources


class ReportBorrowed(NbGraderPreprocessor):
    """Say behind each answer which of the library's own versions it uses; points stay as they are.

    The note is a cell of text in the graded notebook, so it shows in the feedback and where the
    instructor grades by hand. It comes after `Rebuild`.
    """

    def preprocess(self, nb, resources):
        """Return the notebook with the notes."""
        try:
            code = [cell.source for cell in nb.cells if cell.cell_type == "code"
                    and (is_solution(cell) or not grade_id(cell))]
            # What is known of a name grows with every one before it: this has no limit of its own.
            uses = find_borrowed(nb.cells) if sum(map(len, code)) <= LONGEST else None
        except Exception:  # noqa: BLE001  code may be nested deeper than anybody can follow
            uses = None
        if uses is None:
            nb.metadata.setdefault(KEY, {})["borrowed"] = [NOT_LOOKED]
            self.log.warning("%s: %s", resources["nbgrader"].get("student", ""), NOT_LOOKED)
            return nb, resources
        nb.metadata.setdefault(KEY, {})["borrowed"] = [str(use) for use in uses]  # for the summary
        for use in uses:
            place = [grade_id(cell) for cell in nb.cells].index(use.task)
            note = nbformat.v4.new_markdown_cell(f"**Note.** {use} This alone takes no points; "
                                                 "your instructor sees it too.")
            nb.cells.insert(place + 1, note)
            self.log.warning("%s: %s", resources["nbgrader"].get("student", ""), use)
        return nb, resources
