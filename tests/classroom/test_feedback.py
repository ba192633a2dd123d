"""What autograding says about borrowed answers, and what a page of feedback loads: real nbgrader."""

import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "ps05-optimizers"
NOTEBOOK = f"{ASSIGNMENT}/optimizers.ipynb"
ANSWERS = {
    "ann": "def sgd(w, g, state, lr):\n    return w - lr * g, None\n",
    # As right as the other one: the library's own step, on a copy of the weights.
    "bob": "from course_lib.nn import SGD\n\n\ndef sgd(w, g, state, lr):\n    new = {'w': w.copy()}\n"
           "    SGD(lr).step(new, {'w': g})\n    return new['w'], None\n",
}  # fmt: skip


def run(folder, *command):
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / "none"),
                   "IPYTHONDIR": str(folder / "ipython")}  # fmt: skip
    return subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True,
                          env=environment, check=False)  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course in which two students answered task 1, after autograding."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    (folder / "solutions" / ASSIGNMENT).mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / NOTEBOOK, folder / "solutions" / NOTEBOOK)
    log = [run(folder, "nbgrader", "generate_assignment", ASSIGNMENT)]
    for student, answer in ANSWERS.items():
        notebook = json.loads((folder / "exercises" / NOTEBOOK).read_text())
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "picture"]
        next(cell for cell in notebook["cells"] if cell["id"] == "task-1")["source"] = answer
        path = folder / "grading" / "submitted" / student / NOTEBOOK
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    log += [run(folder, "nbgrader", "autograde", ASSIGNMENT),
            run(folder, "nbgrader", "autograde", ASSIGNMENT, "--force", "--student=bob"),
            run(folder, "nbgrader", "generate_feedback", ASSIGNMENT)]  # fmt: skip
    for done in log:
        assert done.returncode == 0, done.stderr
    return folder, log


def points(folder, student):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{folder / 'grading' / 'gradebook.db'}") as book:
            submission = book.find_submission(ASSIGNMENT, student)
            return {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}


def page(folder, student):
    return (folder / "grading" / "feedback" / student / NOTEBOOK).with_suffix(".html").read_text()


@pytest.mark.slow
def test_a_borrowed_answer_is_noted_and_keeps_its_points(graded):
    folder, log = graded
    note = "Task 1 uses course_lib.nn.SGD: the exercise is to write it."
    assert points(folder, "ann") == points(folder, "bob")
    assert points(folder, "bob")["task-1-hidden"] == 2
    assert page(folder, "bob").count(note) == 1, "once, also after a second autograde"
    assert "the exercise is to write it" not in page(folder, "ann")
    assert f"bob: {note}" in log[1].stderr and "ann: " not in log[1].stderr
    notebook = json.loads((folder / "grading" / "autograded" / "bob" / NOTEBOOK).read_text())
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    place = names.index("task-1")
    assert note in "".join(notebook["cells"][place + 1]["source"])
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr"


@pytest.mark.slow
def test_the_class_is_listed(graded):
    folder, _ = graded
    done = run(folder, "course_lib.cli", "check", "--submitted", ASSIGNMENT)
    assert done.returncode == 1 and "2 submissions, 1 answers" in done.stdout
    assert re.search(r"bob +task-1 +course_lib\.nn\.SGD", done.stdout) and "ann" not in done.stdout


@pytest.mark.slow
def test_the_page_draws_its_formulas_with_our_mathjax(graded):
    text = page(graded[0], "ann")
    scripts = re.findall(r"<script[^>]*\bsrc=\"([^\"]+)\"", text)
    (mathjax,) = [address for address in scripts if "mathjax" in address.lower()]
    folder = ROOT / "grading" / "feedback" / "student" / ASSIGNMENT  # where pages really lie
    assert Path(os.path.normpath(folder / mathjax)).is_file()
    assert "MathJax.Hub" not in text and '"[-]": ["autoload", "require"]' in text
