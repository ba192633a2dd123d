"""The repository as a whole: what the documents promise and what the files must not contain."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "course_lib").rglob("*.py"))


def published_files():
    """All files that git tracks or would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_commands_in_documents_exist(document):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"\bmake ([a-z-]+)", (ROOT / document).read_text())
    assert named, f"{document} names no make command"
    assert set(named) <= set(targets)


def test_readme_gives_both_commands():
    commands = re.findall(r"^ *make ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert {"book", "test"} <= set(commands)


def test_documents_link_to_files_that_exist():
    for document in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / document).read_text()):
            assert "://" in target or (ROOT / target).exists(), f"{document} links to {target}"


def test_no_path_of_one_machine():
    machine_path = re.compile(rb"(?<![\w.~-])/(work|root|tmp)/\w|/home/(?!student)\w")
    found = {}
    for path in published_files():
        if path == Path(__file__) or (ROOT / "vendor") in path.parents:
            continue
        if match := machine_path.search(path.read_bytes()):
            found[str(path.relative_to(ROOT))] = match.group()
    assert not found


def test_modules_are_short():
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in MODULES
        if (lines := len(path.read_text().splitlines())) > 300
    }
    assert not too_long


def test_contents_name_files_that_exist():
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text())
    names = [toc["root"]] + [page["file"] for part in toc["parts"] for page in part["chapters"]]
    missing = [name for name in names if not (ROOT / "book" / f"{name}.md").is_file()]
    assert not missing
