"""What runs in the page's own Python: cells, and the checks of `course check` on top of them.

The page hands over the whole notebook every time, so nothing of a student's work lives only here.
What goes in and comes out is text, JSON where there is more to say. `limit` and `starting` are set
by the worker: they tell the page's clock how long a cell may compute, and which one begins.
"""

import ast
import base64
import functools
import io
import json
import linecache
import logging
import os
import re
import sys
import traceback
import types
from collections.abc import Callable
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict
from pathlib import Path

import numpy as np

from course_lib.desk.kernel import Outcome, error_of, stopped_of
from course_lib.desk.notebook import grading
from course_lib.desk.progress import check_notebook

FOLDER = Path("/course")  # holds exercises/, as a student's folder does
MOST = 100_000  # characters that one cell may print
MAGIC = re.compile(r"(?m)^(\s*)[%!][^\n]*$")
TOO_LONG = "It took more than {:g} s and was stopped: look for a loop that never ends."


def limit(seconds: float) -> None:
    """Interrupt Python after so many seconds; 0 for never."""


def starting(cell: int) -> None:
    """Tell the page which cell of a check begins."""


class _Missing:
    """Says of packages that a page does not bring why they are not there."""

    PACKAGES = ("matplotlib", "pandas", "scipy", "sklearn", "torch")

    def find_spec(self, name, path=None, target=None):
        if name in self.PACKAGES:
            raise ModuleNotFoundError(f"No module named {name!r}: this page brings NumPy alone. "
                                      "Use NumPy, or go on in Jupyter", name=name)


def begin() -> None:
    """Get ready, once, in a page."""
    sys.meta_path.append(_Missing())
    count = np.bincount

    def bincount(x, /, weights=None, minlength=0):
        # It takes integers of 32 bits alone here, although an answer may rightly use 64.
        x = np.asarray(x)
        return count(x.astype(np.intp) if x.dtype == np.int64 else x, weights, minlength)

    np.bincount = functools.wraps(count)(bincount)


class StdinNotImplementedError(RuntimeError):
    """What a notebook raises for `input()` where nobody can be asked."""


def _no_input(prompt=""):
    raise StdinNotImplementedError(
        "raw_input was called, but this frontend does not support input requests.")


class Printed(io.TextIOBase):
    """Gathers what a cell prints, up to a limit."""

    def __init__(self):
        self.parts, self.length = [], 0

    def write(self, text: str) -> int:
        if self.length < MOST:
            self.parts.append(text[:MOST - self.length])
        self.length += len(text)
        return len(text)

    def text(self) -> str:
        more = self.length - MOST
        return "".join(self.parts) + (
            f"\n... and {more:,} characters more, which are left out." if more > 0 else "")


def without_magic(source: str) -> str:
    """Leave out lines for IPython alone, such as `%timeit`, where a cell is no Python with them."""
    try:
        ast.parse(source)
    except SyntaxError:
        plain, found = MAGIC.subn(r"\1pass", source)
        if found:
            print(f"{found} lines for IPython alone (% or !) are left out: they work in Jupyter.")
            return plain
    except (ValueError, RecursionError, MemoryError):
        pass
    return source


class Notebook:
    """The names of a running notebook, and the cells that have run with them."""

    def __init__(self):
        self.module = types.ModuleType("__main__")
        self.module.input = _no_input
        self.ran = {}  # the name of a cell -> the source that ran
        self.count = 0

    def execute(self, source: str) -> tuple[BaseException | None, str]:
        """Run a cell; return what it raised, and the last expression as Jupyter shows it."""
        self.count += 1
        name = f"<cell {self.count}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        sys.modules["__main__"] = self.module
        try:
            source = without_magic(source)
            tree = ast.parse(source, name)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            if source.rstrip().endswith(";"):
                tree, last = ast.parse(source, name), None
            exec(compile(tree, name, "exec"), self.module.__dict__)  # noqa: S102
            if last is None:
                return None, ""
            value = eval(compile(ast.Expression(last.value), name, "eval"), self.module.__dict__)
            return None, "" if value is None else f"{value!r}\n"
        except BaseException as error:  # noqa: BLE001  whatever a cell raises is told
            return error, ""


def run_cells(sources: list[str], folder: Path, seconds: float,
              tell: Callable[[int], None] = lambda i: None, skip=()) -> list[Outcome]:
    """Run cells in a fresh notebook and say how each ended, as `course_lib.desk.kernel` does."""
    notebook, outcomes, skip = Notebook(), [], dict(skip)
    for i, source in enumerate(sources):
        if i in skip:
            outcomes.append(skip[i])
            continue
        tell(i)
        starting(i)
        limit(seconds)
        printed = Printed()
        with redirect_stdout(printed), redirect_stderr(printed):
            error, _ = notebook.execute(source)
        limit(0)
        outcomes.append(_outcome(error, source, seconds))
    return outcomes


def _outcome(error, source, seconds):
    if error is None:
        return Outcome()
    content = {"ename": type(error).__name__, "evalue": str(error), "traceback": _trace(error)}
    if isinstance(error, KeyboardInterrupt):
        return stopped_of(Outcome("Timeout", TOO_LONG.format(seconds)), content, source)
    return error_of(content, source)


