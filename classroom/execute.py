"""The step of nbgrader that runs a submission and judges it: see `classroom.judge`.

nbgrader gives full marks to a test cell without an error in its output. Here every such cell gets
an error unless the verdict on it was "passed".
"""

import atexit
import json
import os
from pathlib import Path

from nbformat.v4 import new_output
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Enum, Float, Integer, List, Unicode

from classroom.cells import Cell
from classroom.image import is_picture
from classroom.judge import Settings
from classroom.sandbox import LEVELS, Limits, NoSandbox, find_level
from classroom.server import Judge, NotJudged
from classroom.submissions import KEY, SubmissionExporter
from course_lib.desk.notebook import grade_id, grading, is_solution, read_notebook

SIDECAR = "{}.verdicts.json"  # with the name of the notebook
_told = set()  # levels that were printed
_own = Judge()
atexit.register(_own.close)


class JudgeNotebook(NbGraderPreprocessor):
    """Run the student's cells in a sandbox, and the tests outside of it."""

    judges = _own  # what judges: one process, which is started once and ends with this one
    source_directory = Unicode(help="where the instructor's notebooks lie").tag(config=True)
    release_directory = Unicode(help="where the released notebooks lie").tag(config=True)
    follow_through = Bool(True, help="judge a task again with the reference in place of earlier "
                          "ones that are wrong").tag(config=True)
    pictures = Bool(True, help="run the cells without points behind the last test").tag(config=True)
    unsafe = Bool(False, help="run students' code even without a sandbox").tag(config=True)
    levels = List(Enum(LEVELS[:2]), list(LEVELS[:2]), help="the sandboxes to try, the best first").tag(
        config=True)
    timeout = Float(60, help="seconds of processor time for one cell").tag(config=True)
    submission_timeout = Float(300, help="seconds of processor time for a "
                                         "notebook").tag(config=True)
    idle_timeout = Float(20, help="seconds that a cell may wait for nothing").tag(config=True)
    wall_timeout = Float(1800, help="seconds until a notebook is ended whatever it does").tag(
        config=True)
    seed = Integer(None, allow_none=True, help="mixed into the seeds of the tests with points; "
                   "None leaves them as they are, and the same answer gets the same verdict in "
                   "every run").tag(config=True)
    memory = Integer(2 << 30, help="bytes that a student's process may use").tag(config=True)

    def preprocess(self, nb, resources):
        """Return the notebook with outputs and verdicts."""
        where = resources["nbgrader"]
        name = (where["assignment"], f"{where['notebook']}.ipynb")
        stubs = self._solutions(self.release_directory, name)
        reference = self._solutions(self.source_directory, name)
        settings = self.settings()
        cells, places = [], {}
        for cell in nb.cells:
            if cell.cell_type == "code":
                cells.append(cell_of(cell, stubs))
                places[cells[-1].name] = cell
        found = nb.metadata.get(KEY, {})  # by the steps before
        problem = found.get("problem", "")
        try:
            if problem:
                raise NotJudged(problem)
            judgment = self.judges.judge(cells, reference, settings).as_dict()
        except NotJudged as error:
            judgment = {"outcomes": {}, "followed": {}}
            problem = problem or f"This could not be graded: {error}. A person must look at it."
            self.log.error("%s: %s", where.get("student", ""), problem)
        record = {"level": judgment.get("level", settings.level), "problem": problem,
                  "follow_through": settings.follow_through, "followed": judgment["followed"],
                  "seed": settings.seed, "seconds": judgment.get("seconds"),
                  "processor": judgment.get("processor"),
                  "borrowed": found.get("borrowed", []), "verdicts": {}, "flags": {}}
        for cell in cells:
            outcome = judgment["outcomes"].get(cell.name)
            _show(places[cell.name], cell, outcome, problem, judgment, record)
        nb.metadata[KEY] = record
        self._write(record, where, resources)
        return nb, resources

    def settings(self) -> Settings:
        """Find the sandbox, print once which it is, and return how to judge."""
        level = find_level(self.unsafe, tuple(self.levels))
        if level not in _told:
            _told.add(level)
            self.log.warning("Students' code runs in the sandbox %r.", level)
        limits = Limits(cell=self.timeout, submission=self.submission_timeout,
                        idle=self.idle_timeout, wall=self.wall_timeout, memory=self.memory)
        return Settings(level, self.follow_through, self.pictures, limits, self.seed)

    def _solutions(self, directory, name):
        """The solution cells of a notebook by name; empty where there is none."""
        path = Path(directory, *name)
        if not path.is_file():
            return {}
        return {grade_id(cell): cell["source"] for cell in read_notebook(path)["cells"]
                if cell["cell_type"] == "code" and is_solution(cell)}

    def _write(self, record, where, resources):
        """Write the record beside the notebook; what a student put there under that name goes."""
        folder = resources.get("metadata", {}).get("path")
        if folder:
            path = Path(folder, SIDECAR.format(where["notebook"]))
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            new.write_text(json.dumps(record, indent=1) + "\n")
            os.replace(new, path)


def cell_of(cell, stubs: dict[str, str]) -> Cell:
    """Return what a cell of code is to the judge; `stubs` are the released solution cells."""
    name = grade_id(cell) or cell.get("id") or "cell"
    if is_solution(cell) or not grade_id(cell):
        return Cell(name, cell.source, "student", stub=stubs.get(grade_id(cell), ""))
    if grading(cell).get("grade"):
        return Cell(name, cell.source, "test", float(grading(cell)["points"]))
    return Cell(name, cell.source, "given")


def _show(cell, told, outcome, problem, judgment, record):
    """Put the outcome of a cell into the notebook, and the verdict on a test into the record."""
    cell.outputs, passed = [], bool(outcome and outcome["passed"])
    if outcome and outcome["text"]:
        cell.outputs.append(new_output("stream", name="stdout", text=outcome["text"]))
    for picture in outcome["pictures"] if outcome else ():
        if is_picture("image/png", picture):
            cell.outputs.append(new_output("display_data", {"image/png": picture}))
    error = outcome["error"] if outcome else ()
    if told.kind == "test" and problem:
        error, passed = ("NotJudged", problem), False
    if told.kind == "test" and not passed and not error:
        error = ("NotJudged", "There is no verdict on this cell.")
    if error:
        name, text = error
        told_text = text if told.kind == "test" else f"{name}: {text}"
        cell.outputs.append(new_output("error", ename=name, evalue=text,
                                       traceback=told_text.split("\n")))
    if outcome and outcome["flag"]:
        record["flags"][told.name] = outcome["flag"]
    if told.kind == "test":
        verdict = {"passed": passed, "reached": outcome is not None}
        if told.name in judgment["followed"]:
            verdict["once"] = judgment["followed"][told.name]
        cell.metadata[KEY] = verdict
        record["verdicts"][told.name] = {**verdict, "points": told.points if passed else 0.0}


class SafeExporter(SubmissionExporter):
    """Opens submissions, unless there is no sandbox to run them in: then nothing is touched."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        try:
            JudgeNotebook(parent=self).settings()
        except NoSandbox as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None
