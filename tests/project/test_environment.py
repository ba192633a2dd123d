"""The lock file, what `pyproject.toml` asks for, and what is installed agree."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
IN_LOCK = ["book", "grading", "test", "sweep"]  # the extras that `make` installs


def locked_requirements():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def locked_here():
    """Name and version of each package in the lock that is meant for this machine."""
    return {
        lock.name.replace("_", "-").lower(): str(lock.specifier).removeprefix("==")
        for lock in locked_requirements()
        if lock.marker is None or lock.marker.evaluate()
    }


def test_lock_is_complete_and_names_no_place():
    assert "://" not in (ROOT / "requirements.lock").read_text()
    for lock in locked_requirements():
        assert re.fullmatch(r"==[\w.]+", str(lock.specifier)), f"{lock} is not pinned"


def test_lock_satisfies_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(name for extra in IN_LOCK for name in extras[extra])]
    locked = locked_here()
    for requirement in map(Requirement, wanted):
        name = requirement.name.replace("_", "-").lower()
        assert requirement.specifier.contains(locked[name]), f"{requirement}: {locked[name]}"


def test_environment_is_the_locked_one():
    locked = locked_here()
    assert {name: version(name) for name in locked} == locked
