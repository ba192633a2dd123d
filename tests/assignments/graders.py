"""Fill an assignment's notebook and grade it: with nbgrader, or in this process.

`Course` is a directory of its own in which nbgrader runs with our configuration. `grade_here` runs
the cells of a notebook in this process, in a tenth of the time.
"""

import atexit
import contextlib
import functools
import io
import linecache
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat

from classroom.execute import cell_of
from classroom.judge import Settings, judge
from classroom.nursery import Nursery
from classroom.sandbox import Limits, find_level

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = sorted(path.name for path in (ROOT / "solutions").glob("ps*"))


def notebook_path(folder: Path, assignment: str) -> Path:
    """Return the one notebook of an assignment under `folder`."""
    (path,) = (folder / assignment).glob("*.ipynb")
    return path


def source_notebook(assignment: str):
    """Read the instructor's notebook."""
    return nbformat.read(notebook_path(ROOT / "solutions", assignment), as_version=4)


def grading(cell) -> dict:
    """Return what nbgrader knows about a cell; empty for a cell it does not know."""
    return cell.metadata.get("nbgrader", {})


def is_hidden_test(cell) -> bool:
    """Whether a cell of code earns points; visible tests are graded too, for nothing."""
    return (cell.cell_type == "code" and bool(grading(cell).get("grade"))
            and grading(cell)["points"] > 0)


def is_written_question(cell) -> bool:
    """Whether a cell is an answer in words, which a person grades."""
    return cell.cell_type == "markdown" and bool(grading(cell).get("grade"))


def maximum_points(notebook) -> dict[str, float]:
    """Map every hidden test cell to its points."""
    return {grading(cell)["grade_id"]: float(grading(cell)["points"])
            for cell in notebook.cells if is_hidden_test(cell)}


def fill(released, answers: dict[str, str]):
    """Return a copy of a notebook with these sources in its solution cells."""
    notebook = nbformat.from_dict(released)
    for cell in notebook.cells:
        if grading(cell).get("solution"):
            cell.source = answers.get(grading(cell)["grade_id"], cell.source)
    return notebook


def make_course(path: Path, picture: bool = True) -> None:
    """Make a course directory with our configuration, and generate all assignments in it.

    Without the pictures, which earn no points, grading takes half the time.
    """
    shutil.copy(ROOT / "nbgrader_config.py", path)
    for assignment in ASSIGNMENTS:
        source = source_notebook(assignment)
        if not picture:
            source.cells = [cell for cell in source.cells if cell.id != "picture"]
        target = notebook_path(ROOT / "solutions", assignment).relative_to(ROOT)
        (path / target).parent.mkdir(parents=True)
        nbformat.write(source, path / target)
    nbgrader(path, "generate_assignment", "ps*")


def nbgrader(path: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
    """Run an nbgrader command in a course directory; its output is shown when it fails."""
    # Nothing of the user's own settings: neither those of Jupyter nor IPython's startup files.
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(path / "no-configuration"),
                   "IPYTHONDIR": str(path / "ipython"), "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("MPLBACKEND", None)  # ours for tests; a notebook shows its pictures
    done = subprocess.run([sys.executable, "-m", "nbgrader", *arguments], check=False,
                          cwd=path, env=environment, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


class Course:
    """One assignment in a course directory of its own, graded by nbgrader with our configuration.

    Attributes
    ----------
    path : Path
        The directory, made by `make_course`; several assignments may share it.
    released : NotebookNode
        The notebook that nbgrader made for students.
    """

    def __init__(self, path: Path, assignment: str):
        self.path, self.assignment = path, assignment
        self.released = nbformat.read(notebook_path(path / "exercises", assignment), as_version=4)

    def nbgrader(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run an nbgrader command; its output is shown when it fails."""
        return nbgrader(self.path, *arguments, check=check)

    def submit(self, student: str, notebook) -> Path:
        """Write a student's notebook where nbgrader looks for it."""
        folder = self.path / "grading" / "submitted" / student / self.assignment
        folder.mkdir(parents=True)
        path = folder / notebook_path(self.path / "exercises", self.assignment).name
        nbformat.write(notebook, path)
        return path

    def points(self, student: str) -> dict[str, float]:
        """Read a student's points for every hidden test cell from the gradebook."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from nbgrader.api import Gradebook

            database = self.path / "grading" / "gradebook.db"
            with Gradebook(f"sqlite:///{database}") as gradebook:
                submission = gradebook.find_submission(self.assignment, student)
                return {grade.name: grade.score for notebook in submission.notebooks
                        for grade in notebook.grades
                        if grade.max_score > 0 and grade.cell.cell_type == "code"}

    def graded(self, student: str):
        """Read a graded notebook."""
        folder = self.path / "grading" / "autograded" / student
        return nbformat.read(notebook_path(folder, self.assignment), as_version=4)

    def messages(self, student: str) -> dict[str, str]:
        """Read what the cells of a graded notebook said when they failed."""
        return {grading(cell)["grade_id"]: "\n".join(output.traceback)
                for cell in self.graded(student).cells if cell.cell_type == "code" and grading(cell)
                for output in cell.outputs if output.output_type == "error"}


def grade_here(notebook) -> tuple[dict[str, float], dict[str, str]]:
    """Run a notebook's cells in this process; return points and messages as `Course` does.

    As with nbgrader, a test cell that raises or writes to stderr gets nothing. The picture is
    left out.
    """
    points, messages, namespace = {}, {}, {"__name__": "__main__"}
    for cell in notebook.cells:
        name = grading(cell).get("grade_id")
        if cell.cell_type != "code" or name == "picture":
            continue
        file = f"<cell {name}>"
        linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(True), file)
        errors = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
            try:
                exec(compile(cell.source, file, "exec"), namespace)  # noqa: S102
            except Exception as error:  # noqa: BLE001  whatever an answer raises
                messages[name] = str(error)
        if is_hidden_test(cell):
            failed = name in messages or errors.getvalue()
            points[name] = 0.0 if failed else float(grading(cell)["points"])
    return points, messages


@functools.cache
def nursery():
    """One for all tests, as an instructor's judge has one for all notebooks; None where none works."""
    try:
        ready = Nursery(Limits()) if find_level() == "bubblewrap" else None
    except OSError:
        return None
    if ready is not None:
        atexit.register(ready.close)
    return ready


def judge_here(assignment: str, answers: dict[str, str], follow_through: bool = True,
               seed: int | None = None):
    """Judge a notebook with these answers in a sandbox; return points and messages, and the judgment.

    The picture is left out.
    """
    source = source_notebook(assignment)
    release = nbformat.read(notebook_path(ROOT / "exercises", assignment), as_version=4)
    stubs, reference = ({grading(cell)["grade_id"]: cell.source for cell in notebook.cells
                         if grading(cell).get("solution") and cell.cell_type == "code"}
                        for notebook in (release, source))
    cells = [cell_of(cell, stubs) for cell in fill(source, answers).cells
             if cell.cell_type == "code"]
    settings = Settings(find_level(), follow_through, pictures=False, seed=seed)
    judgment = judge(cells, reference, settings, nursery())
    outcomes = judgment.outcomes
    points = {cell.name: cell.points if outcomes[cell.name].passed else 0.0
              for cell in cells if cell.kind == "test" and cell.points > 0}
    messages = {name: outcome.error[1] for name, outcome in outcomes.items() if outcome.error}
    return points, messages, judgment
