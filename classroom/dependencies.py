"""The code of our own that something depends on: which files it imports, and what stands in them."""

import ast
import hashlib
import re
from functools import cache
from pathlib import Path

import classroom
import course_lib

PACKAGES = {package.__name__: Path(package.__file__).parent for package in (classroom, course_lib)}
MENTIONED = re.compile(r"(?:from +)?(course_lib(?:\.\w+)*)(?: +import +\(?((?:\w+[, ]*)+))?")


def mentioned(text: str) -> set[str]:
    """Return the modules of the library that a notebook names, as far as they can be told.

    >>> sorted(mentioned("from course_lib.nn import Dense, Adam"))
    ['course_lib.nn', 'course_lib.nn.Adam', 'course_lib.nn.Dense']
    """
    found = set()
    for module, names in MENTIONED.findall(text):
        found |= {module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))}
    return found


def code_of(modules, packages=None) -> dict[str, str]:
    """Return digests of the code of modules and of all that they import; comments do not count.

    Parameters
    ----------
    modules : iterable of str
        Full names. Those that are no modules of the packages are passed over.
    packages : dict from str to Path, optional
        Where the packages lie; by default `classroom` and `course_lib`.

    Returns
    -------
    dict from str to str
        By the names of the modules.
    """
    packages = packages or PACKAGES
    found, waiting = {}, list(modules)
    for name in waiting:
        file = _file(name, packages)
        if file is None or name in found:
            continue
        found[name], imported = _read(file)
        parents = name.split(".")[:-1]
        waiting += [".".join(parents[:n]) for n in range(1, len(parents) + 1)] + imported
    return dict(sorted(found.items()))


def _file(name, packages):
    first, *rest = name.split(".")
    if first not in packages:
        return None
    path = packages[first].joinpath(*rest)
    candidates = [path / "__init__.py"] if path.is_dir() else [path.with_suffix(".py")]
    return next((path for path in candidates if path.is_file()), None)


@cache
def _read(file: Path):
    """The digest of a file's code, and the names that it imports."""
    tree, imported = ast.parse(file.read_bytes()), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and (
                ast.get_docstring(node, clean=False) is not None):
            node.body[0] = ast.Pass()
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), imported
