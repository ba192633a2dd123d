"""Every command that README, `make help` and `course --help` name is run, however briefly.

A command that is new in one of them fails here until it stands in `RUN`. What `.ci/run` calls
itself is marked as such, and looked for there.
"""

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from classroom.release import student_files

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CI = "called by .ci/run"
SELF = "sets up the machine or removes what was built: not for a test"

PS05 = "ps05-optimizers"
DOWNLOAD = "from course_lib.data import load_mnist; load_mnist"
BRIEF = "--epochs 1 --data digits --directory new --quiet"

# Each documented command -> how it is run here, in the folder of a fresh copy of the course.
RUN = {
    "make book": CI,
    "make environment": "a part of make book and of make test",
    "make pdf": CI,
    "make epub": CI,
    "make links": "needs other people's sites; tests/book/test_forms.py has one of its own",
    "make exercises": CI,
    "make test": "a part of make test-all",
    "make test-all": CI,
    "make attack": "a part of make test-all",
    "make lint": CI,
    "make browser": CI,
    "make oracle": CI,
    "make bench": CI,
    "make help": "make help",
    "make lock": SELF,
    "make clean": SELF,
    "make distclean": SELF,
    ".venv/bin/jupyter lab book": "jupyter lab --version",
    ".venv/bin/course start ps05": "course start ps05",
    ".venv/bin/course check ps05": "course check exercises/ps05-optimizers",
    f".venv/bin/nbgrader generate_assignment {PS05}": f"nbgrader generate_assignment {PS05}",
    ".venv/bin/course release": "course release --output students.zip",
    ".venv/bin/course collect submissions.zip ps05": "course collect submissions.zip ps05",
    ".venv/bin/course grade ps05": "course grade ps05 --workers 1",
    ".venv/bin/jupyter lab": "jupyter lab --version",
    f".venv/bin/nbgrader generate_feedback {PS05}": f"nbgrader generate_feedback {PS05}",
    ".venv/bin/course summary ps05": "course summary ps05",
    ".venv/bin/python -m pip install 'psycopg[binary]'": SELF,
    f".venv/bin/python -c '{DOWNLOAD}()'".replace("'", '"'): f"python -c '{DOWNLOAD}'",
    "course zoo": "course zoo",
    "course train lenet5 --epochs 2": f"course train lenet5 {BRIEF}",
    "course evaluate lenet5": "course evaluate lenet5 --directory new",
    "course evaluate ensemble": "course evaluate ensemble",
    "course predict photo.png": "course predict photo.png",
    "course table": "course table",
    "course --help": "course --help",
    "course sweep": f"course sweep nn1l --seeds 5 --workers 1 {BRIEF}",
    ".venv/bin/python -m experiments --list": "python -m experiments --list",
}
NEEDS_MNIST = {"course evaluate ensemble"}
FAILS = {".venv/bin/course check ps05": 1}  # nothing is written in a fresh notebook


def documented():
    """All commands of the documents, as they stand there."""
    readme = (ROOT / "README.md").read_text()
    found = {
        line.split("  ")[0].strip()
        for line in re.findall(r"^    ((?:make|course|\.venv/).*)", readme, re.MULTILINE)
    }
    found |= {
        text
        for text in re.findall(r"`((?:make|course|\.venv/bin/)[^`]* [^`]*|make [a-z-]+)`", readme)
    }
    output = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    found |= {" ".join(words) for words in re.findall(r"\b(make) ([a-z-]+)", output)}
    output = subprocess.run(
        [BIN / "course", "--help"], capture_output=True, text=True, check=True
    ).stdout
    return found, set(re.findall(r"^    ([a-z]+) ", output, re.MULTILINE))


def without_options(command):
    """The command and its subcommand."""
    words = shlex.split(command.replace(".venv/bin/", ""))
    return words[:2]


def test_every_documented_command_is_run():
    found, subcommands = documented()
    known = {tuple(without_options(command)) for command in RUN}
    short = {
        command for command in found if command in (
            "course release", "course collect", "course grade", "course summary")
    }
    assert not {
        command
        for command in found - set(RUN) - short
        if tuple(without_options(command)) not in known
    }
    assert {("course", name) for name in subcommands} <= known
    assert {command for command in RUN if command.startswith(("make", ".venv"))} <= found | {
        "make help"
    }


def test_what_ci_calls_is_there():
    script = (ROOT / ".ci" / "run").read_text()
    for command, how in RUN.items():
        if how == CI:
            assert re.search(rf"\b{command}\b", script), f".ci/run does not call {command}"


@pytest.fixture(scope="module")
def course_folder(tmp_path_factory):
    """A copy of what the commands need, and one submission."""
    folder = tmp_path_factory.mktemp("course folder")  # with a space, as people have them
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\0")
    wanted = (
        "exercises/ps05",
        "solutions/ps05",
        "classroom/",
        "nbgrader_config.py",
        "Makefile",
        ".ci/",
        "results/",
        "experiments/",
        "course_lib/",
        "LICENSE",
        "pyproject.toml",
        "requirements.lock",
        "tests/assignments/",
    )
    for name in filter(None, names):
        if name.startswith(wanted) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(ROOT / name) if name.startswith("results/") else (
                folder / name
            ).write_bytes((ROOT / name).read_bytes())
    assert student_files(folder)
    submitted = folder / "grading" / "submitted" / "ada" / "ps05-optimizers"
    submitted.mkdir(parents=True)
    (submitted / "optimizers.ipynb").write_bytes(
        (folder / "exercises/ps05-optimizers/optimizers.ipynb").read_bytes()
    )
    with zipfile.ZipFile(folder / "submissions.zip", "w") as archive:
        archive.write(submitted / "optimizers.ipynb", "doejane_11_901_optimizers.ipynb")
    from PIL import Image

    from course_lib.data import load_digits28

    Image.fromarray(load_digits28().test_images[0]).save(folder / "photo.png")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        command
        for command, how in RUN.items()
        if how.split()[0] in ("course", "nbgrader", "python", "jupyter", "make")
    ],
)
def test_a_documented_command_runs(command, course_folder, request):
    if command in NEEDS_MNIST:
        request.getfixturevalue("mnist")
    words = shlex.split(RUN[command])
    if words[0] != "make":
        words[0] = str(BIN / words[0])
    environment = {
        **os.environ,
        "PYTHONPATH": str(course_folder),
        "IPYTHONDIR": str(course_folder / ".ipython"),
    }
    done = subprocess.run(
        words, cwd=course_folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == FAILS.get(command, 0), done.stdout[-2000:] + done.stderr[-2000:]
    assert "Traceback" not in done.stderr
