"""Nothing public is there for nobody: all that `course_lib` offers is used somewhere.

Used means: reached from the command, a page of the book, an assignment, a benchmark of speed or an
experiment, through as many functions of the library as it takes. Tests do not count, nor does an
import alone. The code is read and not run, and names are taken for what they say: `x.name` uses
every member called `name`, and an imported `name` every function or class called so.
"""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import jupytext
import pytest

ROOT = Path(__file__).parents[2]
FUNCTION, CLASS = (ast.FunctionDef, ast.AsyncFunctionDef), ast.ClassDef

# Chapters 1 and 2 draw the average digits from means that they have just computed by hand.
ASIDE = {"course_lib.plots.average_digits": "the same in one call, for a reader's own images"}


class Code:
    """What one file defines, and what each of its parts uses.

    ``parts`` maps the name of each function, class and public member ("Class.member") to the names
    that it uses; "" stands for everything else, which runs when the file is imported. Used members
    are written ".name", names from the same file "file:name".
    """

    def __init__(self, text, file=""):
        self.file = file
        tree = ast.parse(text)
        self.local = {n.name for n in tree.body if isinstance(n, (*FUNCTION, CLASS))}
        self.imported = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                package = getattr(node, "module", None) or ""
                ours = getattr(node, "level", 0) or "course_lib" in package
                for alias in node.names:
                    name = alias.asname or alias.name.split(".")[0]
                    self.imported[name] = alias.name if ours or "course_lib" in alias.name else ""
        self.parts, self.foreign = {"": set()}, set()
        for node in tree.body:
            if isinstance(node, CLASS):
                self.add_class(node)
            else:
                self.add(node.name if isinstance(node, FUNCTION) else "", node)

    def add_class(self, node):
        members = [m for m in node.body if isinstance(m, FUNCTION) and not m.name.startswith("_")]
        self.add(node.name, *node.bases, *node.decorator_list,
                 *(m for m in node.body if m not in members))
        for member in members:
            self.add(f"{node.name}.{member.name}", member)
        if any(isinstance(base, ast.Name) and self.imported.get(base.id) == "" for base in node.bases):
            self.foreign.add(node.name)  # its members are called by another package

    def add(self, name, *nodes):
        self.parts.setdefault(name, set()).update(
            used for tree in nodes for node in ast.walk(tree) for used in self.used(node))

    def used(self, node):
        if isinstance(node, ast.Name):
            if node.id in self.local:
                yield f"{self.file}:{node.id}"
            elif self.imported.get(node.id):
                yield self.imported[node.id]
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}"
            if isinstance(node.value, ast.Name) and self.imported.get(node.value.id):
                yield node.attr  # of a module


read = cache(Code)


def unreached(library, roots):
    """Public names of the library that no root reaches.

    Parameters
    ----------
    library : dict of str to str
        Text of each module by name.
    roots : list of str
    """
    library = {module: read(text, module) for module, text in library.items()}
    parts = {(module, name): used for module, code in library.items()
             for name, used in code.parts.items()}
    names = set().union(*(used for text in roots for used in read(text).parts.values()),
                        *(code.parts[""] for code in library.values()))
    waiting = {key for key in parts if key[1]}
    while found := {key for key in waiting if is_used(*key, names, waiting, library)}:
        waiting -= found
        names = names.union(*(parts[key] for key in found))
    return {".".join(key) for key in waiting
            if not any(word.startswith("_") for word in key[1].split("."))}


def is_used(module, name, names, waiting, library):
    kind, _, member = name.partition(".")
    if not member:
        # `course` calls main, which imports a module for each of its commands and calls its run.
        is_command = module.startswith("course_lib.cli") and kind in ("main", "run")
        return is_command or kind in names or f"{module}:{kind}" in names
    return (module, kind) not in waiting and (f".{member}" in names or kind in library[module].foreign)


def library():
    paths = (ROOT / "course_lib").rglob("*.py")
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text() for path in paths}


@cache
def roots():
    """Everything outside of the library that uses it, tests excepted."""
    files = [*ROOT.glob("benchmarks/*.py"), *ROOT.glob("experiments/**/*.py"), *ROOT.glob("book/**/*.py"),
             ROOT / "nbgrader_config.py"]
    texts = [path.read_text() for path in files]
    for path in [*ROOT.glob("book/*.md"), *ROOT.glob("solutions/*/*.ipynb")]:
        cells = jupytext.read(path).cells
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        texts.append(re.sub("^[%!].*", "", code, flags=re.MULTILINE))
    return texts


def root_for(planned):
    """What a chapter would write to use this name."""
    package, _, name = planned.rpartition(".")
    return f"from {package} import {name}\n{name}"


@pytest.fixture(scope="module")
def idle():
    """What only the chapters to come can reach."""
    return unreached(library(), roots())


def test_everything_is_reached():
    aside = [root_for(name) for name in ASIDE]
    assert unreached(library(), roots() + aside) == set()


@pytest.mark.parametrize("name", ASIDE)
def test_what_stands_aside_is_there_and_not_used(name, idle):
    package, _, last = name.rpartition(".")
    thing = getattr(importlib.import_module(package), last)
    assert f"{thing.__module__}.{last}" in idle, "it is used by now: take it off the list"


NEW = {
    "a function": ("def unused():\n    return used()", "unused"),
    "a class": ("class Unused:\n    def method(self):\n        return used()", "Unused"),
    "a method of a class that is used":
        ("class Used:\n    def unheard(self):\n        pass\nUsed()", "Used.unheard"),
    "a function that only calls itself": ("def unused():\n    return unused()", "unused"),
    "two functions that call each other":
        ("def unused():\n    other_unused()\ndef other_unused():\n    unused()", "unused"),
}


@pytest.mark.parametrize("kind", NEW)
def test_something_unused_is_seen(kind, idle):
    text, name = NEW[kind]
    modules = library() | {"course_lib.nn.new": text + "\ndef used():\n    pass"}
    # An import is no use, and neither is a function of the same name elsewhere.
    exported = f"from course_lib.nn.new import {name.split('.')[0]}"
    others = [exported, "def unused():\n    pass\nunused()"]
    assert f"course_lib.nn.new.{name}" in unreached(modules, roots() + others) - idle
