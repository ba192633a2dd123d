"""What lies in exercises/ is what nbgrader makes of solutions/, and gives nothing away."""

import ast
import re
import textwrap
from functools import cache

import nbformat
import pytest
from answers import read_bank
from graders import (
    ASSIGNMENTS,
    ROOT,
    fill,
    grade_here,
    grading,
    is_hidden_test,
    is_written_question,
    maximum_points,
    notebook_path,
    source_notebook,
)

REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS).*?\n(.*?)\s*### END \1", re.DOTALL)
every_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS)


def released_notebook(assignment):
    return nbformat.read(notebook_path(ROOT / "exercises", assignment), as_version=4)


def regions(notebook, kind):
    """The texts between the markers of one kind."""
    found = [match for cell in notebook.cells for match in REGION.findall(cell.source)]
    return [textwrap.dedent(text) for name, text in found if name == kind]


@cache
def without_space(text):
    return re.sub(r"\s", "", text)


@cache
def statements(code):
    """Every simple statement and every condition or loop head, in one spelling, without spaces."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            found.add(without_space(ast.unparse(node)))
        for part in ("test", "iter"):
            if isinstance(getattr(node, part, None), ast.expr):
                found.add(without_space(ast.unparse(getattr(node, part))))
    return found


def leaks(secret, published, public=frozenset()):
    """Statements of the code `secret` that the texts `published` hold, in any spelling.

    A statement of fewer than twelve characters, one of those in `public`, or the head of a loop
    over all numbers below a name, is no secret.
    """
    text = "".join(map(without_space, published))
    known = set()
    for piece in published:
        try:
            known |= statements(piece)
        except SyntaxError:  # prose
            pass
    secrets = {s for s in statements(secret)
               if len(s) >= 12 and not re.fullmatch(r"range\(\w+\)", s)} - public
    return {s for s in secrets if s in text or s in known}


@cache
def published_texts():
    """The text of every cell of every released notebook."""
    return [cell.source for path in (ROOT / "exercises").rglob("*.ipynb")
            for cell in nbformat.read(path, as_version=4).cells]


@every_assignment
def test_release_is_made_from_the_source(assignment, course_of):
    made = notebook_path(course_of(assignment).path / "exercises", assignment)
    assert made.read_bytes() == notebook_path(ROOT / "exercises", assignment).read_bytes(), (
        f"run: nbgrader generate_assignment {assignment}")


def test_release_holds_one_notebook_for_each_assignment():
    for folder in ("solutions", "exercises"):
        names = sorted(path.name for path in (ROOT / folder).iterdir() if path.name[0] != ".")
        assert names == ASSIGNMENTS
        for assignment in ASSIGNMENTS:
            files = [path.name for path in (ROOT / folder / assignment).rglob("*")
                     if ".ipynb_checkpoints" not in path.parts
                     and path.name != ".ipynb_checkpoints"]
            name = assignment.split("-", 1)[1].replace("-", "_")
            assert files == [f"{name}.ipynb"]


@every_assignment
def test_release_has_no_marker_and_no_output(assignment):
    for cell in released_notebook(assignment).cells:
        assert not re.search(r"(BEGIN|END) (SOLUTION|HIDDEN)|hidden_test", cell.source), cell.id
        assert not cell.get("outputs"), cell.id
        assert "attachments" not in cell, cell.id


@every_assignment
def test_run_all_goes_on_behind_every_cell_that_raises(assignment):
    """Jupyter's *Run All* ends at the first error, unless the cell says that it may raise."""
    released = released_notebook(assignment)
    _, messages = grade_here(released)
    assert messages  # nothing is written yet
    for cell in released.cells:
        tagged = "raises-exception" in cell.metadata.get("tags", [])
        assert tagged == (grading(cell).get("grade_id") in messages), cell.id


@every_assignment
def test_release_holds_no_solution(assignment):
    texts = published_texts()
    for solution in regions(source_notebook(assignment), "SOLUTION"):
        assert not leaks(solution, texts)


@every_assignment
def test_release_holds_no_hidden_test(assignment):
    source = source_notebook(assignment)
    # The visible tests are written with the same words.
    public = set().union(*(statements(cell.source) for cell in source.cells
                           if grading(cell).get("locked") and not is_hidden_test(cell)))
    hidden = regions(source, "HIDDEN TESTS")
    assert len(hidden) == len(maximum_points(source))
    for test in hidden:
        assert not leaks(test, published_texts(), public)
    for cell in released_notebook(assignment).cells:
        if is_hidden_test(cell) and cell.cell_type == "code":
            assert all(line.startswith("#") for line in cell.source.split("\n")), cell.id


