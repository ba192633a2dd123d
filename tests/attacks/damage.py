"""What may happen to a notebook on its way: each edit returns the notebook or the file's bytes."""

import json


def _solutions(notebook):
    return [cell for cell in notebook["cells"]
            if cell["metadata"].get("nbgrader", {}).get("solution")]


def _hidden(notebook):
    return [cell for cell in notebook["cells"]
            if cell["metadata"].get("nbgrader", {}).get("grade_id", "").endswith("-hidden")]


def _each(cells, change):
    for cell in cells:
        change(cell)


def _points_changed(notebook):
    for cell in _hidden(notebook):
        cell["metadata"]["nbgrader"]["points"] = 100
    return notebook


def _tests_emptied(notebook):
    _each(_hidden(notebook), lambda cell: cell.update(source="pass"))
    return notebook


def _tests_deleted(notebook):
    gone = _hidden(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in gone]
    return notebook


def _tests_claimed(notebook):
    """The cells of the tests are declared to be the student's solutions, with a wrong answer."""
    for cell in _hidden(notebook):
        cell["metadata"]["nbgrader"].update(solution=True, grade=True, locked=False)
        cell["source"] = "1000"
    _solutions(notebook)[0]["source"] = "def sgd(w, g, state, lr):\n    return w, None"
    return notebook


def _verdicts_inside(notebook):
    """The metadata that grading writes are there already, with another level and all passed."""
    notebook["metadata"]["course"] = {
        "level": "bubblewrap", "problem": "", "verdicts": {
            f"task-{i}-hidden": {"passed": True, "reached": True, "points": 5.0}
            for i in range(1, 7)}}
    for cell in _hidden(notebook):
        cell["metadata"]["course"] = {"passed": True, "reached": True}
        cell["outputs"] = []
    _solutions(notebook)[0]["source"] = "def sgd(w, g, state, lr):\n    return w, None"
    return notebook


def _ids_twice(notebook):
    """A second cell has the id of the first task; it is an empty answer."""
    first = _solutions(notebook)[0]
    again = json.loads(json.dumps(first))
    again["source"] = "x = 1"
    notebook["cells"].append(again)
    return notebook


def _nameless(notebook):
    _each(notebook["cells"], lambda cell: cell.update(metadata={}))
    return notebook


def _odd_cells(notebook):
    notebook["cells"] += [7, None, {"cell_type": "code"}, {"cell_type": "heading", "source": "x"},
                          {"cell_type": "code", "source": 3, "metadata": []},
                          {"cell_type": "code", "source": "x = 1", "metadata": {"nbgrader": [1]}},
                          {"cell_type": "code", "source": ["y", 2], "metadata": None}]
    return notebook


def _kernel(notebook):
    notebook["metadata"]["kernelspec"] = {
        "name": "../../evil", "display_name": "R", "language": "R"}
    notebook["metadata"]["language_info"] = {"name": "R", "version": 7}
    return notebook


def _reversed(notebook):
    notebook["cells"] = notebook["cells"][::-1]
    return notebook


def _surrogates(notebook):
    _solutions(notebook)[0]["source"] += "\nprint('\ud800 lone surrogate')\n"
    return notebook


def _controls(notebook):
    _solutions(notebook)[0]["source"] += "\n# \x1b]0;title\x07 \x1b[2J \x00 \u202e reversed\n"
    return notebook


def _version_three(notebook):
    cells = [dict(cell) for cell in notebook["cells"]]
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["input"], cell["language"] = cell.pop("source"), "python"
            cell["prompt_number"] = cell.pop("execution_count", None)
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "x"},
            "worksheets": [{"cells": cells, "metadata": {}}]}


def _merged(notebook):
    """Git's marks of a conflict stand in the file."""
    text = json.dumps(notebook, indent=1).splitlines()
    return "\n".join([*text[:40], "<<<<<<< HEAD", *text[40:60], "=======", *text[40:]]).encode()


def _nested(notebook):
    return b"[" * 200_000 + b"]" * 200_000


def _many(notebook):
    notebook["cells"] += [{"cell_type": "code", "execution_count": None, "metadata": {},
                           "outputs": [], "source": ""} for _ in range(2_000)]
    return notebook


def _old_outputs(notebook):
    """Outputs of another run are in the file, among them hidden tests that were passed."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "REACHED"}]
    _solutions(notebook)[0]["source"] = "def sgd(w, g, state, lr):\n    return w, None"
    return notebook


EDITS = {
    "points changed": _points_changed,
    "tests emptied": _tests_emptied,
    "tests deleted": _tests_deleted,
    "tests claimed": _tests_claimed,
    "verdicts inside": _verdicts_inside,
    "ids twice": _ids_twice,
    "nameless": _nameless,
    "odd cells": _odd_cells,
    "another kernel": _kernel,
    "reversed": _reversed,
    "surrogates": _surrogates,
    "controls": _controls,
    "version three": _version_three,
    "merged": _merged,
    "nested": _nested,
    "many cells": _many,
    "old outputs": _old_outputs,
    "half": lambda notebook: json.dumps(notebook).encode()[:4000],
    "empty": lambda notebook: b"",
    "bytes": lambda notebook: bytes(range(256)) * 20,
    "a list": lambda notebook: [1, 2],
    "no cells": lambda notebook: {**notebook, "cells": []},
    "cells are text": lambda notebook: {**notebook, "cells": "print(1)"},
    "sixteen bits": lambda notebook: json.dumps(notebook).encode("utf-16"),
    "a mark at the front": lambda notebook: b"\xef\xbb\xbf" + json.dumps(notebook).encode(),
    "a page": lambda notebook: b"<html><script>alert(1)</script>Sign in to download</html>",
    "too large": lambda notebook: b'{"cells": [' + b" " * 21_000_000,
}
