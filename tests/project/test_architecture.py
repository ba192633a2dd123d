"""Who may import whom: the arrows run one way."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "course_lib"

# Each part and the other parts that it may import. `cli` may import all of them, and so may
# `classroom`, which nothing imports: students do not have it.
MAY_IMPORT = {
    "data": set(),
    "nn": set(),
    "metrics": set(),
    "grading": set(),
    "command": set(),
    "desk": {"grading", "command"},
    "classical": {"data", "metrics"},
    "training": {"data", "nn", "metrics"},
    "zoo": {"data", "nn", "classical", "metrics", "training", "command"},
    "runs": {"data", "nn", "classical", "metrics", "training", "zoo", "command"},
    "plots": {"data", "nn", "classical", "metrics", "training", "zoo", "runs"},
}
ONLY_NUMPY = {"nn", "classical", "metrics"}


def files_of(part):
    return [*(PACKAGE / part).rglob("*.py"), *PACKAGE.glob(f"{part}.py")]


def imported_names(path):
    """Full names of all modules that a file imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = ["course_lib", *path.relative_to(PACKAGE).parent.parts]
            module = module[: len(module) + 1 - node.level] if node.level else []
            base = ".".join([*module, *filter(None, [node.module])])
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_arrows_run_one_way(part):
    allowed = MAY_IMPORT[part] | {part, "checks"}  # checks of arguments are everybody's
    for path in files_of(part):
        for name in imported_names(path):
            words = name.split(".")
            if words[0] == "course_lib" and len(words) > 1 and words[1] != "__version__":
                assert words[1] in allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize("part", sorted(ONLY_NUMPY))
def test_the_mathematics_needs_only_numpy(part):
    for path in files_of(part):
        outside = {name.split(".")[0] for name in imported_names(path)}
        outside -= sys.stdlib_module_names | {"course_lib", "numpy"}
        assert not outside, f"{path.name} imports {outside}"


def test_nothing_needs_the_classroom():
    for path in PACKAGE.rglob("*.py"):
        assert not {name for name in imported_names(path) if name.split(".")[0] == "classroom"}, path


def test_an_unwanted_import_is_seen(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    (tmp_path / "nn").mkdir()
    (tmp_path / "nn" / "a.py").write_text("def f():\n    from ..data.idx import read_idx\n")
    assert imported_names(tmp_path / "nn" / "a.py") == {"course_lib.data.idx.read_idx"}
    with pytest.raises(AssertionError, match="read_idx"):
        test_arrows_run_one_way("nn")


# Read to be learned from: types stand in docstrings, with shapes. Elsewhere they stand in signatures.
WITHOUT_HINTS = ("nn", "classical", "metrics", "data", "training", "zoo", "runs", "plots", "cli")


@pytest.mark.parametrize("part", WITHOUT_HINTS)
def test_types_stand_in_docstrings(part):
    """Fields of dataclasses have them, because they must."""
    for path in files_of(part):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                own = ast.unparse(node.args)
                assert node.returns is None and ":" not in own, f"{path.name}: {node.name}({own})"