@every_assignment
def test_release_holds_no_answer_to_a_written_question(assignment):
    """The source has a model answer and a rubric there; students get an empty cell."""
    text = without_space("".join(published_texts()))
    released = {cell.id: cell for cell in released_notebook(assignment).cells}
    notebook = source_notebook(assignment)
    for cell in filter(is_written_question, notebook.cells):
        number = cell.id.removeprefix("question-")
        points = grading(cell)["points"]
        assert points > 0 and grading(cell)["solution"]
        heading = rf"^## Question {number}: .* \({points:g} points\)$"
        assert any(re.search(heading, c.source, re.MULTILINE) for c in notebook.cells)
        assert "Rubric" in cell.source
        assert released[cell.id].source == "YOUR ANSWER HERE"
        lines = [without_space(line) for line in cell.source.split("\n")]
        assert not [line for line in lines if len(line) >= 12 and line in text]


def test_a_leak_is_found_in_any_spelling():
    secret = "if t > 1:\n    m_hat = m / (1 - beta1**t)  # correct\nreturn w - lr*m_hat, state"
    assert leaks(secret, ["use `m_hat = m/(1-beta1**t)` here, then"]) == {"m_hat=m/(1-beta1**t)"}
    assert leaks(secret, ["def f():\n  return (w - (lr * m_hat),\n     state)"])
    assert not leaks(secret, ["m_hat is m divided by 1 - beta1**t"])


@every_assignment
def test_notebook_has_the_form_of_an_assignment(assignment):
    notebook = source_notebook(assignment)
    assert notebook.metadata.kernelspec.name == "python3"
    cells = {cell.id: cell for cell in notebook.cells}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None, cell.id
            assert grading(cell), f"{cell.id}: every code cell has nbgrader metadata"
        if grading(cell):
            assert cell.id == grading(cell)["grade_id"]
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for name, points in maximum_points(notebook).items():
        task = name.removesuffix("-hidden")
        number = task.removeprefix("task-")
        assert re.search(rf"^## Task {number}: .* \({points:g} points\)$", text, re.MULTILINE)
        assert re.search(rf"^\| {number} \|.*\| {points:g} \|$", text, re.MULTILINE)
        assert grading(cells[task])["solution"]
        assert re.search(rf"BEGIN SOLUTION: chapter \d+, task {number} \(", cells[task].source)
        visible = cells[f"{task}-visible"]
        assert "@visible_test(" in visible.source
        # Graded, so that `nbgrader validate` runs it for a student, but for no points.
        assert grading(visible)["grade"] and grading(visible)["points"] == 0
        assert "@hidden_test(" in cells[name].source
        for test in (visible, cells[name]):
            imports = "from course_lib.grading import"
            assert imports in test.source, f"{test.id} must bring its own imports"
            code = test.source.replace("### ", "# ")
            assert isinstance(ast.parse(code).body[-1], ast.FunctionDef), (
                f"{test.id}: what the last line gives would be taken for a grade")


@every_assignment
def test_stub_gets_nothing_and_says_what_to_do(assignment):
    """As a student finds it: every task says its own name, and nothing else is broken."""
    released = released_notebook(assignment)
    stubs = {grading(cell)["grade_id"]: cell.source for cell in released.cells
             if grading(cell).get("solution")}
    points, messages = grade_here(fill(source_notebook(assignment), stubs))
    assert set(points.values()) == {0.0}
    tasks = read_bank(assignment).reference
    assert messages.keys() == {f"{task}-{kind}" for task in tasks for kind in ("visible", "hidden")}
    for cell, message in messages.items():
        number = cell.split("-")[1]
        assert re.fullmatch(rf"Not written yet: chapter \d+, task {number} \(\w+\)\.", message)


class Nameless:
    """An answer that is an object, as `functools.partial` makes one: it has no __name__."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **kwargs):
        return self.function(*args, **kwargs)


@pytest.mark.parametrize("assignment", [
    pytest.param(name, marks=pytest.mark.slow if name.startswith("ps08") else ()) for name in ASSIGNMENTS])
def test_a_picture_is_drawn_of_answers_that_are_objects(assignment, monkeypatch, capsys):
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    names, mine = {}, set()
    for cell in source_notebook(assignment).cells:
        if cell.cell_type != "code" or grading(cell).get("grade"):
            continue
        if cell.id == "picture":
            names |= {name: Nameless(names[name]) for name in mine if not isinstance(names[name], type)}
            capsys.readouterr()
            exec(cell.source, names)  # noqa: S102
            said = capsys.readouterr().out
            assert "There is no" not in said and "does not work" not in said, said
        else:
            exec(cell.source, names)  # noqa: S102
            mine |= {node.name for node in ast.parse(cell.source).body
                     if isinstance(node, ast.FunctionDef) and grading(cell).get("solution")}
    plt.close("all")
