"""Small changes of the reference solutions, called mutants, and which of them the tests notice.

    python tests/assignments/mutants.py solutions/ps05-optimizers/optimizers.ipynb [every]

A mutant is a solution cell with one change in it: another operator, an operand left out, an axis
or a slice off by one, a copy or a keyword dropped, and so on. As points come from hidden tests
alone, a mutant survives that passes the hidden test of its task. `test_mutants.py` demands that
`survivors.toml` says of every survivor why it is a right answer.

The changes are made here, with the standard library's `ast`. Libraries were tried: `mutmut` 3.8
and `cosmic-ray` 8.7 change operators and add 1 to numbers, but leave out no operand, bound of a
slice or call (`sqrt`, `copy`), exchange no arguments and do nothing in place, the mistakes that
array code is made of. Neither offers its generator as an interface, and they bring a terminal
interface and a database along. `mutatest` and `mutpy` are no longer kept up.
"""

import ast
import copy
import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from graders import fill, grade_here, grading

# What each operator is exchanged for.
OPERATORS = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.FloorDiv], ast.FloorDiv: [ast.Div, ast.Mult],
    ast.Pow: [ast.Mult], ast.MatMult: [ast.Mult], ast.BitAnd: [ast.BitOr],
    ast.Lt: [ast.LtE, ast.GtE], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot], ast.And: [ast.Or], ast.Or: [ast.And],
}
IN_PLACE = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide",
            ast.Pow: "power"}
# What each function or method is exchanged for.
FUNCTIONS = {"max": "min", "argmax": "argmin", "maximum": "minimum", "sum": "mean", "var": "std",
             "zeros": "ones", "zeros_like": "ones_like", "floor": "ceil"}
FUNCTIONS |= {new: old for old, new in FUNCTIONS.items()}
SYMMETRIC = {"max", "min", "maximum", "minimum"}
MODULES = {"np", "math", "rng"}
# Tests that train a network for seconds and are not run. What trains it a little differently is a
# right answer anyway.
LONG = {"softmax_regression": {"task-5-visible"}, "lenet5": {"task-2-visible", "task-2-hidden"}}
MEMORY_LIMIT = 4 * 2**30  # bytes


@dataclass(frozen=True)
class Mutant:
    """A changed solution cell, and the statement in it that was `old` and is `new`."""

    task: str
    old: str
    new: str
    source: str


