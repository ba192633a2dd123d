"""An instructor's course folder: its nbgrader, its gradebook and where everything lies in it."""

import functools
import json
import logging
import tempfile
import warnings
from functools import cached_property
from pathlib import Path

import nbformat
import nbgrader.api
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import is_locked, temp_attrs

from classroom.execute import SIDECAR
from course_lib.command import command
from course_lib.desk.assignments import course_folder

CONFIGURATION = "nbgrader_config.py"
# nbgrader opens its gradebook ten times for each submission; with one engine, SQLAlchemy need not
# put the same queries into SQL again each time. Connections are closed as before.
nbgrader.api.create_engine = functools.cache(nbgrader.api.create_engine)


def instructors_folder() -> Path:
    """Return the folder of the course, where `nbgrader` would be called: here, or above.

    Raises
    ------
    ValueError
        It is not here; the message says where to go.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / CONFIGURATION).is_file() and (folder / "solutions").is_dir():
            return folder
    where = "the folder of the course, which has nbgrader_config.py and solutions/ in it"
    try:
        found = course_folder()
        if (found / CONFIGURATION).is_file():
            where = str(found)
    except ValueError:
        pass
    raise ValueError(f"{here} is not the folder of a course, nor is one above it; first go to "
                     f"{where}")


class Course:
    """A course as nbgrader is configured for it.

    Parameters
    ----------
    root : Path
        The folder with `nbgrader_config.py`.
    """

    def __init__(self, root: Path):
        # SQLAlchemy warns of nbgrader's way to add rows; nothing is wrong with them.
        warnings.filterwarnings("ignore", module="nbgrader")
        warnings.filterwarnings("ignore", "Cell is missing an id", module="nbformat")
        self.app = NbGrader()
        self.app.initialize([], root=str(root))
        self.root = root

    @cached_property
    def api(self) -> NbGraderAPI:
        """Run nbgrader's commands."""
        config = self.app.config.copy()
        api = NbGraderAPI(config=config)
        api.log.handlers.clear()  # what matters is said by whoever calls; all of it is in the log
        api.log.propagate = False
        handler = logging.FileHandler(self.folder("") / "nbgrader.log", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        api.log.addHandler(handler)
        return api

    def folder(self, name: str) -> Path:
        """Return a folder in `grading/`; it is made."""
        path = self.root / "grading" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def gradebook(self) -> Gradebook:
        """Open the gradebook."""
        return Gradebook(self.app.coursedir.db_url, self.app.coursedir.course_id)

    def _path(self, step: str, student: str, assignment: str) -> Path:
        return Path(self.app.coursedir.format_path(step, student, assignment))

    def submitted(self, student: str, assignment: str) -> Path:
        """Return the folder with what a student handed in."""
        return self._path(self.app.coursedir.submitted_directory, student, assignment)

    def autograded(self, student: str, assignment: str) -> Path:
        """Return the folder with what was graded."""
        return self._path(self.app.coursedir.autograded_directory, student, assignment)

    def source(self, assignment: str) -> Path:
        """Return the instructor's notebook."""
        return self._notebook("solutions", assignment)

    def release(self, assignment: str) -> Path:
        """Return the released notebook."""
        return self._notebook("exercises", assignment)

    def _notebook(self, folder, assignment):
        found = sorted((self.root / folder / assignment).glob("*.ipynb"))
        if len(found) != 1:
            raise ValueError(f"{self.root / folder / assignment} should hold one notebook, but "
                             f"holds {len(found)}; '{command()[:-6]}nbgrader generate_assignment "
                             f"{assignment}' makes what is released from solutions/")
        return found[0]

    def students(self, assignment: str) -> list[str]:
        """Return who handed something in."""
        parts = self.submitted("*", assignment).parts
        place = parts.index("*")
        top, below = Path(*parts[:place]), Path(*parts[place + 1:])
        return sorted(path.name for path in (top.iterdir() if top.is_dir() else ())
                      if not path.name.startswith(".") and (path / below).is_dir())

    def record(self, student: str, assignment: str) -> dict | None:
        """Return the record of how a submission was judged; None where it was not, or is no record."""
        path = self.autograded(student, assignment) / SIDECAR.format(
            self.release(assignment).stem)
        try:
            record = json.loads(path.read_text())
        except (OSError, ValueError):
            return None
        whole = isinstance(record, dict) and {"problem", "verdicts", "flags", "followed"} <= record.keys()
        return record if whole else None

    def ready(self, assignment: str) -> bool:
        """Put an assignment into the gradebook unless it is there as `solutions/` has it now.

        What was released stays as it is.

        Returns
        -------
        bool
            Whether it was put there.

        Raises
        ------
        ValueError
            It cannot be.
        """
        release, source = self.release(assignment), self.source(assignment)
        if self._is_ready(assignment, source):
            return False
        with tempfile.TemporaryDirectory() as scratch, temp_attrs(
                self.api.coursedir, assignment_id=assignment, release_directory=scratch):
            step = GenerateAssignment(coursedir=self.api.coursedir, parent=self.api)
            try:
                step.start()
            except (NbGraderException, RuntimeError) as error:
                raise ValueError(
                    f"{assignment} cannot be put into the gradebook ({error}); "
                    f"{self.folder('') / 'nbgrader.log'} says more") from error
            made = Path(step._format_dest(assignment, ".")) / release.name
            same = _text(made) == _text(release)
        if not same:
            raise ValueError(
                f"{release} is not what {source} gives; run 'nbgrader generate_assignment "
                f"{assignment}', and think of the students who have the old one")
        return True

    def _is_ready(self, assignment, source):
        wanted = {cell.metadata.nbgrader.grade_id: cell.source
                  for cell in nbformat.read(source, as_version=4).cells if is_locked(cell)}
        with self.gradebook() as book:
            try:
                notebook = book.find_notebook(source.stem, assignment)
            except MissingEntry:
                return False
            return wanted == {cell.name: cell.source for cell in notebook.source_cells
                              if cell.locked}

    def autograde(self, student: str, assignment: str) -> None:
        """Grade one submission as `nbgrader autograde --force` does.

        Raises
        ------
        NbGraderException
        """
        with temp_attrs(self.api.coursedir, assignment_id=assignment, student_id=student):
            step = Autograde(coursedir=self.api.coursedir, parent=self.api)
            step.force = True
            step.start()


def _text(path):
    return [(cell.cell_type, cell.source) for cell in nbformat.read(path, as_version=4).cells]


