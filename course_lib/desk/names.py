"""Follow the names of a notebook: what each stands for when a cell runs, and what that reaches.

A notebook's cells run one after the other, so a name stands for what was given to it last. What a
function reads it looks up when it is called, everything else at once.
"""

import ast
import importlib
import re
from dataclasses import dataclass
from functools import lru_cache

LIBRARY = "course_lib"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPOUND = ("body", "orelse", "handlers", "finalbody", "cases")


@dataclass(frozen=True, eq=False)
class Binding:
    """What gave a name its value: code, or an import from the library, whose full name it is."""

    code: ast.AST | None
    origin: str
    before: dict  # what the names stood for then


@lru_cache(maxsize=256)  # most cells of a notebook are the same for everybody
def parse(source: str) -> list[ast.stmt]:
    """Parse a cell; IPython's own lines are left out, and a cell that never runs is empty."""
    plain = re.sub(r"(?m)^([ \t]*)[%!?].*$|^.*\?$", r"\1pass", source)
    for text in (source, plain):
        try:
            return ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return []


def run(statements: list[ast.stmt], names: dict, perhaps: bool = False) -> dict:
    """Return what the names stand for after these statements.

    Parameters
    ----------
    statements : list of ast.stmt
    names : dict from str to tuple of Binding
        What they stood for before; several bindings where it is not known which one counts.
    perhaps : bool
        Whether it is open if the statements run.
    """
    for statement in statements:
        for name, code, origin, open_ in _given_by(statement):
            kept = names.get(name, ()) if perhaps or open_ else ()
            names = {**names, name: (*kept, Binding(code, origin, names))}
        for part in COMPOUND if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)) else ():
            inner = getattr(statement, part, [])
            sure = isinstance(statement, (ast.With, ast.Try)) and part in ("body", "finalbody")
            for block in [inner] if part in ("body", "orelse", "finalbody") else [
                    case.body for case in inner]:
                names = run(block, names, perhaps or not sure)
    return names


@lru_cache(maxsize=4096)
def _given_by(statement) -> list[tuple]:
    return list(_gives(statement))


def _gives(statement):
    """Yield name, code, origin and doubt for each name that a statement itself gives a value."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            for name, origin in imports_of(statement):
                yield name, None, origin, False
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, statement, "", False
            for node in ast.walk(statement):
                for other in node.names if isinstance(node, ast.Global) else ():
                    yield other, statement, "", True
        case ast.Expr(value=ast.Call(func=ast.Name(id="exec"),
                                     args=[ast.Constant(value=str(text)), *_])):
            for inner in parse(text):
                yield from _gives(inner)
        case _:
            for target, value in targets_of(statement):
                base = target
                while isinstance(base, (ast.Attribute, ast.Subscript, ast.Starred)):
                    if isinstance(base, ast.Subscript) and _is_globals(base.value):
                        break
                    base = base.value
                if isinstance(base, ast.Name):
                    # Something inside of a name: the name does not stand for the value then.
                    inside = base is not target
                    yield base.id, ast.Tuple([value]) if inside else value, "", inside
                elif isinstance(base, ast.Subscript) and isinstance(base.slice, ast.Constant):
                    yield base.slice.value, value, "", False


def targets_of(statement):
    """Yield what a statement gives values to, with the code of the value."""
    pairs = []
    match statement:
        case ast.Assign(targets=targets, value=value):
            pairs = [(target, value) for target in targets]
        case ast.AnnAssign(target=target, value=value) if value is not None:
            pairs = [(target, value)]
        case ast.AugAssign(target=target):
            pairs = [(ast.Starred(target), statement.value)]  # it keeps what was there, too
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            pairs = [(target, value)]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            pairs = [(item.optional_vars, item.context_expr)
                     for item in items if item.optional_vars]
    for target, value in pairs:
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        same = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(parts) > 0
        values = value.elts if same and parts != [target] else [value] * len(parts)
        yield from zip(parts, values, strict=True)
    for expression in ast.iter_child_nodes(statement):
        if isinstance(expression, ast.expr):
            for node in ast.walk(expression):
                if isinstance(node, ast.NamedExpr):
                    yield ast.Starred(node.target), node.value


def _is_globals(node) -> bool:
    function = getattr(node, "func", None)
    return isinstance(function, ast.Name) and function.id in ("globals", "vars", "locals")


def imports_of(node) -> list[tuple[str, str]]:
    """The names that an import gives, with the full names of what they stand for."""
    if isinstance(node, ast.Import):
        return [(alias.asname or alias.name.split(".")[0],
                 alias.name if alias.asname else alias.name.split(".")[0]) for alias in node.names]
    module = node.module or ""
    given = []
    for alias in node.names:
        if alias.name != "*":
            given.append((alias.asname or alias.name, f"{module}.{alias.name}"))
        elif module.split(".")[0] == LIBRARY:
            given += [(name, f"{module}.{name}") for name in _public(module)]
    return given


def _public(module: str) -> list[str]:
    try:
        there = vars(importlib.import_module(module))
    except ImportError:
        return []
    return list(there.get("__all__", [name for name in there if not name.startswith("_")]))


def in_library(full: str) -> set[str]:
    return {full} if full.split(".")[0] == LIBRARY else set()


def imported(statements: list[ast.stmt]) -> set[str]:
    """Full names of all that these statements import from the library."""
    return {origin for statement in statements for node in ast.walk(statement)
            if isinstance(node, (ast.Import, ast.ImportFrom)) for _, origin in imports_of(node)
            if origin.split(".")[0] == LIBRARY}


def stands_for(name: str, names: dict) -> set[str]:
    """Say what in the library a name of the notebook stands for, if that is all it does."""
    found = set()
    for binding in names.get(name, ()):
        found |= in_library(binding.origin)
        if isinstance(binding.code, ast.expr):
            now = binding.before
            found |= origins_of(binding.code, lambda other, now=now: stands_for(other, now))
    return found


def origins_of(node, look_up) -> set[str]:
    """The full names of what an expression stands for, where that lies in the library."""
    match node:
        case ast.Name(id=name):
            return look_up(name)
        case (ast.Attribute(value=value, attr="__dict__")
              | ast.Call(func=ast.Name(id="vars"), args=[value])):
            return origins_of(value, look_up)
        case (ast.Attribute(value=value, attr=attr)
              | ast.Call(func=ast.Name(id="getattr"),
                         args=[value, ast.Constant(value=str(attr)), *_])):
            return {f"{base}.{attr}" for base in origins_of(value, look_up)}
        case ast.Call(func=ast.Name(id="__import__"), args=[ast.Constant(value=str(name)), *_]):
            return in_library(name.split(".")[0])
        case (ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
                       args=[ast.Constant(value=str(name)), *_])
              | ast.Subscript(value=ast.Attribute(attr="modules"),
                              slice=ast.Constant(value=str(name)))):
            return in_library(name)
        case ast.Subscript(value=value, slice=ast.Constant(value=str(attr))):
            return {f"{base}.{attr}" for base in origins_of(value, look_up)}
    return set()
