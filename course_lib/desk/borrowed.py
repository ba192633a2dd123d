"""Find answers that merely use the library's own version of what the task asks for.

Only the text is read, nothing of a student's runs. An answer is all that a task depends on: the
functions of the solution cell, what the tests call, and whatever the student's cells give to the
names that these use. The parts of the library from which the notebook's own cells import before the
task are allowed; in `lenet5` that is `course_lib.nn`.
"""

import ast
import pkgutil
import re
from dataclasses import dataclass

from course_lib.desk.notebook import grade_id, grading, is_solution

LIBRARY = "course_lib"
# Data to try an answer on, and pictures of it: no task asks for these.
NO_ANSWERS = ("course_lib.plots", "course_lib.data.course", "course_lib.data.dataset",
              "course_lib.data.digits28", "course_lib.data.mnist", "course_lib.grading.check")


@dataclass(frozen=True)
class Borrowed:
    """A task and the name in the library that its answer uses.

    >>> print(Borrowed("task-2", "course_lib.nn.softmax"))
    Task 2 uses course_lib.nn.softmax: the exercise is to write it.
    """

    task: str
    name: str

    def __str__(self):
        title = self.task.replace("-", " ").capitalize()
        return f"{title} uses {self.name}: the exercise is to write it."


def find_borrowed(cells: list[dict]) -> list[Borrowed]:
    """Find what the answers of a rebuilt notebook borrow, in the order of the tasks.

    Parameters
    ----------
    cells : list of dict
        What `rebuild` returns: released cells with a `grade_id`, added ones without.
    """
    own = {}  # name -> the student's top-level statements that give it a value
    given = {}  # name -> what in the library the notebook's own cells gave it
    allowed_before, wanted = {}, {}
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        body = _parse(cell["source"])
        task = grade_id(cell)
        if task is not None and not is_solution(cell):
            if grading(cell).get("grade"):  # a test needs more than an answer may use
                for name in wanted:
                    if task.startswith(f"{name}-"):
                        wanted[name] |= set().union(*map(_read, body))
            else:
                for statement in body:
                    given |= _library_names(statement, {})
            continue
        if task is not None:
            allowed_before[task] = {_part(name) for name in given.values()}
            wanted[task] = {part.name for part in body if hasattr(part, "name")}
        for statement in body:
            for name in _bound(statement):
                own.setdefault(name, []).append(statement)

    aliases = dict(given)
    for _ in range(len(own)):  # until nothing new is found: an alias may have aliases
        before = dict(aliases)
        for statement in (s for statements in own.values() for s in statements):
            aliases |= _library_names(statement, aliases, deep=False)
        if aliases == before:
            break

    found = []
    for task, allowed in allowed_before.items():
        names = set()
        for statement in _reached(wanted[task], own):
            names |= _uses(statement, aliases)
        names = {name for name in names if not _is_allowed(_home(name), allowed)}
        found += [Borrowed(task, name) for name in sorted(names)
                  if not any(other.startswith(f"{name}.") for other in names)]
    return found


def _parse(source: str) -> list[ast.stmt]:
    """Parse a cell; IPython's own lines are left out, and a cell that never runs is empty."""
    plain = re.sub(r"(?m)^(\s*)[%!?].*$|^\s*.*\?$", r"\1pass", source)
    for text in (source, plain):
        try:
            return ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return []


def _bound(statement: ast.stmt) -> set[str]:
    """The top-level names that a statement gives a value, also in its inner blocks."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name} | _globals(statement)
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Subscript) and _is_globals(node.value):
            names |= {node.slice.value} if isinstance(node.slice, ast.Constant) else set()
    return names


def _globals(statement) -> set[str]:
    return {name for node in ast.walk(statement) if isinstance(node, ast.Global)
            for name in node.names}


def _is_globals(node) -> bool:
    return (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            and node.func.id in ("globals", "vars", "locals") and not node.args)


def _reached(names: set[str], own: dict[str, list]) -> list[ast.stmt]:
    """All of the student's statements that these names depend on."""
    reached, seen, todo = [], set(), set(names) | ({"*"} & own.keys())
    while todo:
        name = todo.pop()
        seen.add(name)
        for statement in own.get(name, []):
            if not any(statement is other for other in reached):
                reached.append(statement)
                todo |= _read(statement) - seen
    return reached


