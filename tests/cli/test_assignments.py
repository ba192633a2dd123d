"""`course start` and `course check`, on a small course of their own."""

import json
import sys
from pathlib import Path

import pytest

from course_lib.command import command
from course_lib.desk import assignments

STUBS = {
    1: "def double(x):\n    # Your code here.\n    raise NotImplementedError('Not written yet: task 1 (double).')",
    2: "def square(x):\n    raise NotImplementedError('Not written yet: task 2 (square).')",
    3: "def negate(x):\n    raise NotImplementedError('Not written yet: task 3 (negate).')",
}
EXPECTED = {1: 6.0, 2: 9.0, 3: -3.0}
RIGHT = {1: "def double(x):\n    return 2 * x", 2: "def square(x):\n    return x * x",
         3: "def negate(x):\n    return -x"}  # fmt: skip


def cell(name, source, kind="code", **marks):
    grading = {"grade_id": name, "grade": False, "solution": False, "locked": True,
               "schema_version": 3, "task": False, **marks}  # fmt: skip
    return {"cell_type": kind, "id": name, "metadata": {"nbgrader": grading}, "source": source,
            **({"outputs": [], "execution_count": None} if kind == "code" else {})}  # fmt: skip


def released():
    cells = [cell("setup", "import os\nimport sys\nimport time\n\nspare = 3.0")]
    for n, stub in STUBS.items():
        name = stub.split("(")[0].removeprefix("def ")
        cells += [
            {"cell_type": "markdown", "id": f"text-{n}", "metadata": {},
             "source": f"## Task {n}: {name} ({n} points)\n\nWrite it."},
            cell(f"task-{n}", stub, solution=True),
            cell(f"task-{n}-visible",
                 "from course_lib.grading import visible_test\n\n\n"
                 f"@visible_test('Task {n} ({name})')\ndef test(check):\n"
                 f"    check.equal('result', check.watch({name})(3.0), {EXPECTED[n]})",
                 grade=True, points=0),
            cell(f"task-{n}-hidden", "# hidden", grade=True, points=n),
        ]  # fmt: skip
    cells += [{"cell_type": "markdown", "id": "q", "metadata": {}, "source": "## Question 1: why? (4 points)"},
              cell("question-1", "YOUR ANSWER HERE", kind="markdown", grade=True, solution=True, points=4),
              cell("picture", "raise RuntimeError('nobody runs this')")]  # fmt: skip
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A student's folder in a course with one assignment, and the current directory."""
    folder = tmp_path / "exercises" / "ps03-tiny-things"
    folder.mkdir(parents=True)
    (folder / "tiny_things.ipynb").write_text(json.dumps(released()))
    (tmp_path / "me").mkdir()
    monkeypatch.chdir(tmp_path / "me")
    return tmp_path / "me"


def write(path, answers, question="YOUR ANSWER HERE", change=lambda cells: cells):
    notebook = released()
    for entry in notebook["cells"]:
        name = entry["id"]
        if name.removeprefix("task-").isdigit():
            entry["source"] = answers.get(int(name[-1]), entry["source"])
        if name == "question-1":
            entry["source"] = question
    notebook["cells"] = change(notebook["cells"])
    path.write_text(json.dumps(notebook))
    return path


# ---------------------------------------------------------------------------------------- start


def test_start_puts_a_copy_here(course, here, capsys):
    assert course("start", "ps03") == 0
    copy = here / "ps03-tiny-things" / "tiny_things.ipynb"
    assert json.loads(copy.read_text()) == released()
    assert str(copy.relative_to(here)) in capsys.readouterr().out


def test_start_never_overwrites(course, here, capsys):
    folder = here / "mine"
    folder.mkdir()
    own = folder / "tiny_things.ipynb"
    own.write_text("my work")
    for name in ("tiny_things-fresh.ipynb", "tiny_things-fresh-2.ipynb", "tiny_things-fresh-3.ipynb"):
        assert course("start", "tiny-things", "--into", folder) == 0
        out = capsys.readouterr().out
        assert f"{own} was there already and stays as it is" in out and str(folder / name) in out
        assert json.loads((folder / name).read_text()) == released()
    assert own.read_text() == "my work" and len(list(folder.iterdir())) == 4


def test_start_does_not_follow_a_dangling_link(course, here):
    (here / "ps03-tiny-things").mkdir()
    link = here / "ps03-tiny-things" / "tiny_things.ipynb"
    link.symlink_to(here / "elsewhere.ipynb")
    assert course("start", "3") == 0
    assert link.is_symlink() and not (here / "elsewhere.ipynb").exists()
    assert (link.parent / "tiny_things-fresh.ipynb").is_file()