def _trace(error) -> list[str]:
    """The frames of an error that lie in cells, in the form that Jupyter gives them."""
    if hasattr(error, "_render_traceback_"):
        return error._render_traceback_()
    if isinstance(error, SyntaxError) and str(error.filename).startswith("<cell "):
        return [f"  Cell In[1], line {error.lineno}"]
    told = []
    for place in traceback.extract_tb(error.__traceback__):
        if place.filename.startswith("<cell "):
            where = f"Cell In[1], line {place.lineno}"
            told.append(where if place.name == "<module>" else f"{where}, in {place.name}()")
            told.append(f"----> {place.lineno} {place.line}")
    return told


def check(request: str) -> str:
    """Check a notebook as `course check` does.

    The request holds `notebook` and `released` (texts), `assignment`, `stem`, `only`, `seconds`,
    and `skip`: which cells are known to end the page's Python, and what is to be said of them.
    """
    asked = json.loads(request)
    released = FOLDER / "exercises" / asked["assignment"] / f"{asked['stem']}.ipynb"
    own = FOLDER / asked["assignment"] / released.name
    for path, text in ((released, asked["released"]), (own, asked["notebook"])):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    os.chdir(FOLDER)
    skip = {int(i): Outcome(*told) for i, told in asked["skip"].items()}
    progress = check_notebook(
        own, asked["seconds"], only=asked["only"],
        run=lambda *given: run_cells(*given, skip=skip))
    return json.dumps({
        "tasks": [{**asdict(task), "message": task.message + on_overflow(task.message)}
                  for task in progress.tasks], "borrowed": progress.borrowed,
        "notes": progress.notes, "points": progress.points, "passed": progress.passed,
        "points_open": progress.points_open})


def on_overflow(message: str) -> str:
    """What to add where numbers look like those of an integer that has overflowed.

    >>> on_overflow("got [1874919424]")[:48]
    '\\nIntegers have 32 bits in this page, 64 elsewhere'
    """
    large = re.search(r"\bgot\b[^a-z]*(?<![\d.])-?[12]\d{9}(?![\d.])", message)
    return ("\nIntegers have 32 bits in this page, 64 elsewhere: a sum or product beyond "
            "2,147,483,647 overflows here. Try dtype=np.int64, or floats.") if large else ""


session = Notebook()


def run(request: str) -> str:
    """Run one cell, after all above it that have not run as they are now.

    The request holds the `notebook`'s text, the `cell`, its place in it, and the `seconds` that
    each cell may compute. Tests and the closing picture run when they are asked for alone.
    """
    asked = json.loads(request)
    cells = json.loads(asked["notebook"])["cells"]
    for i, cell in enumerate(cells[:asked["cell"]]):
        source, name = "".join(cell["source"]), cell.get("id", str(i))
        tests = grading(cell).get("grade") or grading(cell).get("grade_id") == "picture"
        if cell["cell_type"] == "code" and not tests and session.ran.get(name) != source:
            printed = Printed()
            with redirect_stdout(printed), redirect_stderr(printed):
                _limited(i, source, asked["seconds"])
            session.ran[name] = source
    cell = cells[asked["cell"]]
    source, printed, pictures = "".join(cell["source"]), Printed(), []
    with redirect_stdout(printed), redirect_stderr(printed), _drawing(pictures):
        error, value = _limited(asked["cell"], source, asked["seconds"])
    session.ran[cell.get("id", str(asked["cell"]))] = source
    return json.dumps({"printed": printed.text(), "value": value[:MOST],
                       "error": _told(error, asked["seconds"]) if error else "",
                       "pictures": pictures})


def _limited(cell: int, source: str, seconds: float) -> tuple[BaseException | None, str]:
    """Run a cell of the session; Python is interrupted where it takes longer."""
    starting(cell)
    limit(seconds)
    try:
        return session.execute(source)
    finally:
        limit(0)


@contextmanager
def _drawing(pictures: list[str]):
    """Collect what the code inside draws with matplotlib, each figure as a PNG in base64."""
    os.environ["MPLBACKEND"] = "module://page_backend"
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # not that it looks for its fonts
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        for number in pyplot.get_fignums():
            file = io.BytesIO()
            pyplot.figure(number).savefig(file, format="png", dpi=110, bbox_inches="tight")
            pictures.append(base64.b64encode(file.getvalue()).decode("ascii"))
        pyplot.close("all")


def _told(error, seconds: float) -> str:
    """An error as a student should see it: where in the cells, and what."""
    if hasattr(error, "_render_traceback_"):
        return "\n".join(error._render_traceback_())
    lines = []
    for place in traceback.extract_tb(error.__traceback__):
        if place.filename.startswith("<cell "):
            inside = "" if place.name == "<module>" else f", in {place.name}"
            lines += [f"line {place.lineno}{inside}:", f"    {place.line}"]
    if len(lines) > 20:
        lines = [*lines[:10], "...", *lines[-10:]]
    what = ([TOO_LONG.format(seconds)] if isinstance(error, KeyboardInterrupt)
            else traceback.format_exception_only(error))
    return "\n".join([*lines, *what]).rstrip()
