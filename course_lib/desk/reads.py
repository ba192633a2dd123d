"""Follow what the code of a notebook reads, from a name to all in the library that it reaches."""

import ast
import re
from functools import lru_cache

from course_lib.desk.names import (
    FUNCTIONS,
    LIBRARY,
    imports_of,
    in_library,
    origins_of,
    parse,
    stands_for,
    targets_of,
)

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@lru_cache(maxsize=256)  # the tests of an assignment are the same for everybody
def free_names(source: str) -> frozenset[str]:
    """The names of the notebook that a cell reads, in functions too."""
    reader = _Reader({}, {}, also_shown=True)
    for statement in parse(source):
        reader.visit(statement)
    return frozenset(name for name, _ in reader.read)


def reached(wanted: set[str], names: dict) -> set[str]:
    """Full names of all in the library that is reached from these names, as they stand."""
    found, seen, todo = set(), set(), [(name, names) for name in wanted]
    while todo:
        name, now = todo.pop()
        for binding in now.get(name, ()):
            if id(binding) in seen:
                continue
            seen.add(id(binding))
            found |= in_library(binding.origin)
            if binding.code is not None:
                reader = _Reader(binding.before, names)
                reader.visit(binding.code)
                found |= reader.found
                todo += reader.read
    return found


class _Reader(ast.NodeVisitor):
    """Collect what code reads: names of the notebook, and what it takes from the library itself."""

    def __init__(self, now: dict, later: dict, also_shown: bool = False):
        self.names, self.later, self.also_shown = now, later, also_shown
        self.scopes = []  # of the functions and classes around: name -> what in the library it is
        self.found, self.read = set(), []

    def _look_up(self, name):
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return stands_for(name, self.names)

    def _within(self, local: set[str], code: list, parts: list, hide_classes=False, later=False):
        """Visit parts of code in a scope of its own."""
        before = self.scopes, self.names
        outer = [scope for scope in self.scopes if not (hide_classes and "<class>" in scope)]
        self.scopes = [*outer, dict.fromkeys(local, frozenset())]
        self.names = self.later if later else self.names
        given = _given_in(code, local)
        for _ in range(3):  # an alias of an alias of an import inside a function
            known = dict(self.scopes[-1])
            for name, origin, value in given:
                self.scopes[-1][name] |= (in_library(origin) if value is None
                                          else origins_of(value, self._look_up))
            if known == self.scopes[-1]:
                break
        for part in parts:
            self.visit(part)
        self.scopes, self.names = before

    def visit_FunctionDef(self, node):
        for part in [*getattr(node, "decorator_list", []), node.args]:
            self.visit(part)
        code = node.body if isinstance(node.body, list) else [node.body]
        self._within(_local(node, code), code, code, hide_classes=True, later=True)

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_ClassDef(self, node):
        for part in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(part)
        self._within(_local(None, node.body) | {"<class>"}, node.body, node.body)

    def visit_comprehension_scope(self, node):
        local = {name.id for part in node.generators for name in ast.walk(part.target)
                 if isinstance(name, ast.Name)}
        self._within(local, [], list(ast.iter_child_nodes(node)))

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_comprehension_scope

    def visit_Name(self, node):
        inside = [scope[node.id] for scope in self.scopes if node.id in scope]
        if inside:
            self.found |= inside[-1]
        elif isinstance(node.ctx, ast.Load):
            self.read.append((node.id, self.names))

    def generic_visit(self, node):
        origins = origins_of(node, self._look_up)
        self.found |= origins
        if not origins:
            super().generic_visit(node)

    def visit_Call(self, node):
        shown = isinstance(node.func, ast.Name) and node.func.id == "print"
        if self.also_shown or not shown:
            self.generic_visit(node)

    def visit_Assert(self, node):  # what is only shown or compared is no answer
        if self.also_shown:
            super().generic_visit(node)

    visit_Raise = visit_Assert

    def visit_Expr(self, node):  # a docstring names things without using them
        if not isinstance(node.value, ast.Constant):
            self.visit(node.value)

    def visit_Import(self, node):  # one into a scope counts where it is read
        for name, origin in imports_of(node):
            if not any(name in scope for scope in self.scopes):
                self.found |= in_library(origin)

    visit_ImportFrom = visit_Import

    def visit_Constant(self, node):  # exec("from course_lib...") and its like
        if isinstance(node.value, str):
            self.found |= set(re.findall(rf"\b{LIBRARY}(?:\.\w+)+", node.value))

    def visit_JoinedStr(self, node):
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)


def _given_in(code: list, local: set[str]) -> list[tuple]:
    """Where code gives local names a value: the name, and what is imported or the value's code."""
    found = []
    for node in (node for part in code for node in ast.walk(part) if isinstance(node, ast.stmt)):
        is_import = isinstance(node, (ast.Import, ast.ImportFrom))
        found += [(name, origin, None) for name, origin in (imports_of(node) if is_import else ())
                  if name in local]
        found += [(target.id, "", value) for target, value in targets_of(node)
                  if isinstance(target, ast.Name) and target.id in local]
    return found


def _local(function, code: list) -> set[str]:
    """The names that belong to a function or class, and not to the notebook."""
    own, outer = set(), set()
    arguments = ast.walk(function.args) if function is not None else ()
    own |= {node.arg for node in arguments if isinstance(node, ast.arg)}
    todo = list(code)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outer |= set(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            own |= {name for name, _ in imports_of(node)}
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            own.add(node.name)
            continue
        elif isinstance(node, ast.ExceptHandler) and node.name:
            own.add(node.name)
        if not isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
            todo += ast.iter_child_nodes(node)
    return own - outer