@pytest.mark.parametrize("word", ["ps09", "nothing", "ps03x", "0", "ps30", "ps03-big", "", "ps"])
def test_an_unknown_name_lists_the_choices(course, here, word, capsys):
    for what in ("start", "check"):
        assert course(what, word) == 1
        assert "there are ps03-tiny-things" in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_a_name_that_is_nearly_right(course, here, capsys):
    assert course("start", "tiny_thing") == 1
    assert "did you mean ps03-tiny-things?" in capsys.readouterr().err


def test_without_the_exercises_the_message_says_where_they_were_looked_for(
        course, tmp_path, monkeypatch, capsys):  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(assignments.course_lib, "__file__", str(tmp_path / "site" / "course_lib" / "x.py"))
    assert course("start", "ps01") == 1
    error = capsys.readouterr().err
    assert "the assignments are not here" in error and str(tmp_path / "site") in error


def test_the_exercises_of_the_library_are_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(assignments.released_notebooks()) == 10


# ---------------------------------------------------------------------------------------- check


def states(course, capsys, *words):
    code = course("check", *words, "--json")
    result = json.loads(capsys.readouterr().out)
    assert code == (0 if result["passed"] else 1)
    return {task["name"]: task["state"] for task in result["tasks"]}, result


def test_right_wrong_and_missing(course, here, capsys):
    path = write(here / "tiny_things.ipynb", {1: RIGHT[1], 2: "def square(x):\n    return x + x"})
    before = path.read_bytes()
    assert course("check", "ps03") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "tiny_things.ipynb"
    assert [line.split("  ")[-1] for line in lines[3:7]] == ["done", "wrong", "not written", "not written"]
    assert "9 of 10 points are open." in lines
    message = "\n".join(lines[lines.index("Task 2: square", 5):])
    assert "result is wrong" in message and "got 6" in message
    assert "Next: Not written yet: task 3 (negate)." in message
    assert path.read_bytes() == before and list(here.iterdir()) == [path]


def test_all_done(course, here, capsys):
    write(here / "tiny_things.ipynb", RIGHT, question="Because.")
    found, result = states(course, capsys, "ps03")
    assert found == {"task-1": "done", "task-2": "done", "task-3": "done", "question-1": "answered"}
    assert result["passed"] and result["points"] == 10 and result["points_open"] == 0


@pytest.mark.slow
def test_whatever_a_notebook_does_the_other_tasks_are_judged(course, here, capsys):
    """A loop that ignores Ctrl-C, an error, the end of the process, stderr, and a broken cell."""
    def careless(cells):
        own = [{"cell_type": "code", "metadata": {}, "source": [source]} for source in
               ("1 / 0", "print('x' * 1000, file=sys.stderr)", "def broken(:",
                "while True:\n    try:\n        sum(range(1000))\n    except BaseException:\n        pass",
                "os._exit(3)")]  # fmt: skip
        return own[:1] + cells[:1] + own[1:] + cells[1:]

    write(here / "tiny_things.ipynb", RIGHT, "Because.", careless)
    found, result = states(course, capsys, "tiny_things.ipynb", "--seconds", 2)
    assert set(found.values()) == {"done", "answered"}
    notes = "\n".join(result["notes"])
    for text in ("ZeroDivisionError: division by zero\nThe line is 1: 1 / 0", "'def broken(:', raised SyntaxError",
                 "a cell of your own, 'while True:': It took more than 2 s",
                 "a cell of your own, 'os._exit(3)': It ended the Python process"):  # fmt: skip
        assert text in notes
    assert len(result["notes"]) == 4


def test_it_says_which_task_is_being_checked(course, here, capsys):
    write(here / "tiny_things.ipynb", RIGHT)
    course("check", "tiny_things.ipynb", "--json")
    result = capsys.readouterr()
    assert result.err.splitlines() == ["checking Task 1: double ...", "checking Task 2: square ...",
                                       "checking Task 3: negate ..."]
    assert json.loads(result.out)["tasks"]


def test_answers_that_do_not_come_to_an_end(course, here, capsys):
    write(here / "tiny_things.ipynb", {
        1: "def double(x):\n    while True:\n        print('on and on')",
        2: "def square(x):\n    return x *",
        3: "print(undefined)\ndef negate(x):\n    return -x"})  # fmt: skip
    found, result = states(course, capsys, ".", "--seconds", 2)
    assert list(found.values()) == ["wrong"] * 3 + ["not written"]
    one, two, three, _ = (task["message"] for task in result["tasks"])
    assert one.startswith("It took more than 2 s")
    assert "It was running this line, in double: print('on and on')" in one
    assert two == "SyntaxError: invalid syntax\nThe line is 2: return x *"
    assert three == "NameError: name 'undefined' is not defined\nThe line is 1: print(undefined)"


