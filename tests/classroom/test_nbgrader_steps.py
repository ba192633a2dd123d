"""The steps that nbgrader_config.py plugs into nbgrader."""

import nbformat
import pytest

from classroom.nbgrader_steps import (
    NOT_LOOKED,
    NameTheTask,
    Rebuild,
    ReportBorrowed,
    grade_id,
    report_files,
)
from classroom.submissions import SubmissionExporter

new = nbformat.v4.new_code_cell
RESOURCES = {"nbgrader": {"assignment": "ps", "notebook": "nb"}, "language": "python"}


def cell(name, source, kind="given"):
    return new(source, id=name, metadata={"nbgrader": {
        "grade_id": name, "grade": kind == "hidden", "solution": kind == "solution",
        "locked": kind != "solution", "points": 1, "schema_version": 3, "task": False}})


# ---------------------------------------------------------------------------------- NameTheTask


def stub_of(source):
    answer, _ = NameTheTask().preprocess_cell(cell("task-1", source, "solution"), RESOURCES, 0)
    return answer.source


def test_every_stub_gets_its_own_name():
    source = """
def f():
    ### BEGIN SOLUTION: chapter 7, task 6 (f)
    return 1
    ### END SOLUTION


def g():
    ### BEGIN SOLUTION: chapter 7, task 6 (g)
    return 2
    ### END SOLUTION
"""
    stub = stub_of(source)
    for name in "fg":
        namespace = {}
        exec(stub, namespace)  # noqa: S102
        with pytest.raises(NotImplementedError, match=rf"chapter 7, task 6 \({name}\)\."):
            namespace[name]()
    assert "return" not in stub
    assert "###" not in stub


@pytest.mark.parametrize("source", [
    "x = 1",
    "### BEGIN SOLUTION\nx = 1\n### END SOLUTION",
    "### BEGIN SOLUTION: a\nx = 1\n### END SOLUTION\n### BEGIN SOLUTION\ny = 1\n### END SOLUTION",
])
def test_a_solution_without_a_name_is_refused(source):
    with pytest.raises(RuntimeError, match="'task-1' has a solution without a name"):
        stub_of(source)


def test_other_cells_stay_as_they_are():
    given, _ = NameTheTask().preprocess_cell(cell("setup", "import numpy"), RESOURCES, 0)
    assert given.source == "import numpy"


# -------------------------------------------------------------------------------------- Rebuild


@pytest.fixture
def released(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[
        cell("setup", "import numpy"),
        nbformat.v4.new_markdown_cell("Task 1", id="text-01"),
        cell("task-1", "stub 1", "solution"),
        cell("task-1-hidden", "# hidden", "hidden"),
        cell("task-2", "stub 2", "solution"),
    ])
    (tmp_path / "ps").mkdir()
    nbformat.write(notebook, tmp_path / "ps" / "nb.ipynb")
    return notebook


def rebuilt(tmp_path, cells):
    step = Rebuild(release_directory=str(tmp_path))
    notebook, _ = step.preprocess(nbformat.v4.new_notebook(cells=cells), RESOURCES)
    nbformat.validate(notebook)
    return [(grade_id(c), c.source) for c in notebook.cells]


AS_RELEASED = [("setup", "import numpy"), (None, "Task 1"), ("task-1", "stub 1"),
               ("task-1-hidden", "# hidden"), ("task-2", "stub 2")]


def test_the_answers_are_taken_over(tmp_path, released):
    released.cells[2].source = "answer 1"
    assert rebuilt(tmp_path, released.cells) == [
        (name, "answer 1" if name == "task-1" else text) for name, text in AS_RELEASED]


def test_only_the_answers_are_taken_over(tmp_path, released):
    for i in (0, 1, 3):
        released.cells[i].source = "edited"
        released.cells[i].metadata["tags"] = ["skip-execution"]
    released.cells[3].metadata["nbgrader"]["points"] = 100
    assert rebuilt(tmp_path, released.cells) == AS_RELEASED
    notebook, _ = Rebuild(release_directory=str(tmp_path)).preprocess(released, RESOURCES)
    assert not any("tags" in c.metadata for c in notebook.cells)
    assert notebook.cells[3].metadata["nbgrader"]["points"] == 1


