"""The library as a wheel, installed into an empty environment: every command works elsewhere."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from course_lib.data import load_digits28

ROOT = Path(__file__).parents[2]
UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")


def run(*command, folder, code=0):
    """Run a command in a folder; its standard output and standard error, which are looked at."""
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from what git knows alone."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("course_lib", "classroom"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-text"):
        shutil.copy(ROOT / name, source)
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        out,
        source,
        folder=source,
    )
    return next(out.glob("*.whl"))


@pytest.mark.slow
def test_all_that_is_no_code_is_in_it(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for part in ("course_lib", "classroom")
        for path in (ROOT / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= names
    assert not [name for name in names if name.startswith(("results/", "solutions/", "tests/"))]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The command `course` of an environment that holds the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("empty")
    try:
        if UV:
            run(UV, "venv", "--quiet", "--python", sys.executable, "env", folder=folder)
            run(UV, "pip", "install", "--quiet", "--python", "env/bin/python", wheel, folder=folder)
        else:
            run(sys.executable, "-m", "venv", "env", folder=folder)
            run("env/bin/python", "-m", "pip", "install", "--quiet", wheel, folder=folder)
    except AssertionError as error:
        pytest.skip(f"the packages that the library requires cannot be installed here: {error}")
    return folder / "env" / "bin" / "course"


@pytest.mark.slow
def test_every_command(installed, tmp_path):
    """In a folder that has nothing to do with the course."""
    package = installed.parents[1] / "lib"
    before = sorted(package.rglob("results"))
    Image.fromarray(load_digits28().test_images[0]).save(tmp_path / "digit.png")

    def course(*words, code=0):
        return run(installed, *words, folder=tmp_path, code=code)

    listed = course("--help")
    assert "lenet5" in course("zoo")
    record = tmp_path / "results" / "nn1l" / "seed-0.json"
    assert str(Path("results", "nn1l", "seed-0.json")) in course(
        "train", "nn1l", "--data", "digits", "--epochs", 2, "--quiet"
    )
    assert record.is_file()
    assert "reproduced exactly" in course("evaluate", "nn1l")
    assert "digit.png: " in course("predict", "digit.png", "--system", "nn1l")
    assert "nn1l" in course("table")
    assert "dask" in course("sweep", "nn1l", "--data", "digits", "--seeds", 7, code=1)
    for command in ("start", "check", "release"):
        words = [] if command == "release" else ["ps05"]
        assert "the assignments are not here" in course(command, *words, code=1)
    for words in (["collect", "all.zip", "ps05"], ["grade", "ps05"], ["summary", "ps05"]):
        said = course(*words, code=1)
        assert "Traceback" not in said and ("is missing" in said or "not here" in said), said
    commands = {
        line.split()[0]
        for line in listed.splitlines()
        if line.startswith("    ") and line[4:5].isalpha()
    }
    assert commands <= {
        "zoo",
        "train",
        "evaluate",
        "predict",
        "table",
        "sweep",
        "start",
        "check",
        "release",
        "collect",
        "grade",
        "summary",
    }
    assert sorted(package.rglob("results")) == before, "something was written beside the library"


@pytest.mark.slow
def test_a_notebook_needs_a_kernel_and_is_told_so(installed, tmp_path):
    """`check` runs notebooks: what that takes besides is named."""
    for path in (ROOT / "exercises").glob("ps05*/*.ipynb"):
        (tmp_path / "exercises" / path.parent.name).mkdir(parents=True)
        shutil.copy(path, tmp_path / "exercises" / path.parent.name)
    text = run(installed, "check", "ps05", folder=tmp_path, code=1)
    assert "pip install ipykernel" in text