def test_tests_come_from_the_released_notebook(course, here, capsys):
    """A test that the student deleted, emptied or no longer marks is run all the same."""
    def weakened(cells):
        kept = [entry for entry in cells if entry["id"] != "task-1-visible"]
        for entry in kept:
            if entry["id"] == "task-2-visible":
                entry["source"] = "pass"
        return [entry for entry in kept if entry["id"] != "task-3"]

    write(here / "tiny_things.ipynb", {1: "def double(x):\n    return x", 2: "def square(x):\n    return x"}, change=weakened)
    found, _ = states(course, capsys, "ps03")
    assert list(found.values()) == ["wrong", "wrong", "not written", "not written"]


def test_as_vs_code_saves_it(course, here, capsys):
    """Sources as lists of lines, no ids, an older minor version and marks of its own."""
    path = write(here / "tiny_things.ipynb", RIGHT, "Because.")
    notebook = json.loads(path.read_text())
    notebook["nbformat_minor"], notebook["metadata"]["vscode"] = 2, {"interpreter": {"hash": "0"}}
    for entry in notebook["cells"]:
        entry["source"] = entry["source"].splitlines(keepends=True)
        entry["metadata"]["vscode"] = {"languageId": "python"}
        del entry["id"]
    path.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
    found, _ = states(course, capsys, "ps03")
    assert set(found.values()) == {"done", "answered"}


def test_where_it_looks(here):
    """This folder, its ps03-..., the one beside exercises/, and exercises/ itself."""
    root = here.parent
    places = [root / "exercises/ps03-tiny-things", root / "ps03-tiny-things", here / "ps03-tiny-things", here]
    for place in places:
        place.mkdir(exist_ok=True)
        (place / "tiny_things.ipynb").touch()
        assert assignments.find_notebook("ps03").resolve() == place / "tiny_things.ipynb"
    (here / "tiny_things-fresh.ipynb").touch()
    (here / "other.ipynb").touch()
    assert assignments.find_notebook(".") == Path("tiny_things.ipynb")
    (here / "tiny_things.ipynb").unlink()
    (here / "tiny_things-fresh.ipynb").unlink()
    (here / "more.ipynb").touch()
    with pytest.raises(ValueError, match=r"several notebooks.*'course check more.ipynb', 'course check other.ipynb'"):
        assignments.find_notebook(".")
    with pytest.raises(ValueError, match="there is no file"):
        assignments.find_notebook("nowhere.ipynb")


def test_under_another_name_it_is_known_by_its_functions(course, here, capsys):
    """A cell of the student's own, here one that counts how often it runs, runs once."""
    def added(cells):
        for entry in cells:
            del entry["id"]
        count = "with open('runs', 'a') as file:\n    _ = file.write('x')"
        return [*cells[:1], {"cell_type": "code", "metadata": {}, "source": count}, *cells[1:]]

    notebook = write(here / "my_own.ipynb", RIGHT, "Because.")
    content = json.loads(notebook.read_text())
    content["cells"] = added(content["cells"])
    notebook.write_text(json.dumps(content))
    found, result = states(course, capsys, "my_own.ipynb")
    assert result["notes"] == ["what you hand in must be named tiny_things.ipynb; this file is named my_own.ipynb"]
    assert set(found.values()) == {"done", "answered"}
    assert (here / "runs").read_text() == "x"


@pytest.mark.parametrize(("text", "what"), [
    ("", "it is empty"), (" \n", "it is empty"), ("\xef\xbb\xbf", "it is empty"),
    ("{", "it ends too early"), ('{"cells": [{"source": "abc', "it ends too early"),
    ('{"cells": [],,}', "broken in line 1"), ('{"cells": []}\n}', "broken in line 2"),
    ("<!DOCTYPE html>\n<html>", "it is a web page"), ("import numpy", "it is no JSON"),
    ("[]", "it is no JSON"), ('{"cells": 3}', "its cells are not as they should be"),
    ('{"cells": [3]}', "its cells are not as they should be"), ('{"cells": [{}]}', "its cells are not as they"),
    ('{"worksheets": []}', "an old one"), ('{"nbformat": 3, "worksheets": [{"cells": []}]}', "an old one"),
    ("\xff\xfe", "not text in UTF-8"), ("{}", "its cells are not as they should be"),
    ('{\n"cells": [\n<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n]}', "merge conflict in it, from line 3 on"),
])  # fmt: skip
def test_what_is_no_notebook(course, here, text, what, capsys):
    (here / "tiny_things.ipynb").write_bytes(text.encode("latin-1"))
    assert course("check", "ps03") == 1
    error = capsys.readouterr().err
    assert "is not a notebook that can be read: " in error and what in error


