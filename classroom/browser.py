"""The exercises in a browser, for `course release --browser`: the folder that `make exercises` writes."""

import html
import json
import re
from pathlib import Path

from classroom.leaks import find_leaks

NAME = "exercises-in-a-browser"
BEGIN, END = '<script id="released" type="application/json">', "</script>"
# What the gate does not read: files of others, and the library packed for the page, which was searched before.
PACKED = re.compile(r"(python/[\w.-]+\.js|mathjax/.*|licenses/.*|editor\.js)")
EXPECTED = re.compile(r"(ps\d\d-[a-z0-9-]+|index)\.html|[a-z]+\.(js|css)")
WAY_IN = """## Without an installation

Open `exercises-in-a-browser/index.html`: all assignments as pages that bring their own Python, check every
task and need no network. *Download notebook* gives the file to hand in. What follows is the other way.

"""


def embedded(text: str) -> tuple[str, str]:
    """Take a page apart: what a reader sees of it, and the text of the notebook in it."""
    shown, begin, rest = text.partition(BEGIN)
    if not begin:
        return html.unescape(re.sub(r"<[^>]*>", "", text)), ""
    packed, _, end = rest.partition(END)
    return html.unescape(re.sub(r"<[^>]*>", "", shown + end)), json.loads(packed)["text"]


def browser_files(root: Path, secrets: list, notebooks: dict[str, str]) -> dict[str, bytes]:
    """Read the folder that `make exercises` has written: path in the archive -> content.

    Parameters
    ----------
    root : Path
        The instructor's folder.
    secrets : list of Secret
        What must not be seen, as `classroom.leaks.all_secrets` gives it.
    notebooks : dict from str to str
        Assignment -> the text of its released notebook.

    Raises
    ------
    ValueError
        The folder is not there, is older than a notebook, or shows what students must not see.
    """
    folder = root / "_build" / NAME
    if not (folder / "index.html").is_file():
        raise ValueError(f"{folder} does not hold the exercises in a browser; first run "
                         "'make exercises'")
    files = {path.relative_to(folder).as_posix(): path.read_bytes()
             for path in sorted(folder.rglob("*")) if path.is_file()}
    searched = {}
    for name in files.keys() - set(filter(PACKED.fullmatch, files)):
        text = files[name].decode("utf-8", "replace")
        searched[name] = (embedded(text)[0] if name.endswith(".html") else text).encode()
    for assignment, text in notebooks.items():
        page = files.get(f"{assignment}.html", b"").decode()
        if embedded(page)[1] != text:
            raise ValueError(f"{folder} holds another {assignment} than exercises/ does; run "
                             "'make exercises' again")
    if leaks := find_leaks(secrets, searched, EXPECTED):
        raise ValueError("nothing was written, for students would see what they must not:\n  "
                         + "\n  ".join(leaks))
    return {f"{NAME}/{name}": content for name, content in files.items()}