def _read(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _library_names(statement, aliases, deep=True) -> dict[str, str]:
    """Which names a statement gives to something in the library.

    With `deep` false imports and aliases inside functions are left out: they are local there.
    """
    names = {}
    inner = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    for node in [] if inner and not deep else ast.walk(statement):
        if isinstance(node, ast.Import):
            for alias in node.names:
                full = alias.name if alias.asname else alias.name.split(".")[0]
                if full.split(".")[0] == LIBRARY:
                    names[alias.asname or full] = full
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == LIBRARY:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            origin = _origin(node.value, aliases | names)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if origin:
                names |= {t.id: origin for t in targets if isinstance(t, ast.Name)}
    return names


def _uses(statement, aliases) -> set[str]:
    """Full names of everything in the library that a statement uses or gives a name to."""
    local = aliases
    for _ in range(3):  # an alias of an alias of an import inside a function
        local = local | _library_names(statement, local)
    found, inside = set(), set()
    for node in ast.walk(statement):  # outer nodes come first
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == LIBRARY:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        if id(node) in inside:
            continue
        origin = _origin(node, local)
        if origin:
            found.add(origin)
            inside |= {id(part) for part in ast.walk(node)}
    docstrings = {id(node.body[0].value) for node in ast.walk(statement)
                  if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))
                  and isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(statement):  # exec("from course_lib...") and its like
        if (isinstance(node, ast.Constant) and isinstance(node.value, str)
                and id(node) not in inside | docstrings):
            found |= set(re.findall(rf"{LIBRARY}[./\w]*\w", node.value))
    return found


def _origin(node, aliases) -> str | None:
    """The full name of what an expression stands for, where that lies in the library."""
    match node:
        case ast.Name(id=name):
            return aliases.get(name)
        case ast.Attribute(value=value, attr=attr):
            base = _origin(value, aliases)
            return base if attr == "__dict__" else base and f"{base}.{attr}"
        case ast.Call(func=ast.Name(id="getattr"),
                      args=[value, ast.Constant(value=str(attr)), *_]):
            base = _origin(value, aliases)
            return base and f"{base}.{attr}"
        case ast.Call(func=ast.Name(id="vars"), args=[value]):
            return _origin(value, aliases)
        case ast.Call(func=ast.Name(id="__import__"), args=[ast.Constant(value=str(name)), *_]):
            return LIBRARY if name.split(".")[0] == LIBRARY else None
        case (ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_])
              | ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name)), *_])):
            return name if name.split(".")[0] == LIBRARY else None
        case ast.Subscript(value=ast.Attribute(attr="modules"), slice=ast.Constant(value=str(name))):
            return name if name.split(".")[0] == LIBRARY else None
        case ast.Subscript(value=value, slice=ast.Constant(value=str(attr))):
            base = _origin(value, aliases)
            return base and f"{base}.{attr}"
    return None


def _home(name: str) -> str:
    """The name under which the library itself defines a thing.

    >>> _home("course_lib.nn.Conv2D")
    'course_lib.nn.convolution.Conv2D'
    """
    try:
        thing = pkgutil.resolve_name(name)
        return f"{thing.__module__}.{thing.__qualname__}"
    except (AttributeError, ImportError, ValueError):  # a module, or no such thing
        return name


def _part(name: str) -> str:
    """The module that a notebook takes a thing from: who is given ReLU may choose Tanh.

    >>> _part("course_lib.nn.ReLU"), _part("course_lib.nn")
    ('course_lib.nn', 'course_lib.nn')
    """
    return name if _home(name) == name else name.rpartition(".")[0]


def _is_allowed(name: str, allowed: set[str]) -> bool:
    return not name.startswith(LIBRARY) or any(
        name == other or name.startswith(f"{other}.") for other in {*allowed, *NO_ANSWERS})