def test_a_byte_order_mark_is_read(course, here, capsys):
    path = write(here / "tiny_things.ipynb", RIGHT, "Because.")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert set(states(course, capsys, "ps03")[0].values()) == {"done", "answered"}


@pytest.mark.parametrize("name", [
    "tiny_things (1).ipynb", "tiny_things(2).ipynb", "tiny_things-Copy1.ipynb", "tiny_things copy 2.ipynb",
    "Copy of tiny_things.ipynb", "Tiny_Things - Kopie.ipynb", "tiny_things.ipynb.txt", "ann_final.ipynb"])
def test_a_second_download_is_found(here, name):
    write(here / name, RIGHT, "Because.")
    for word in ("ps03", ".", name):
        assert assignments.find_notebook(word) == Path(name)
        assert assignments.release_of(Path(name)).name == "tiny_things.ipynb"


def test_a_second_download_is_checked_and_the_right_name_told(course, here, capsys):
    write(here / "tiny_things (1).ipynb", RIGHT, "Because.")
    found, result = states(course, capsys, "ps03")
    assert set(found.values()) == {"done", "answered"}
    (note,) = result["notes"]
    assert note.startswith("what you hand in must be named tiny_things.ipynb; ")


def test_a_name_says_what_a_notebook_without_answers_is(here):
    (here / "x").mkdir()
    for name in ("tiny_things (1).ipynb", "ps03 final.ipynb"):
        (here / "x" / name).write_text('{"cells": []}')
        assert assignments.release_of(here / "x" / name).name == "tiny_things.ipynb"
    (here / "x" / "ps031.ipynb").write_text("")
    assert assignments.release_of(here / "x" / "ps031.ipynb") is None


def test_what_lies_beside_the_right_name_is_told(course, here, capsys):
    write(here / "tiny_things.ipynb", {})
    write(here / "tiny_things (1).ipynb", RIGHT)
    _, result = states(course, capsys, "ps03")
    assert result["notebook"] == "tiny_things.ipynb"
    assert "not checked: tiny_things (1).ipynb" in result["notes"][0]
    (here / "tiny_things.ipynb").rename(here / "tiny_things (2).ipynb")
    assert course("check", "ps03") == 1
    assert "course check 'tiny_things (1).ipynb'" in capsys.readouterr().err


def test_a_variable_of_an_example_is_no_argument(course, here, capsys):
    write(here / "tiny_things.ipynb", {1: "def double(x):\n    return 2 * spare"})
    found, result = states(course, capsys, "ps03")
    assert found["task-1"] == "done" and result["notes"] == [
        "task-1 reads spare, which is no argument but a variable of an example: is it a misspelled name?"]

    def with_own(cells):
        return [*cells[:1], {"cell_type": "code", "metadata": {}, "source": ["spare = 3.0"]}, *cells[1:]]

    for answer, change in ((RIGHT[1], list), ("spare = 3.0\ndef double(x):\n    return 2 * spare", list),
                           ("def double(x):\n    return 2 * spare", with_own),
                           ("def double(spare):\n    return 2 * spare", list)):
        write(here / "tiny_things.ipynb", {1: answer}, change=change)
        assert states(course, capsys, "ps03")[1]["notes"] == []


def test_a_task_waits_for_the_one_that_it_calls(course, here, capsys):
    write(here / "tiny_things.ipynb", {2: "def square(x):\n    return double(x) * x / 2",
                                       3: "def negate(x):\n    return square(x) - double(x)"})
    found, result = states(course, capsys, "ps03")
    assert list(found.values())[:3] == ["not written", "waiting", "waiting"]
    assert result["tasks"][1]["message"].startswith("It calls what is not right yet: Task 1: double.\n")
    assert "Task 1: double and Task 2: square." in result["tasks"][2]["message"]
    write(here / "tiny_things.ipynb", {1: RIGHT[1], 2: "def square(x):\n    return double(x)"})
    assert list(states(course, capsys, "ps03")[0].values())[:2] == ["done", "wrong"]


