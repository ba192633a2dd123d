"""One round with nbgrader: release, submissions, autograde, feedback, export."""

import csv
import re
import time

import nbformat
import pytest
from answers import read_bank
from graders import ASSIGNMENTS, fill, grading, maximum_points, source_notebook

pytestmark = pytest.mark.usefixtures("sandbox")

ASSIGNMENT = "ps05-optimizers"


@pytest.fixture(scope="module")
def bank():
    return read_bank(ASSIGNMENT)


def answers_of(bank, wrong=(), missing=()):
    """The reference in every task but for those named."""
    answers = {task: answer.source for task, answer in bank.reference.items()}
    answers |= {task: bank.wrong[task][0].source for task in wrong}
    return {task: source for task, source in answers.items() if task not in missing}


def cell_of(notebook, name):
    (cell,) = [cell for cell in notebook.cells if grading(cell).get("grade_id") == name]
    return cell


def careless(released, bank):
    """A notebook as students hand it in: cells added, copied, deleted, edited and tagged.

    Tasks 1 to 3 are right, the others wrong.
    """
    notebook = fill(released, answers_of(bank, wrong=["task-4", "task-5", "task-6"]))
    cells = notebook.cells

    # The right answer stands in a copy of the solution cell, with the same grade_id.
    original = cell_of(notebook, "task-1")
    copy = nbformat.from_dict({**original, "id": "copied"})
    original.source = bank.wrong["task-1"][0].source
    cells.insert(cells.index(original) + 1, copy)

    # The right answer calls a function from a cell of the student's own.
    cells.insert(1, nbformat.v4.new_code_cell("def kept(v, beta):\n    return beta * v"))
    velocity = cell_of(notebook, "task-2")
    velocity.source = velocity.source.replace("beta * velocity", "kept(velocity, beta)")

    code = cell_of(notebook, "task-3")
    cells[cells.index(code)] = nbformat.from_dict(
        {"cell_type": "raw", "id": code.id, "metadata": code.metadata, "source": code.source})
    cells.remove(cell_of(notebook, "task-3-visible"))
    cells.remove(cell_of(notebook, "task-4-hidden"))
    cell_of(notebook, "task-5-hidden").metadata["tags"] = ["skip-execution"]
    cell_of(notebook, "task-6-hidden").source = "pass"
    cell_of(notebook, "task-6-hidden").metadata["nbgrader"]["points"] = 100
    return notebook


def without_metadata(notebook):
    """A notebook from which a tool has taken all that nbgrader knows about a cell."""
    for cell in notebook.cells:
        cell.metadata, cell.id = {}, f"new-{cell.id}"
    return notebook


@pytest.fixture(scope="module")
def graded(course_of, bank):
    """The course after autograding."""
    course = course_of(ASSIGNMENT)
    late = ["task-4", "task-5", "task-6"]
    course.submit("right", fill(course.released, answers_of(bank)))
    course.submit("half", fill(course.released, answers_of(bank, missing=late)))
    course.submit("wrong", fill(course.released, answers_of(bank, wrong=bank.reference)))
    course.submit("careless", careless(course.released, bank))
    lost = course.submit("lost", without_metadata(fill(course.released, answers_of(bank))))
    lost.write_bytes(b"\xef\xbb\xbf" + lost.read_bytes())  # a byte-order mark
    course.nbgrader("autograde", ASSIGNMENT)
    return course


def test_export_has_the_points_expected(graded, tmp_path):
    table = tmp_path / "grades.csv"
    graded.nbgrader("export", "--to", str(table))
    rows = {row["student_id"]: row for row in csv.DictReader(table.read_text().splitlines())
            if row["assignment"] == ASSIGNMENT}
    scores = {student: float(row["score"]) for student, row in rows.items()}
    assert scores == {"right": 20.0, "half": 9.0, "wrong": 0.0, "careless": 9.0, "lost": 20.0}
    assert {float(row["max_score"]) for row in rows.values()} == {20.0}


