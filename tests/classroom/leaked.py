"""Search a page for what is hidden: lines and numbers of hidden tests, and what they hand over."""

import ast
import contextlib
import html
import io
import re
import textwrap

import numpy as np
from matplotlib import pyplot

from classroom.leaks import REGION, _flat, _searchable, _statements
from course_lib.desk.notebook import grading
from course_lib.grading.check import Check

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]*\d)")


def leaked(page: str, source: dict, own: str = "") -> list[str]:
    """Name what a student must not see and this page shows.

    Parameters
    ----------
    page : str
        HTML, or plain text.
    source : dict
        The instructor's notebook, with solutions and hidden tests.
    own : str
        What the student handed in: what stands there is no secret to that student.

    Returns
    -------
    list of str
        Lines, numbers and shapes of hidden tests, and inputs that they give to students' functions;
        empty where there are none.
    """
    cells = source["cells"]
    hidden = [textwrap.dedent(text) for cell in cells if grading(cell).get("points")
              for kind, text in REGION.findall(cell["source"]) if kind == "HIDDEN TESTS"]
    rest = "\n".join(REGION.sub(lambda m: m[2] if m[1] == "SOLUTION" else "", cell["source"])
                     for cell in cells)
    shown = f"{rest}\n{own}"
    page = re.sub(r"(?s)<(style|script)\b.*?</\1>|data:image/png;base64,[\w+/=]*", "", page)
    text = html.unescape(re.sub(r"<[^>]*>", "", page))
    everything = f"{_flat(text)}\0{_flat(html.unescape(page))}"
    known = _searchable(shown)
    found = [f"the line {line!r}" for code in hidden for line, forms in _statements(code).items()
             if any(form in everything for form in forms) and not any(f in known for f in forms)]
    numbers = {number for number in NUMBER.findall("\n".join(hidden))
               if len(number.replace(".", "").strip("0")) >= 3} - {*NUMBER.findall(shown)}
    found += [f"the number {number}" for number in sorted(numbers & {*NUMBER.findall(text)})]
    flat = re.sub(r"\s", "", text)
    for shape in {re.sub(r"\s", "", ast.unparse(node)) for code in hidden
                  for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Tuple)
                  and len(node.elts) > 1 and all(isinstance(e, ast.Constant)
                                                 and type(e.value) is int for e in node.elts)}:
        if shape in flat and shape not in re.sub(r"\s", "", shown):
            found.append(f"the shape {shape}")
    told = {digits[:7] for number in NUMBER.findall(text) if len(digits := _digits(number)) >= 8}
    secret = {digits[:7] for value in inputs(source) if len(digits := _digits(repr(value))) >= 8}
    free = {_digits(number)[:7] for number in NUMBER.findall(shown)}
    return found + [f"an input that begins with {digits}" for digits in sorted(told & secret - free)]


def _digits(number):
    return re.sub(r"e.*|[^\d]", "", number).lstrip("0")


def inputs(source: dict) -> set[float]:
    """Run a notebook with the solutions; return the numbers that hidden tests give to them."""
    given, original = set(), Check._call

    def call(self, function, name, args, kwargs, *rest, **options):
        for value in (*args, *kwargs.values()):
            if not self.reveal and isinstance(value, (float, np.ndarray)):
                array = np.asarray(value).ravel()
                given.update(array[:500].tolist() if array.dtype.kind == "f" else ())
        return original(self, function, name, args, kwargs, *rest, **options)

    Check._call, namespace = call, {"__name__": "__main__"}
    try:
        for cell in source["cells"]:
            last = grading(cell).get("points")
            if cell["cell_type"] == "code" and (grading(cell) or last):
                with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
                    exec(compile(cell["source"], "<cell>", "exec"), namespace)  # noqa: S102
    finally:
        Check._call = original
        pyplot.close("all")  # what the picture has drawn
    return given