def test_messages_name_the_command_as_it_was_typed(course, here, monkeypatch, capsys):
    root = here.parent
    (root / ".venv" / "bin").mkdir(parents=True)
    program = root / ".venv" / "bin" / "course"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "argv", [".venv/bin/course"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert course("start", "ps03", "--into", "my work") == 0
    assert "'.venv/bin/course check 'my work/tiny_things.ipynb''" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", [str(program)])
    assert command("zoo") == ".venv/bin/course zoo"
    monkeypatch.chdir(here)
    assert command("zoo") == f"{program} zoo"
    monkeypatch.setattr(sys, "argv", ["../.venv/bin/course"])
    assert command("zoo") == "../.venv/bin/course zoo"
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setattr(sys, "argv", [str(program)])
    assert command("zoo") == "course zoo"
    monkeypatch.setattr(sys, "argv", ["/x/course_lib/cli/__main__.py"])
    monkeypatch.setattr(sys, "executable", "/a b/python")
    assert command("zoo") == "'/a b/python' -m course_lib.cli zoo"


@pytest.mark.parametrize("word", ["ps3", "3", "PS03", "Ps-3", "ps 03", "ps_03", "ps03-tiny-things/", "003",
                                  "ps03-tiny", "ps3-tiny_things", "exercises/ps03-tiny-things", "tiny_things",
                                  "Tiny Things", "TINY-THINGS", " ps03 "])  # fmt: skip
def test_every_way_to_name_an_assignment(here, word):
    assert assignments.find_assignment(word) == "ps03-tiny-things"


def test_a_notebook_that_lost_its_metadata(course, here, capsys):
    def bare(cells):
        return [{key: value for key, value in entry.items() if key != "id"} | {"metadata": {}} for entry in cells]

    write(here / "tiny_things.ipynb", {1: RIGHT[1], 2: "def square(x):\n    return x"}, "Because.", bare)
    found, result = states(course, capsys, "ps03")
    assert list(found.values()) == ["done", "wrong", "not written", "answered"]
    assert "task-1, task-2, task-3, question-1" in result["notes"][0]


def test_the_class_by_name_of_file(course, here, capsys):
    for student, name in {"ann": "tiny_things.ipynb", "bob": "tiny_things (1).ipynb", "eve": "x.ipynb.txt"}.items():
        folder = here.parent / "grading" / "submitted" / student / "ps03-tiny-things"
        folder.mkdir(parents=True)
        write(folder / name, RIGHT)
    assert course("check", "--submitted", "ps03") == 1
    out = capsys.readouterr().out
    assert "1 submissions" in out and "ann:" not in out
    assert "bob: tiny_things (1).ipynb will not be graded: nbgrader looks for tiny_things.ipynb" in out
    assert "eve: x.ipynb.txt will not be graded" in out


def test_a_notebook_without_tasks(course, here, capsys):
    (here / "other.ipynb").write_text('{"cells": [{"cell_type": "code", "source": "1"}]}')
    assert course("check", "other.ipynb") == 1
    assert "holds no tasks" in capsys.readouterr().err


BORROWED = {1: "from course_lib.nn import ReLU as double"}


def test_an_answer_that_is_borrowed_is_told(course, here, capsys):
    write(here / "tiny_things.ipynb", BORROWED)
    course("check", "ps03")
    assert "Task 1 uses course_lib.nn.ReLU: the exercise is to write it." in capsys.readouterr().out


def test_the_class(course, here, capsys):
    for student, answers in {"ann": RIGHT, "bob": BORROWED}.items():
        folder = here.parent / "grading" / "submitted" / student / "ps03-tiny-things"
        folder.mkdir(parents=True)
        write(folder / "tiny_things.ipynb", answers)
    assert course("check", "--submitted", "ps03") == 1
    out = capsys.readouterr().out
    assert "2 submissions, 1 answers" in out and "bob  task-1  course_lib.nn.ReLU" in out
    assert "ann" not in out
    (folder / "tiny_things.ipynb").write_text("{")
    assert course("check", "--submitted", "ps03", "--json") == 1
    result = json.loads(capsys.readouterr().out)
    assert result["borrowed"] == [] and result["unread"][0]["student"] == "bob"
    assert course("check", "--submitted", "ps04") == 1


def test_no_submissions(course, here, capsys):
    assert course("check", "--submitted", "ps03") == 1
    assert "there are no submissions" in capsys.readouterr().err


def test_a_kernel_of_this_python(course, here, capsys):
    write(here / "tiny_things.ipynb", {1: f"assert sys.executable == {sys.executable!r}\n{RIGHT[1]}"})
    found, result = states(course, capsys, "ps03")
    assert found["task-1"] == "done" and not result["notes"]


def test_without_a_kernel_it_says_what_to_install(course, here, monkeypatch, capsys):
    write(here / "tiny_things.ipynb", RIGHT)
    monkeypatch.setitem(sys.modules, "ipykernel", None)
    assert course("check", "ps03") == 1
    assert "pip install ipykernel" in capsys.readouterr().err
