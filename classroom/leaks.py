"""Search what students receive for anything that they must not see.

Secret are the solutions, the hidden tests, the model answers with their rubrics and the answers in
the banks of the tests. They are compared as *code*: every statement in one spelling, without
spaces, quotes, parentheses and comment signs, so that a line is found however it is formatted,
in a comment, in prose, in an output or in the metadata of a notebook. Functions are compared
with other names for their variables, too. `course_lib` holds its own versions of what students
write, and may; there only a whole answer is a leak.
"""

import ast
import json
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from course_lib.desk.notebook import grading, is_solution, read_notebook

SHORTEST = 12  # characters; a shorter statement says nothing, for example `return x`
REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS).*?\n(.*?)\s*### END \1", re.DOTALL)
MARKER = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN|MARK)|hidden_test\b|\bRubric\b", re.IGNORECASE)
MARKER_IN_CODE = re.compile(r"^[ \t]*#+ *(BEGIN|END) (SOLUTION|HIDDEN|MARK)", re.MULTILINE)
NUMBER = re.compile(r"(?<![\w.])(\d*\.\d+|\d{2,})")  # but 0, 1, 2 ... are in every test
SHARED = {  # lines with such numbers that hidden and visible tests share on purpose
    "0.0,-10000.0,10000.0",  # "stable at +-10,000" stands in the tasks
    "check.equaln_parameters,network.n_parameters,61706",  # so does this number
}
EXPECTED = re.compile(
    r"README\.md|LICENSE(-text)?|pyproject\.toml|requirements\.txt"
    r"|exercises/(ps\d\d-[a-z0-9-]+)/[a-z0-9_]+\.ipynb|course_lib/([a-z0-9_]+/)*[a-z0-9_]+\.(py|npy)")


@dataclass(frozen=True)
class Secret:
    """Something that students must not see.

    Attributes
    ----------
    name : str
        For a message.
    lines : dict
        Each statement -> all its spellings.
    share : float
        One place may hold up to this share of the lines.
    alone : frozenset of str
        Lines that may not stand anywhere, not even one of them.
    shapes : frozenset of str
        Its functions, with other names for their variables.
    """

    name: str
    lines: dict[str, tuple[str, ...]]
    share: float
    alone: frozenset = frozenset()
    shapes: frozenset = frozenset()


def all_secrets(root: Path) -> list[Secret]:
    """Read the secrets of a course from the instructor's folder.

    Raises
    ------
    ValueError
        It has no `solutions/`, or no `tests/assignments/banks/`.
    """
    secrets = [*notebook_secrets(root), *bank_secrets(root)]
    if not any(s.alone for s in secrets) or not any("banks" in s.name for s in secrets):
        raise ValueError(f"{root} has no solutions/ or no tests/assignments/banks/ to compare "
                         "with; "
                         "'course release' runs in the instructor's repository")
    return secrets


def find_leaks(secrets: list[Secret], files: dict[str, bytes],
               expected: re.Pattern = EXPECTED) -> list[str]:
    """Search files for the secrets of a course.

    Parameters
    ----------
    secrets : list of Secret
    files : dict from str to bytes
        What students receive: path -> content.
    expected : re.Pattern
        The paths that may be among them.

    Returns
    -------
    list of str
        A line for each leak, with its place; empty if there is none.
    """
    found = [f"{name}: this file is not meant for students"
             for name in files if not expected.fullmatch(name)]
    places = {(name, place): text for name, content in files.items()
              for place, text in _places(name, content).items()}
    texts = {key: _searchable(text) for key, text in places.items()}
    for (name, place), text in places.items():
        marker = MARKER_IN_CODE if _is_library(name) else MARKER
        if match := marker.search(text):
            found.append(f"{place}: holds the marker {match.group()!r}")
    everything = "\0".join(texts.values())
    for secret in secrets:
        here = {line for line, forms in secret.lines.items()
                if any(form in everything for form in forms)}
        if here:
            found += _leaks_of(secret, here, texts)
    shapes = {place: _shapes(text) for (name, place), text in places.items()
              if not _is_library(name)}
    found += [f"{place}: holds a function of {secret.name} under other names"
              for place, theirs in shapes.items() for secret in secrets if theirs & secret.shapes]
    return found


def _is_library(name):
    return name.startswith("course_lib/")


def _leaks_of(secret, here, texts):
    """What of a secret stands where, given the lines that stand anywhere at all."""
    for (name, place), text in texts.items():
        lines = {line for line in here if any(form in text for form in secret.lines[line])}
        if not lines:
            continue
        if _is_library(name):  # a whole answer of at least three lines
            leak = len(lines) >= max(3, 0.9 * len(secret.lines))
        else:
            leak = lines & secret.alone or len(lines) > secret.share * len(secret.lines)
        if leak:
            yield (f"{place}: holds {len(lines)} of {len(secret.lines)} lines of {secret.name}, "
                   f"such as {min(lines & secret.alone or lines)!r}")


