"""Read a notebook of an assignment; where it cannot be read, say what the file is instead.

A notebook is a dict, as JSON stores it. What nbgrader knows about a cell stands in its metadata: a
`grade_id` that names it, whether it holds a `solution`, and the `points` that it earns.
"""

import json
import re
from pathlib import Path

from course_lib.command import command


def read_notebook(path) -> dict:
    """Read a notebook as Jupyter and VS Code save it; the source of every cell is one string.

    Raises
    ------
    ValueError
        The file is no notebook of the present format; the message says what it is instead.
    OSError
        The file cannot be opened.
    """
    content = Path(path).read_bytes()
    try:
        text = content.decode("utf-8-sig")  # some editors begin a file with a byte-order mark
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
            cell.setdefault("metadata", {})
            cell["cell_type"] = str(cell["cell_type"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} is not a notebook that can be read: "
                         f"{_what_it_is(content, error)}") from error
    return notebook


def _what_it_is(content: bytes, error: Exception) -> str:
    """Say what a file that is no notebook is, and how to get at the answers in it."""
    fresh = f"a fresh copy comes with '{command('start', 'NAME')}'"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ("it is not text in UTF-8; if an editor saved it with another encoding, open it "
                f"there and save it as UTF-8; {fresh}")
    marks = re.search(r"^<{7}|^={7}$|^>{7}", text, re.MULTILINE)
    if not text.strip():
        return f"it is empty; {fresh}"
    if marks:
        line = text.count("\n", 0, marks.start()) + 1
        return (f"Git left a merge conflict in it, from line {line} on; decide which version you "
                "want with 'nbdime mergetool', 'git checkout --ours' or 'git checkout --theirs'")
    if text.lstrip().startswith("<"):
        return ("it is a web page; download the notebook itself (on GitHub the button "
                "\"Download raw file\")")
    if not text.lstrip().startswith("{"):
        return f"it is no JSON, which every notebook is; {fresh}"
    if isinstance(error, json.JSONDecodeError):
        place = f"in line {error.lineno}: {error.msg}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            return (f"it ends too early ({place}), as a download or a save that was cut off does; "
                    "get it again, or an older one from .ipynb_checkpoints beside it; " + fresh)
        return f"its JSON is broken {place}; mend that in a text editor; {fresh}"
    if re.search(r'"worksheets"|"nbformat":\s*[123]\b', text):
        return "its format is an old one; open it in JupyterLab and save it, which makes a new one"
    return (f"its cells are not as they should be ({type(error).__name__}: {error}); open it in "
            f"JupyterLab or VS Code and save it again; {fresh}")


def grading(cell) -> dict:
    """Return what nbgrader knows about a cell; empty for a cell it does not know."""
    return cell["metadata"].get("nbgrader") or {}


def grade_id(cell) -> str | None:
    """Return the name that nbgrader knows a cell by, or None."""
    return grading(cell).get("grade_id")


def is_solution(cell) -> bool:
    """Whether a cell is a student's to write."""
    return bool(grading(cell).get("solution"))