def mutants(task: str, source: str) -> list[Mutant]:
    """Make all mutants of a solution cell; docstrings, comments and errors raised stay."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:]
    reference = ast.unparse(tree)
    sources = {}  # for a set in order
    for parent, field, index, node, scope in _places(tree, Scope()):
        for new in _changes(node, parent, field, scope):
            _put(parent, field, index, new)
            sources[ast.unparse(tree)] = None
        _put(parent, field, index, node)
    sources.pop(reference, None)
    seen, found = Counter(), []
    for changed in sources:
        old, new = _difference(reference, changed)
        seen[old, new] += 1
        if seen[old, new] > 1:
            new += f"  # no. {seen[old, new]}"
        found.append(Mutant(task, old, new, changed + "\n"))
    return found


@dataclass(frozen=True)
class Scope:
    """The variables of a function, in order; those `borrowed` stand for data of the caller.

    What is done to these in place is seen outside.
    """

    variables: tuple[str, ...] = ()
    borrowed: frozenset[str] = frozenset()

    @staticmethod
    def of(function: ast.FunctionDef) -> "Scope":
        """Read a function."""
        arguments = [arg.arg for arg in function.args.args]
        variables, borrowed = dict.fromkeys(arguments), set(arguments)  # a dict: a set in order
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                variables[node.id] = None
            if isinstance(node, ast.Assign) and _borrows(node.value, borrowed):
                borrowed |= {name.id for name in ast.walk(node.targets[0])
                             if isinstance(name, ast.Name)}
        return Scope(tuple(v for v in variables if v != "_"), frozenset(borrowed))


def _put(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _places(node: ast.AST, scope: Scope) -> Iterator[tuple]:
    """Walk over all that may be changed: parent, its field, index in it, what is there, scope."""
    if isinstance(node, ast.Raise):
        return
    if isinstance(node, ast.FunctionDef):
        scope = Scope.of(node)
    for field, value in ast.iter_fields(node):
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, (ast.expr, ast.stmt)):
                yield node, field, index, child, scope
            if isinstance(child, ast.AST):
                yield from _places(child, scope)


def _borrows(value: ast.expr, borrowed: set) -> bool:
    """Whether an expression gives an argument, a part of one, or a choice with one in it."""
    if isinstance(value, ast.Name):
        return value.id in borrowed
    parts = {ast.Tuple: ["elts"], ast.IfExp: ["body", "orelse"], ast.Subscript: ["value"]}
    for field in parts.get(type(value), []):
        part = getattr(value, field)
        if any(_borrows(x, borrowed) for x in (part if isinstance(part, list) else [part])):
            return True
    return False


def _changes(node: ast.AST, parent: ast.AST, field: str, scope: Scope) -> Iterator[ast.AST]:
    """Everything that one node is exchanged for."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            yield from _other_operator(node, "op", op)
            yield left
            yield right
            if not isinstance(op, (ast.Add, ast.Mult, ast.BitAnd)):
                yield ast.BinOp(right, op, left)
            for operand in (left, right):
                if getattr(operand, "id", None) in scope.borrowed and type(op) in IN_PLACE:
                    out = ast.unparse(operand)
                    yield _expression(f"np.{IN_PLACE[type(op)]}({ast.unparse(left)}, "
                                      f"{ast.unparse(right)}, out={out})")
        case ast.Compare(ops=[op]):
            yield from _other_operator(node, "ops", op)
        case ast.BoolOp(op=op, values=values):
            yield from _other_operator(node, "op", op)
            yield from values
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
            yield _expression(str(value - 1))
        case ast.Constant(value=float(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value * 2)
            if value:
                yield _expression(str(-value))
        case ast.Constant(value=str(value)):
            yield ast.Constant(value + "_")
        case ast.Name(id=name, ctx=ast.Load()) if name in scope.variables:
            i = scope.variables.index(name)
            for other in (*scope.variables[max(0, i - 1):i], *scope.variables[i + 1:i + 2]):
                yield ast.Name(other, ast.Load())
        case ast.Attribute(value=value, attr="T"):
            yield value
        case ast.Call():
            yield from _other_call(node)
        case ast.Tuple(elts=[_, _, *_], ctx=ast.Load()) | ast.List(elts=[_, _, *_]):
            for i in range(len(node.elts) - 1):
                yield _with(node, elts=_exchanged(node.elts, i))
        case ast.Slice():
            for end in ("lower", "upper", "step"):
                if getattr(node, end) is not None:
                    yield _with(node, **{end: None})
        case ast.AugAssign(target=target, op=op, value=value):
            yield from _other_operator(node, "op", op)
            yield ast.Assign([target], value, lineno=0)
            yield ast.Pass()
        case ast.If():
            yield _with(node, test=ast.Constant(True))
            yield _with(node, test=ast.Constant(False))
        case ast.With():
            yield ast.If(ast.Constant(True), node.body, [])
        case ast.Assign() | ast.Expr() | ast.For():
            yield ast.Pass()
    # Off by one, where numbers are counted: in slices and ranges.
    counted = isinstance(parent, ast.Slice) or (
        field == "args" and getattr(parent.func, "id", "") in ("range", "slice"))
    if counted and not isinstance(node, ast.Constant):
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield ast.BinOp(node, ast.Sub(), ast.Constant(1))


def _other_operator(node, field, operator) -> Iterator[ast.AST]:
    for other in OPERATORS.get(type(operator), []):
        yield _with(node, **{field: [other()] if field == "ops" else other()})


def _other_call(node: ast.Call) -> Iterator[ast.AST]:
    """Another function, the call left out, an argument left out, two arguments exchanged."""
    function, args = node.func, node.args
    name = getattr(function, "attr", getattr(function, "id", ""))
    if name in FUNCTIONS:
        attribute = "attr" if isinstance(function, ast.Attribute) else "id"
        yield _with(node, func=_with(function, **{attribute: FUNCTIONS[name]}))
    if isinstance(function, ast.Attribute) and ast.unparse(function.value) not in MODULES:
        yield function.value
    elif len(args) == 1 and not isinstance(args[0], (ast.GeneratorExp, ast.Starred)):
        yield args[0]
    for i in range(len(node.keywords)):
        yield _with(node, keywords=node.keywords[:i] + node.keywords[i + 1:])
    for i in range(len(args)):
        yield _with(node, args=args[:i] + args[i + 1:])
    for i in range(len(args) - 1) if name not in SYMMETRIC else ():
        yield _with(node, args=_exchanged(args, i))


def _exchanged(items: list, i: int) -> list:
    return [*items[:i], items[i + 1], items[i], *items[i + 2:]]


def _with(node: ast.AST, **fields) -> ast.AST:
    new = copy.copy(node)
    for field, value in fields.items():
        setattr(new, field, value)
    return new


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _difference(old: str, new: str) -> tuple[str, str]:
    """Return the lines that differ; `ast.unparse` gives every statement one line."""
    old, new = old.split("\n"), new.split("\n")
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return tuple("; ".join(map(str.strip, lines)) for lines in (old, new))


def outcomes(path: Path, every: int = 1) -> Iterator[tuple[Mutant, bool | None, bool]]:
    """Run the mutants of a notebook with solutions and tests.

    Parameters
    ----------
    path : Path
        The instructor's notebook.
    every : int
        Take each such mutant only, counted over all tasks.

    Yields
    ------
    mutant : Mutant
    by_visible : bool or None
        Whether the visible test of its task fails; None where that test takes long.
    by_hidden : bool
        Whether the hidden test fails.
    """
    notebook = nbformat.read(path, as_version=4)
    long = LONG.get(path.stem, set())
    found = [mutant for cell in notebook.cells
             if grading(cell).get("solution") and cell.cell_type == "code"
             and f"{cell.id}-hidden" not in long for mutant in mutants(cell.id, cell.source)]
    limits = {}  # by test, in seconds
    for mutant in found[::every]:
        tests = [f"{mutant.task}-{kind}" for kind in ("hidden", "visible")]
        tests = [test for test in tests if test not in long]
        for test in tests:
            if test not in limits:
                start = time.process_time()
                assert _passes(notebook, {}, test), f"{path}: the reference fails {test}"
                limits[test] = 0.5 + 10 * (time.process_time() - start)
        by_hidden, *by_visible = _failures(
            notebook, {mutant.task: mutant.source}, {test: limits[test] for test in tests})
        yield mutant, by_visible[0] if by_visible else None, by_hidden


def _passes(notebook, answers: dict[str, str], test: str) -> bool:
    """Run one test after the solution cells; all else is left out."""
    notebook = fill(notebook, answers)
    notebook.cells = [cell for cell in notebook.cells if cell.id in ("setup", test)
                      or grading(cell).get("solution")]
    points, messages = grade_here(notebook)
    return test not in messages and points.get(test) != 0


def _failures(notebook, answers: dict[str, str], limits: dict[str, float]) -> list[bool]:
    """Run tests in a process of its own, which may spoil data, loop for ever or die.

    What it does not get to, within so many seconds of CPU time for each test, has failed.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
            for test, seconds in limits.items():
                signal.setitimer(signal.ITIMER_PROF, seconds)  # its signal ends the process
                os.write(writing, b"p" if _passes(notebook, answers, test) else b"f")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        verdicts = pipe.read().decode().ljust(len(limits), "f")
    os.waitpid(child, 0)
    return [verdict == "f" for verdict in verdicts]


if __name__ == "__main__":
    json.dump([(mutant.task, mutant.old, mutant.new, by_visible, by_hidden) for
               mutant, by_visible, by_hidden in outcomes(Path(sys.argv[1]), *map(int, sys.argv[2:]))],
              sys.stdout)