@pytest.mark.parametrize("order", [[], [0], [4, 3, 2, 1, 0], [2, 4]])
def test_missing_and_moved_cells_come_back(tmp_path, released, order):
    cells = rebuilt(tmp_path, [released.cells[i] for i in order])
    if len(order) < 2:
        assert cells.pop(0)[1].startswith("**Note.** No cell was found for: task-1, task-2.")
    assert cells == AS_RELEASED


def test_added_code_stays_behind_the_cell_it_followed(tmp_path, released):
    s = released.cells
    cells = [new("first"), s[0], new("helper"), nbformat.v4.new_markdown_cell("a note"), s[1],
             new("more"), s[2], s[3], s[4], new("last")]
    assert [text for _, text in rebuilt(tmp_path, cells)] == [
        "first", "import numpy", "helper", "more", "Task 1", "stub 1", "# hidden", "stub 2", "last"]


def test_a_copied_cell_is_kept_as_plain_code(tmp_path, released):
    copy = cell("task-1", "better", "solution")
    copy.id = "copied"
    cells = [*released.cells[:3], copy, *released.cells[3:]]
    assert rebuilt(tmp_path, cells) == [*AS_RELEASED[:3], (None, "better"), *AS_RELEASED[3:]]


def test_a_solution_of_another_type_is_code_again(tmp_path, released):
    answer = nbformat.v4.new_raw_cell("answer", id="task-1", metadata=released.cells[2].metadata)
    assert ("task-1", "answer") in rebuilt(tmp_path, [answer])


# ------------------------------------------------------------------------------------ the files


def test_the_grader_is_told_what_lost_its_names(tmp_path, released, caplog):
    for entry in released.cells:
        entry.metadata = {}
        entry.source = entry.source.replace("stub 1", "answer 1")
    cells = rebuilt(tmp_path, released.cells)
    assert ("task-1", "answer 1") in cells
    assert cells[0][1].startswith("**Note.** These answers had lost the metadata")
    assert "task-1, task-2" in caplog.text


@pytest.mark.parametrize(("name", "content", "told"), [
    ("nb (1).ipynb", '{"cells": []}', "nbgrader looks for nb.ipynb"),
    ("nb.ipynb", "", "it is empty"), ("nb.ipynb", "{", "it ends too early"), ("nb.ipynb", '{"cells": []}', "")])
def test_the_grader_is_told_what_is_wrong_with_a_file(tmp_path, released, caplog, name, content, told):
    path = tmp_path / "grading" / "submitted" / "ann" / "ps" / name
    path.parent.mkdir(parents=True)
    path.write_text(content)
    report_files("ps", "*", [str(path)], release_directory=tmp_path)
    assert told in caplog.text and bool(told) == ("ann: " in caplog.text)


def test_a_byte_order_mark_is_no_obstacle(tmp_path, released):
    path = tmp_path / "ps" / "nb.ipynb"
    plain, _ = SubmissionExporter().from_filename(str(path))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert SubmissionExporter().from_filename(str(path))[0] == plain


# --------------------------------------------------------------------------------- ReportBorrowed


@pytest.mark.parametrize("source", [
    "def f(x):\n    return x" + ".T" * 700,
    "def f(x):\n    return " + "1 + " * 700 + "x",
    "\n".join(f"name_{i} = {i}" for i in range(3000)),
    "f = (" + "\n" * 40_000,
    "f = '" + "a" * 40_000 + "'",
])
def test_code_that_nobody_can_follow_is_told_of_and_stops_nothing(released, source):
    released.cells[2].source, released.cells[3].source = source, "f(1)"
    before = len(released.cells)
    notebook, _ = ReportBorrowed().preprocess(released, RESOURCES)
    assert notebook.metadata["course"]["borrowed"] == [NOT_LOOKED]
    assert len(notebook.cells) == before


def test_a_long_cell_of_the_course_s_own_stands_in_nobody_s_way(released):
    released.cells[0].source += "\n# " + "a" * 100_000
    notebook, _ = ReportBorrowed().preprocess(released, RESOURCES)
    assert notebook.metadata["course"]["borrowed"] == []