def test_points_stand_at_the_right_tasks(graded):
    assert graded.points("careless") == {
        "task-1-hidden": 2, "task-2-hidden": 3, "task-3-hidden": 4,
        "task-4-hidden": 0, "task-5-hidden": 0, "task-6-hidden": 0,
    }


def test_messages_are_text_and_not_tracebacks(graded):
    messages = graded.messages("wrong")
    assert messages["task-4-visible"].startswith("Task 4 (adam): w_new at step 1 is wrong.\nLikely")
    for text in messages.values():
        assert "Traceback" not in text and "\x1b" not in text
    assert "  expected [" in messages["task-4-visible"]
    for name in messages:
        if name.endswith("-hidden"):
            assert not re.search(r"[Ee]xpected [-\[0-9]", messages[name])


def test_feedback_shows_the_message_and_not_the_hidden_test(graded):
    graded.nbgrader("generate_feedback", ASSIGNMENT)
    page = graded.path / "grading" / "feedback" / "wrong" / ASSIGNMENT / "optimizers.html"
    text = re.sub(r"<[^>]+>", "", page.read_text())
    assert "Go down, not up" in text
    # The highlighter wraps every word of code in tags; without tags the code is whole again.
    assert "check.watch(adam" in text, "the visible test is there"
    assert not re.search(r"hidden_test\(|default_rng\(70\d\)", text)


@pytest.mark.slow
def test_validate_tells_a_student_which_visible_tests_fail(graded):
    """The button in JupyterLab does the same."""
    def validate(student):
        path = f"grading/submitted/{student}/{ASSIGNMENT}/optimizers.ipynb"
        return graded.nbgrader("validate", path, check=False).stdout

    assert "VALIDATION FAILED ON 3 CELL(S)" in validate("half")
    assert "Success!" in validate("right")


@pytest.mark.slow
def test_an_endless_loop_costs_its_own_task_only(graded, bank):
    answers = answers_of(bank)
    answers["task-3"] = "def rmsprop(w, g, state, lr, rho, eps):\n    while True:\n        pass"
    graded.submit("endless", fill(graded.released, answers))
    graded.nbgrader("autograde", ASSIGNMENT, "--student=endless", "--JudgeNotebook.timeout=5")
    points = graded.points("endless")
    assert points.pop("task-3-hidden") == 0
    assert sum(points.values()) == 16
    messages = graded.messages("endless")
    for name in ("task-3-visible", "task-3-hidden"):
        assert "look for a loop" in messages[name]
        assert "while True:" in messages[name], "the line is named"
    assert "check.watch" not in messages["task-3-hidden"], "no line of a hidden test"


@pytest.mark.slow
def test_a_second_download_is_named_to_the_grader(graded, bank):
    path = graded.submit("browser", fill(graded.released, answers_of(bank)))
    path.rename(path.with_name("optimizers (1).ipynb"))
    done = graded.nbgrader("autograde", ASSIGNMENT, "--student=browser", check=False)
    assert done.returncode == 1
    assert "browser: optimizers (1).ipynb will not be graded: nbgrader looks for optimizers.ipynb" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_solved_notebook_runs_in_a_minute_and_draws_its_picture(assignment, course_of):
    course = course_of(assignment)
    reference = {task: answer.source for task, answer in read_bank(assignment).reference.items()}
    course.submit("solved", fill(course.released, reference))
    start = time.perf_counter()
    course.nbgrader("autograde", assignment, "--student=solved")
    assert time.perf_counter() - start < 60
    assert course.points("solved") == maximum_points(source_notebook(assignment))
    assert course.messages("solved") == {}
    (picture,) = [cell for cell in course.graded("solved").cells
                  if grading(cell).get("grade_id") == "picture"]
    assert any("image/png" in output.get("data", {}) for output in picture.outputs)
