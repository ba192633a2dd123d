"""Answers are found in the student's cells, also where these lost what nbgrader knows them by."""

import copy
import itertools

import pytest

from course_lib.desk.rebuild import ELSEWHERE, rebuild, recognize, remarks


def cell(name, source, kind="code", **marks):
    nbgrader = {"grade_id": name, "solution": False, "grade": False, **marks}
    return {"cell_type": kind, "id": name, "metadata": {"nbgrader": nbgrader}, "source": source}


def text(name, source):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def code(source):
    return {"cell_type": "code", "metadata": {}, "source": source}


STUB = "def {}(x):\n    raise NotImplementedError"
RELEASE = {"cells": [
    cell("setup", "import numpy as np"),
    text("text-1", "## Task 1: there and back"),
    cell("task-1", STUB.format("there") + "\n\n\n" + STUB.format("back"), solution=True),
    cell("task-1-visible", "def try_there(check):\n    pass", grade=True),
    cell("task-2-example", "def example(x):\n    return x"),
    cell("task-2", STUB.format("f").replace("def f(x)", "class Stop"), solution=True),
    cell("task-2-visible", "def try_stop(check):\n    pass", grade=True),
    text("text-2", "## Question 1: why? (3 points)\n\nSay why."),
    cell("question-1", "YOUR ANSWER HERE", "markdown", solution=True, grade=True),
    text("text-3", "That is all."),
]}  # fmt: skip
ANSWERS = {"task-1": "def back(x):\n    return x\n\n\ndef there(x):\n    return x",
           "task-2": "class Stop:\n    pass", "question-1": "Because."}  # fmt: skip


def submitted(answers=ANSWERS):
    notebook = copy.deepcopy(RELEASE)
    for entry in notebook["cells"]:
        entry["source"] = answers.get(entry["id"], entry["source"])
    return notebook


def without(notebook, *lost):
    """Take away the metadata, the ids, or both; keep what a cell is and says."""
    notebook = copy.deepcopy(notebook)
    for entry in notebook["cells"]:
        entry |= {"metadata": {}} if "metadata" in lost else {}
        entry |= {"id": "x" + entry["id"]} if "ids" in lost else {}
    return notebook


def rebuilt(notebook):
    return [(entry["metadata"].get("nbgrader", {}).get("grade_id"), entry["source"])
            for entry in rebuild(RELEASE, notebook)]


@pytest.mark.parametrize("lost", [("metadata",), ("ids",), ("metadata", "ids")])
def test_what_is_lost_is_found_again(lost):
    whole = submitted()
    assert rebuilt(without(whole, *lost)) == rebuilt(whole)
    assert [name for name, _ in rebuilt(whole) if name] == [
        entry["id"] for entry in RELEASE["cells"] if not entry["id"].startswith("text")]
    assert bool(remarks(RELEASE, without(whole, *lost))) == ("metadata" in lost)
    assert remarks(RELEASE, whole) == []


def test_answers_copied_into_a_new_notebook_are_found():
    """The cells in another order, without any text or test, with a helper and a mistake in one."""
    pieces = [code("def helper():\n    pass"), code(ANSWERS["task-2"] + "\nhelper("), code(ANSWERS["task-1"])]
    for order in itertools.permutations(pieces):
        cells = dict(rebuilt({"cells": list(order)}))
        assert cells["task-1"] == ANSWERS["task-1"] and cells["task-2"].startswith(ANSWERS["task-2"])
    assert cells["question-1"] == "YOUR ANSWER HERE"
    assert "No cell was found for: question-1." in remarks(RELEASE, {"cells": pieces})[1]


def test_of_two_cells_the_second_runs_where_it_stands():
    notebook = without(submitted(), "metadata", "ids")
    notebook["cells"].insert(6, code("class Stop:\n    second = True"))
    assert rebuilt(notebook)[5:8] == [
        ("task-2", ANSWERS["task-2"]), (None, "class Stop:\n    second = True"),
        ("task-2-visible", "def try_stop(check):\n    pass")]


def test_a_task_in_two_cells_is_kept_whole():
    notebook = without(submitted({"task-1": "def there(x):\n    return x"}), "metadata", "ids")
    notebook["cells"].insert(3, code("def back(x):\n    return x"))
    assert rebuilt(notebook)[2:4] == [("task-1", "def there(x):\n    return x"), (None, "def back(x):\n    return x")]


def test_a_stub_does_not_undo_what_another_cell_defines():
    notebook = submitted({"task-1": "\n".join(ANSWERS.values())})
    notebook["cells"] = [entry for entry in notebook["cells"] if entry["id"] != "task-2"]
    assert dict(rebuilt(notebook))["task-2"] == ELSEWHERE
    assert "another cell defines their functions: task-2" in remarks(RELEASE, notebook)[0]
    notebook["cells"][2]["source"] = ANSWERS["task-1"]
    assert dict(rebuilt(notebook))["task-2"] == RELEASE["cells"][5]["source"]
    assert "No cell was found for: task-2" in remarks(RELEASE, notebook)[0]


def test_a_cell_of_ones_own_in_place_of_a_deleted_one_is_the_answer():
    notebook = submitted()
    notebook["cells"][5] = code(ANSWERS["task-2"])
    assert rebuilt(notebook) == rebuilt(submitted())


def test_equal_text_in_another_place_is_a_cell_of_ones_own():
    """Otherwise all that follows it would move to the top."""
    notebook = submitted()
    setup = notebook["cells"].pop(0)
    notebook["cells"][6:6] = [code(setup["source"]), code("more = 1")]
    cells = rebuilt(notebook)
    assert cells[0] == ("setup", "import numpy as np")
    assert (None, "more = 1") in cells[cells.index(("task-2-visible", "def try_stop(check):\n    pass")):]


def test_words_behind_an_answer_in_words_belong_to_it():
    for lost in ((), ("metadata", "ids")):
        notebook = without(submitted(), *lost)
        notebook["cells"][9:9] = [text("a", "And because."), text("b", "So.")]
        assert dict(rebuilt(notebook))["question-1"] == "Because.\n\nAnd because.\n\nSo."


def test_where_a_question_has_no_heading_nothing_is_guessed():
    notebook = without(submitted(), "metadata", "ids")
    notebook["cells"][7]["source"] = "## My answers"
    assert dict(rebuilt(notebook))["question-1"] == "YOUR ANSWER HERE"
    assert "No cell was found for: question-1" in remarks(RELEASE, notebook)[1]


def test_nothing_is_changed():
    notebook = without(submitted(), "metadata")
    before = copy.deepcopy((RELEASE, notebook))
    rebuild(RELEASE, notebook)
    remarks(RELEASE, notebook)
    assert recognize(RELEASE, notebook)[2] == "task-1"
    assert before == (RELEASE, notebook)
