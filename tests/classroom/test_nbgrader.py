"""Plain `nbgrader autograde` with our configuration: verdicts, records, unreadable files."""

import json
import os
import shutil
import subprocess
import sys
import warnings
from dataclasses import asdict
from pathlib import Path

import nbformat
import pytest

from classroom.cells import Cell, Outcome
from classroom.execute import _show
from classroom.submissions import read_any
from course_lib.desk.notebook import grade_id, is_solution, read_notebook

pytestmark = pytest.mark.usefixtures("sandbox")
ROOT = Path(__file__).parents[2]
ASSIGNMENT, FILE = "ps05-optimizers", "optimizers.ipynb"
REFERENCE = {grade_id(cell): cell["source"] for cell in
             read_notebook(ROOT / "solutions" / ASSIGNMENT / FILE)["cells"] if is_solution(cell)}
ALL = [2.0, 3.0, 4.0, 5.0, 4.0, 2.0]


class Course:
    """A course of one assignment in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        source = folder / "solutions" / ASSIGNMENT
        source.mkdir(parents=True)
        notebook = read_notebook(ROOT / "solutions" / ASSIGNMENT / FILE)
        notebook["cells"] = [cell for cell in notebook["cells"] if cell.get("id") != "picture"]
        (source / FILE).write_text(json.dumps(notebook))
        self.run("generate_assignment", ASSIGNMENT)
        self.released = read_notebook(folder / "exercises" / ASSIGNMENT / FILE)

    def run(self, *arguments, code=0):
        environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(self.folder / "none")}
        done = subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=self.folder,
                              env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stderr

    def solved(self, **answers):
        """A notebook with the reference in all tasks, but for the answers given: task_1="..."."""
        notebook = json.loads(json.dumps(self.released))
        answers = {**REFERENCE, **{name.replace("_", "-"): text for name, text in answers.items()}}
        for cell in notebook["cells"]:
            cell["source"] = answers.get(grade_id(cell), cell["source"])
        return notebook

    def submit(self, student, content):
        folder = self.folder / "grading" / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (folder / FILE).write_bytes(data)

    def grades(self, student):
        """Points, and whether a person must look, of the code cells that earn points."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from nbgrader.api import Gradebook

            with Gradebook(f"sqlite:///{self.folder / 'grading' / 'gradebook.db'}") as book:
                found = sorted((grade.name, grade.score, grade.needs_manual_grade)
                               for notebook in book.find_submission(ASSIGNMENT, student).notebooks
                               for grade in notebook.grades if grade.max_score > 0)
        return [score for _, score, _ in found], any(manual for *_, manual in found)

    def record(self, student):
        return json.loads((self.graded(student) / "optimizers.verdicts.json").read_text())

    def graded(self, student):
        return self.folder / "grading" / "autograded" / student / ASSIGNMENT


PATCH = ("get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])\n"
         "get_ipython().run_cell = lambda *a, **k: None\n"
         "import builtins, numpy\nnumpy.allclose = numpy.isclose = lambda *a, **k: True\n"
         "def sgd(w, g, state, lr):\n    return w, None\n")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("course"))
    course.submit("right", course.solved())
    course.submit("patched", course.solved(task_1=PATCH))
    course.submit("spoiled", course.solved(task_4="raise SystemExit", task_5=(
        "def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):\n"
        "    new, state = adam(w, g, state, lr, beta1, beta2, eps)\n"
        "    return new - lr * weight_decay * w, state")))
    nameless = course.solved()
    for cell in nameless["cells"]:
        cell["metadata"] = {}
    course.submit("nameless", nameless)
    odd = course.solved()
    odd["cells"] += [7, {"cell_type": "code"}, {"cell_type": "code", "source": 3, "metadata": []},
                     {"cell_type": "code", "source": "x = 1", "metadata": {"nbgrader": [1]}}]
    odd["metadata"]["course"] = {"problem": "give me a person", "verdicts": {}}
    for cell in odd["cells"][:40]:
        cell.get("metadata", {})["course"] = {"passed": True}
    course.submit("odd", odd)
    course.submit("half", json.dumps(course.solved()).encode()[:3000])
    course.submit("bytes", bytes(range(256)))
    course.submit("empty", b"")
    course.submit("list", [1, 2])
    course.log = course.run("autograde", ASSIGNMENT)
    return course


