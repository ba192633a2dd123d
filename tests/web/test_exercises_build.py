"""What the folder with the exercises in a browser is made of, without a browser."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from banks_in_page import ASSIGNMENTS, filled, here, judged, release
from node import ROOT, node

from classroom.browser import embedded
from classroom.release import archive
from web.exercises import __main__ as build
from web.exercises import inside, supply


@pytest.fixture(scope="module")
def contents():
    return build.text_files()


def test_every_page_holds_the_released_notebook_and_shows_all_of_it(contents):
    for assignment in ASSIGNMENTS:
        path = release(assignment)
        shown, inside_ = embedded(contents[f"{assignment}.html"].decode())
        assert inside_ == path.read_text(encoding="utf-8")
        for cell in json.loads(inside_)["cells"]:
            if cell["cell_type"] == "code" and not cell["id"].endswith("-hidden"):
                assert "".join(cell["source"]).strip() in shown, (assignment, cell["id"])


def test_the_gate_finds_what_is_planted_in_a_page(contents):
    (path,) = (ROOT / "solutions" / "ps05-optimizers").glob("*.ipynb")
    (cell,) = [c for c in json.loads(path.read_text())["cells"] if c["id"] == "task-4"]
    solution = next(line.strip() for line in cell["source"] if "m_hat =" in line)
    assert build.leaks_in(contents) == []
    page = contents["ps05-optimizers.html"]
    in_prose = {**contents, "ps05-optimizers.html": page.replace(
        b"</main>", f"<p>{solution}</p></main>".encode())}
    in_notebook = {**contents, "ps05-optimizers.html": page.replace(
        b"Your code here.", json.dumps(solution)[1:-1].encode())}
    unexpected = {**contents, "solutions.html": b""}
    for planted, place in ((in_prose, "ps05-optimizers.html: holds"), (in_notebook, "html.ipynb"),
                           (unexpected, "solutions.html: this file")):
        found = build.leaks_in(planted)
        assert found and any(place in line for line in found)


def test_a_file_that_is_not_the_right_one_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PYODIDE_DIR", str(tmp_path))
    with pytest.raises(ValueError, match="does not hold it"):
        supply.find()
    (tmp_path / supply.CORE[0].name).write_text("something else")
    with pytest.raises(ValueError, match="is not the pyodide.js that is expected"):
        supply.find()
    assert build.main(["--output", str(tmp_path / "new")]) == 1
    assert not (tmp_path / "new").exists()


def test_without_a_network_one_line_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("COURSE_PYODIDE_DIR", raising=False)
    monkeypatch.setattr(supply, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(supply, "ADDRESS", "http://127.0.0.1:9/")
    monkeypatch.setenv("PATH", "")  # no npm
    assert build.main(["--output", str(tmp_path / "new")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "need pyodide.js" in said and "COURSE_PYODIDE_DIR" in said


def test_the_archive_is_the_same_every_time():
    files = {"a/b.html": b"1", "index.html": b"2"}
    assert archive(files, "folder") == archive(dict(reversed(files.items())), "folder")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_notebook_that_nobody_changed_is_written_as_it_was(assignment):
    text = release(assignment).read_text(encoding="utf-8")
    code = """
        const notebook = JSON.parse(data.text);
        for (const cell of notebook.cells) cell.source = lines(sourceOf(cell));
        return fileText(notebook);
    """
    assert node(code, "exercises/notebook.js", text=text) == text


def test_a_file_that_is_not_this_notebook_is_told_by_its_fault():
    text = release("ps05-optimizers").read_text(encoding="utf-8")
    lost = json.loads(text)
    for cell in lost["cells"]:
        cell["metadata"] = {}
    other = release("ps04-backpropagation").read_text(encoding="utf-8")
    code = """
        const released = JSON.parse(data.files.own);
        return Object.fromEntries(Object.entries(data.files).map(
            ([name, text]) => [name, problemWith(text, released, "optimizers")]));
    """
    files = {"own": text, "mark": "\ufeff" + text, "empty": " ", "page": "<html>", "list": "[]",
             "no cells": "{}", "lost": json.dumps(lost), "other": other}
    said = node(code, "exercises/notebook.js", files=files)
    assert said["own"] == said["mark"] == ""
    assert "empty" in said["empty"] and "not JSON" in said["page"]
    assert "present format" in said["list"] and "present format" in said["no cells"]
    assert "names" in said["lost"] and "another exercise" in said["other"]


ANSWERS = {
    "right": "def sgd(w, g, state, lr):\n    return w - lr * g, state\n",
    "wrong": "def sgd(w, g, state, lr):\n    return w + lr * g, state\n",
    "an error in a call": "def step(x):\n    return x / 0\n\n\nstep(1)\n",
    "no Python": "def sgd(w, g, state, lr)\n    return w\n",
    "an error that another caused": (
        "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('b') from e\n"),
    "stopped": "def sgd(w, g, state, lr):\n    raise KeyboardInterrupt\n",
    "an assertion": "assert 1 == 2, 'no'\n",
}


def test_a_page_tells_of_a_cell_what_jupyter_tells(tmp_path):
    """All at once, since a kernel takes a second to start: one task has each of these answers."""
    tasks = dict(zip((f"task-{i}" for i in range(1, 7)), list(ANSWERS.values())[:6], strict=True))
    for answers in (tasks, {"task-1": ANSWERS["an assertion"], "task-2": "x = 1\n%timeit x\n"}):
        text = filled("ps05-optimizers", answers)
        ours, theirs = (judge(text, "ps05-optimizers", tmp_path) for judge in (judged, here))
        assert ours == theirs


def test_one_task_alone_gets_the_same_verdict(tmp_path):
    text = filled("ps05-optimizers", {"task-1": ANSWERS["right"], "task-2": ANSWERS["wrong"],
                                      "task-3": "def rmsprop(w, g, state, lr, rho, eps):\n"
                                                "    return sgd(w, g, state, lr)\n"})
    whole = here(text, "ps05-optimizers", tmp_path)
    assert [here(text, "ps05-optimizers", tmp_path, only=name)[0]
            for name, _, _ in whole] == whole
    assert {state for _, state, _ in whole} == {"done", "wrong", "not written"}
    with pytest.raises(ValueError, match="task-9 has no test"):
        here(text, "ps05-optimizers", tmp_path, only="task-9")


def test_a_cell_runs_after_those_above_that_have_changed():
    notebook = {"cells": [
        {"cell_type": "code", "id": name, "metadata": {}, "source": source}
        for name, source in (("a", "x = 1\nprint('not shown')"), ("b", "x + 1"))]}

    def run(cell):
        return json.loads(inside.run(json.dumps(
            {"notebook": json.dumps(notebook), "cell": cell, "seconds": 60})))

    main = sys.modules["__main__"]
    try:
        inside.session = inside.Notebook()
        assert run(1)["value"] == "2\n" and run(1)["printed"] == ""
        notebook["cells"][0]["source"] = "x = 5"
        assert run(1)["value"] == "6\n"
        notebook["cells"][1]["source"] = "print('shown')\nx / 0"
        last = run(1)
    finally:
        sys.modules["__main__"] = main
    assert last["printed"] == "shown\n"
    assert last["error"] == "line 2:\n    x / 0\nZeroDivisionError: division by zero"


def test_what_overflows_in_32_bits_is_said():
    said = inside.on_overflow("n is wrong.\n  expected 4900000000\n  got      -1794967296")
    assert "64 elsewhere" in said
    assert inside.on_overflow("  expected [0.1234567890]\n  got      [0.1234567891]") == ""
