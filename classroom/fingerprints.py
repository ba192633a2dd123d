"""What is judged of a submission, and a fingerprint of all that its marks depend on."""

import hashlib
import json
import platform
from dataclasses import asdict
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
from nbgrader.utils import is_locked

from classroom.cells import Cell
from classroom.dependencies import code_of, mentioned
from classroom.execute import cell_of
from classroom.judge import Settings
from classroom.submissions import KEY, read_any
from course_lib.desk.notebook import grade_id, is_solution
from course_lib.desk.rebuild import rebuild

JUDGES = ("classroom.server", "classroom.execute", "classroom.student", "classroom.nursery",
          "classroom.fingerprints")


class Assignment:
    """An assignment's two notebooks, as grading needs them.

    Parameters
    ----------
    name : str
    release, source : Path

    Attributes
    ----------
    reference : dict from str to str
        The solution cells by name.
    """

    def __init__(self, name: str, release: Path, source: Path):
        self.name, self.file = name, release.name
        self.release = nbformat.read(release, as_version=4)
        cells = nbformat.read(source, as_version=4).cells
        self.locked = {grade_id(cell): cell.source for cell in cells if is_locked(cell)}
        self.stubs, self.reference = (
            {grade_id(cell): cell.source for cell in part
             if cell.cell_type == "code" and is_solution(cell)}
            for part in (self.release.cells, cells))
        self.points = {grade_id(cell): float(cell.metadata.nbgrader.points) for cell in cells
                       if grade_id(cell) and cell.metadata.nbgrader.get("grade")
                       and cell.metadata.nbgrader.points > 0}
        self.written = {grade_id(cell) for cell in cells if cell.cell_type == "markdown"}
        self.digest = [digest_of(release), digest_of(source)]
        self.mentioned = mentioned(release.read_text()) | mentioned(source.read_text())

    def cells(self, data: bytes) -> tuple[list[Cell], str]:
        """Build what is judged from the bytes of a submission, as nbgrader's steps do.

        Returns
        -------
        cells : list of Cell
        problem : str
            Why there is nothing to judge; "" for nothing.
        """
        notebook = read_any(text_of(data))
        problem = notebook.metadata.get(KEY, {}).get("problem", "")
        if problem:
            return [], problem
        rebuilt = [nbformat.from_dict(cell) for cell in rebuild(self.release, notebook)]
        for cell in rebuilt:
            cell.source = self.locked.get(grade_id(cell), cell.source)
        return [cell_of(cell, self.stubs) for cell in rebuilt if cell.cell_type == "code"], ""

    def fingerprint(self, folder: Path, settings: Settings) -> str:
        """Return a digest of a submission and of everything else that its marks depend on.

        It has the submission, both notebooks of the assignment, the settings, and the code that
        reaches a verdict: what judges, and what the three notebooks use of the library. It does not
        have which sandbox there was, nor what only collects, shows or sums up.
        """
        submission = folder / self.file
        parts = [digest_of(submission), digest_of(folder / "timestamp.txt"), self.digest,
                 {**asdict(settings), "level": ""}, self._code(submission),
                 platform.python_version_tuple()[:2], np.__version__]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _code(self, submission):
        """Digests of all code of ours that the marks depend on."""
        try:
            theirs = mentioned(submission.read_text(errors="replace"))
        except OSError:
            theirs = set()
        return _digests(frozenset({*JUDGES, *self.mentioned, *theirs}))


def text_of(data: bytes) -> str:
    """Return what stands in a submission."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "no text"


def digest_of(path: Path) -> str:
    """Return a digest of a file; "" where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


@cache
def _digests(modules):
    return code_of(modules)