@pytest.mark.parametrize("student, points", {
    "right": ALL, "nameless": ALL, "odd": ALL, "patched": [0.0, *ALL[1:]],
    "spoiled": [*ALL[:3], 0.0, *ALL[4:]]}.items())
def test_the_gradebook_has_the_fair_points(course, student, points):
    assert course.grades(student) == (points, False)


@pytest.mark.parametrize("student, reason", {
    "half": "only a part of one", "bytes": "as a notebook", "empty": "it is empty",
    "list": "not in a format"}.items())
def test_what_cannot_be_read_has_a_row_and_waits_for_a_person(course, student, reason):
    assert course.grades(student) == ([0.0] * 6, True)
    record = course.record(student)
    assert reason in record["problem"]
    assert record["problem"] in (course.graded(student) / FILE).read_text()


def test_the_record_says_how_and_what(course):
    record = course.record("spoiled")
    assert record["level"] in ("bubblewrap", "landlock")
    assert record["followed"] == {"task-5-hidden": ["task-4"]}
    assert record["verdicts"]["task-5-hidden"] == {
        "passed": True, "reached": True, "once": ["task-4"], "points": 4.0}
    assert record["verdicts"]["task-4-hidden"]["passed"] is False
    notebook = nbformat.read(course.graded("spoiled") / FILE, as_version=4)
    assert notebook.metadata.course == record
    (cell,) = [cell for cell in notebook.cells if grade_id(cell) == "task-5-hidden"]
    assert cell.outputs[0].text == "Right, once task 4 is right: this answer keeps its points.\n"
    assert course.log.count("Students' code runs in the sandbox") == 1


def test_no_verdict_is_an_error():
    """Whatever the judge says, or does not say: nbgrader must not find a cell without an error."""
    told = Cell("t", "", "test", 3.0)
    for outcome, problem in [(None, ""), (None, "broken"), (asdict(Outcome()), ""),
                             (asdict(Outcome(passed=True)), "broken")]:
        cell = nbformat.v4.new_code_cell("", metadata={"nbgrader": {"grade": True, "points": 3.0}})
        record = {"verdicts": {}, "flags": {}}
        _show(cell, told, outcome, problem, {"followed": {}}, record)
        assert [output.output_type for output in cell.outputs] == ["error"]
        assert record["verdicts"]["t"]["points"] == 0.0


def test_every_test_that_has_not_passed_shows_an_error(course):
    for student in ("patched", "spoiled", "half"):
        notebook = nbformat.read(course.graded(student) / FILE, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
                errors = [output for output in cell.outputs if output.output_type == "error"]
                assert bool(errors) is not cell.metadata.course.passed
                assert not [o for o in cell.outputs if o.output_type == "execute_result"]


@pytest.mark.slow
def test_without_a_sandbox_nothing_is_touched(course):
    before = course.grades("right")
    log = course.run("autograde", ASSIGNMENT, "--force", "--JudgeNotebook.levels=[]", code=1)
    assert "can run no student's code safely" in log and "unsafe" in log
    assert course.grades("right") == before and (course.graded("right") / FILE).is_file()


@pytest.mark.slow
def test_an_instructor_may_go_without_one(course):
    log = course.run("autograde", ASSIGNMENT, "--force", "--student=right",
                     "--JudgeNotebook.levels=[]", "--JudgeNotebook.unsafe=True")
    assert "sandbox 'none'" in log
    record = course.record("right")
    assert record["level"] == "none"
    assert course.grades("right") == (ALL, False)


@pytest.mark.slow
def test_a_regrade_after_a_failure_leaves_no_old_points(course):
    """Where the judge itself fails, the points are 0 and a person is asked."""
    folder = course.folder / "grading" / "submitted" / "right" / ASSIGNMENT
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(b"{")
    try:
        course.run("autograde", ASSIGNMENT, "--force", "--student=right")
        assert course.grades("right") == ([0.0] * 6, True)
    finally:
        (folder / FILE).write_bytes(whole)
    course.run("autograde", ASSIGNMENT, "--force", "--student=right")
    assert course.grades("right") == (ALL, False)


def test_text_that_no_file_can_hold_is_replaced():
    """JSON can hold half of a character; nbgrader could not write it and gave the student no row."""
    cell = {"cell_type": "code", "source": "x = '\ud800 \u00e9'", "metadata": {}, "outputs": []}
    notebook = read_any(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {},
                                    "cells": [cell]}))
    assert notebook.cells[0].source == "x = '? \u00e9'"
