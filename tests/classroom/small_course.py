"""A course of one small assignment in a folder of its own, and a class that hands it in."""

import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from small import POINTS, RIGHT, SETUP, STUBS, TESTS

ROOT = Path(__file__).parents[2]
NAME, FILE = "ps91-tiny", "tiny.ipynb"
STUB = ("### BEGIN SOLUTION: chapter 91, {}\n", "\n### END SOLUTION")


def _nbgrader(**values):
    return {"nbgrader": {"schema_version": 3, "grade": False, "solution": False, "locked": False,
                         "task": False, **values}}


def source_notebook():
    """The instructor's notebook: three tasks and a question."""
    cells = [new_markdown_cell("# Tiny", id="title"),
             new_code_cell(SETUP, id="setup", metadata=_nbgrader(grade_id="setup", locked=True))]
    for task, source in RIGHT.items():
        head, body = source.split("\n", 1)
        marked = [f"{head}\n    ### BEGIN SOLUTION: chapter 91, {task}", body,
                  "    ### END SOLUTION"]
        cells.append(new_code_cell("\n".join(marked), id=task, metadata=_nbgrader(
            grade_id=task, solution=True)))
        for name, text in TESTS.items():
            if name.startswith(task):
                if name in POINTS:
                    text = f"### BEGIN HIDDEN TESTS\n{text.strip()}\n### END HIDDEN TESTS"
                cells.append(new_code_cell(text.strip(), id=name, metadata=_nbgrader(
                    grade_id=name, grade=True, locked=True, points=POINTS.get(name, 0))))
    cells.append(new_markdown_cell("## Why?", id="heading"))
    cells.append(new_markdown_cell("Because.", id="why", metadata=_nbgrader(
        grade_id="why", grade=True, solution=True, points=2)))
    return new_notebook(cells=cells, metadata={"kernelspec": {
        "name": "python3", "display_name": "Python 3", "language": "python"}})


class SmallCourse:
    """The folder of a course, with its commands."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        (folder / "solutions" / NAME).mkdir(parents=True)
        nbformat.write(source_notebook(), folder / "solutions" / NAME / FILE)
        self.nbgrader("generate_assignment", NAME)
        (folder / "grading" / "gradebook.db").unlink()  # as in a fresh clone: only exercises/ is there

    def start(self, program, *words, **options):
        environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(self.folder / "none")}
        return subprocess.Popen([sys.executable, "-m", program, *map(str, words)], cwd=self.folder,
                                env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, **options)

    def call(self, program, *words, code=0):
        process = self.start(program, *words)
        output, errors = process.communicate(timeout=300)
        assert process.returncode == code, output + errors
        assert "Traceback" not in errors, errors
        return output + errors

    def nbgrader(self, *words, code=0):
        return self.call("nbgrader", *words, code=code)

    def course(self, *words, code=0):
        return self.call("course_lib.cli", *words, code=code)

    def notebook(self, answers=(), why="I think so."):
        """A student's notebook; `answers` of tasks in place of the right ones."""
        notebook = json.loads((self.folder / "exercises" / NAME / FILE).read_text())
        answers = {**RIGHT, "why": why, **dict(answers)}
        for cell in notebook["cells"]:
            cell["source"] = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id"),
                                         cell["source"])
        return json.dumps(notebook).encode()

    def submit(self, student, content, name=FILE):
        path = self.folder / "grading" / "submitted" / student / NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def gradebook(self, url=None):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from nbgrader.api import Gradebook

            return Gradebook(url or f"sqlite:///{self.folder / 'grading' / 'gradebook.db'}")

    def grades(self, url=None):
        """student -> cell -> automatic points, a person's, extra credit, whether one must look."""
        with warnings.catch_warnings(), self.gradebook(url) as book:
            warnings.simplefilter("ignore")
            return {submission.student_id: {
                grade.name: (grade.auto_score, grade.manual_score, grade.extra_credit,
                             grade.needs_manual_grade)
                for notebook in submission.notebooks for grade in notebook.grades}
                for submission in book.assignment_submissions(NAME)}

    def points(self, student):
        """The automatic points of the three tasks."""
        grades = self.grades()[student]
        return [grades[name][0] for name in POINTS]

    def graded(self, student):
        return self.folder / "grading" / "autograded" / student / NAME

    def stamp(self, student):
        return self.graded(student) / "tiny.graded.json"


WRONG = {"task-1": "def double(x):\n    return 3 * x"}
UNWRITTEN = {"task-3": STUBS["task-3"]}


def fill_class(course, n):
    """n students: right, wrong, with a task left out, unreadable, in turn."""
    kinds = [(), WRONG, UNWRITTEN, None]
    for i in range(n):
        answers = kinds[i % 4]
        course.submit(f"s{i:02}", b"{" if answers is None else course.notebook(
            answers, f"Answer {i}."))