def notebook_secrets(root: Path):
    """Solutions, hidden tests and model answers of all source notebooks."""
    sources = {path.parent.name: read_notebook(path)["cells"]
               for path in sorted(root.glob("solutions/ps*/*.ipynb"))}
    shown = "\0".join(_searchable(REGION.sub("", cell["source"])) for cells in sources.values()
                      for cell in cells if not is_solution(cell))
    for assignment, cells in sources.items():
        for cell in cells:
            name = f"{assignment}, {grading(cell).get('grade_id')}"
            if cell["cell_type"] == "markdown" and is_solution(cell):
                lines = {flat: (flat,) for line in cell["source"].split("\n")
                         if len(flat := _flat(line)) >= 2 * SHORTEST}
                yield Secret(f"the model answer of {name}", lines, 0, frozenset(lines))
            for kind, text in REGION.findall(cell["source"]):
                lines = _statements(textwrap.dedent(text))
                if kind == "SOLUTION":
                    whole = _shapes(re.sub(r"(?m)^\s*###.*$", "", cell["source"]))
                    yield Secret(f"the solution of {name}", lines, 0, frozenset(lines),
                                 whole)
                else:
                    # How a function is called may stand in the visible tests too; numbers to
                    # test with may not.
                    alone = frozenset(line for line, forms in lines.items()
                                      if NUMBER.search(line) and line not in SHARED
                                      or not any(form in shown for form in forms))
                    yield Secret(f"the hidden test {name}", lines, 0.4, alone)


def bank_secrets(root: Path):
    """The right and wrong answers in the banks: every string that is a whole answer."""
    examples = frozenset().union(*(  # a wrong answer may be a copy of the worked example
        _shapes(cell["source"]) for path in root.glob("solutions/ps*/*.ipynb")
        for cell in read_notebook(path)["cells"] if not is_solution(cell)))
    for path in sorted(root.glob("tests/assignments/banks/ps*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                tree = _parse(node.value)
                if tree and any(isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.Lambda))
                                for part in ast.walk(tree)):
                    lines = _statements(node.value)
                    yield Secret(f"an answer in banks/{path.name}, line {node.lineno}", lines,
                                 0.5, shapes=_shapes(node.value) - examples)


def _places(name: str, content: bytes) -> dict[str, str]:
    """The texts of a file: of a notebook every string on its own, with a name for its place."""
    text = content.decode("utf-8", errors="replace")
    if not name.endswith(".ipynb"):
        return {name: text}
    places = {}

    def visit(node, place):
        if isinstance(node, list) and all(isinstance(item, str) for item in node):
            node = "".join(node)
        if isinstance(node, str):
            places[place] = node
        elif isinstance(node, dict):
            for key, value in node.items():
                places[f"{place}, a key"] = places.get(f"{place}, a key", "") + key + "\n"
                visit(value, f"{place}, {key}")
        elif isinstance(node, list):
            for i, value in enumerate(node):
                known = value.get("id", i) if isinstance(value, dict) else i
                visit(value, f"{place} {known}")

    try:
        visit(json.loads(text), name)
    except ValueError:
        places[name] = text
    return places


def _flat(text: str) -> str:
    r"""Take out whatever may differ between two spellings of the same code.

    >>> _flat('# m_hat = m / (1 - beta1**t)\\n') == _flat("m_hat=m/(1 - beta1 ** t)")
    True
    """
    return re.sub(r"\\[nt]|,(?=\s*[)\]}])|[\s#>`\\\"'()\[\]]", "", text)


def _searchable(text: str) -> str:
    """A text as it is, and in the spelling of `ast.unparse` where it is code or commented code."""
    blocks = [text, re.sub(r"(?m)^\s*# ?", "", text), *re.findall(r"(?s)```\w*\n(.*?)```", text)]
    trees = [_parse(textwrap.dedent(block)) for block in dict.fromkeys(blocks)]
    return "\0".join([_flat(text), *(_flat(ast.unparse(tree)) for tree in trees if tree)])


def _parse(code: str):
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statements(code: str) -> dict[str, tuple[str, ...]]:
    """Every simple statement, and every condition or loop head: one spelling -> all."""
    tree, found = _parse(code), {}
    for node in ast.walk(tree) if tree else ():
        parts = [getattr(node, name, None) for name in ("test", "iter")]  # of if, while and for
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and not (
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            parts.append(node)
        for part in parts:
            flat = _flat(ast.unparse(part)) if part else ""
            if len(flat) >= SHORTEST and not re.fullmatch(r"range\w+", flat):
                found[flat] = (flat, _flat(ast.get_source_segment(code, part) or flat))
    return found


def _shapes(code: str) -> frozenset:
    """Functions of at least three statements, their names replaced in the order they come up."""
    shapes, tree = set(), _parse(code)
    for function in ast.walk(tree) if tree else ():
        if not isinstance(function, ast.FunctionDef):
            continue
        body = function.body[ast.get_docstring(function) is not None:]
        if len(body) < 3:
            continue
        # Every second part is the name of a variable or of an argument.
        parts, names = re.split(r"(?:(?<=Name\(id=)|(?<=arg\(arg=))'(\w+)'",
                                "".join(map(ast.dump, body))), {}
        shapes.add("".join(str(names.setdefault(part, len(names))) if i % 2 else part
                           for i, part in enumerate(parts)))
    return frozenset(shapes)
