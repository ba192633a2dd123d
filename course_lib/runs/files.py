"""Where the files of runs lie: ``FOLDER/NAME/seed-S.json``, the weights beside it as ``.npz``."""

import os
import re
from pathlib import Path

import course_lib
from course_lib.command import command

RECORD, WEIGHTS, CHECKPOINT, CLAIM = (
    ".json",
    ".npz",
    ".checkpoint.npz",
    ".claim",
)  # what ``seed-S`` ends in


def results_directory():
    """Folder of the records: ``COURSE_RESULTS_DIR``, ``results/`` of the course, or ``./results``.

    Where the library was installed without the course, nothing is beside it but other packages;
    then records are read from, and written to, ``results/`` in the current folder. A variable that
    is empty is as good as none.
    """
    course = Path(course_lib.__file__).parents[1]
    is_course = (course / "pyproject.toml").is_file()
    named = os.environ.get("COURSE_RESULTS_DIR")
    return Path(named).expanduser() if named else (course if is_course else Path()) / "results"


def is_fresh(directory=None):
    """Whether nothing was recorded yet: no folder is named, and the one by default is not there."""
    return not (directory or os.environ.get("COURSE_RESULTS_DIR") or results_directory().exists())


def run_path(name, seed, directory=None, kind=RECORD):
    """Where a file of a run lies: its `RECORD`, its `WEIGHTS`, its `CHECKPOINT` or its `CLAIM`.

    >>> run_path("lenet5", 0, "results", WEIGHTS).as_posix()
    'results/lenet5/seed-0.npz'
    """
    return Path(directory or results_directory()) / name / f"seed-{seed}{kind}"


def runs_in(directory=None, name=None, kind=RECORD):
    """Which runs have a file of this kind: a sorted list of (name, seed).

    Parameters
    ----------
    directory : path-like, optional
        ``results/`` where it is left out.
    name : str, optional
        Of one system; all are looked for where it is left out.
    kind : str

    Raises
    ------
    OSError
        There is no such folder, or it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for seed in (10, 9):
    ...     run_path("nn1l", seed, folder).parent.mkdir(exist_ok=True)
    ...     run_path("nn1l", seed, folder).touch()
    >>> runs_in(folder)
    [('nn1l', 9), ('nn1l', 10)]
    """
    directory = Path(directory or results_directory())
    if not directory.is_dir():
        what = "is a file, not a folder" if directory.exists() else "does not exist"
        raise FileNotFoundError(
            f"the folder of the records, {directory}, {what}; name the one that "
            f"was given to '{command('train', '--directory')}', or train a system first"
        )
    form = re.compile(rf"seed-(\d+){re.escape(kind)}")
    # iterdir, and not glob, which takes a folder that may not be read for an empty one
    folders = [directory / name] if name else directory.iterdir()
    return sorted((folder.name, int(match[1])) for folder in folders if folder.is_dir()
                  for path in folder.iterdir() if (match := form.fullmatch(path.name)))


def in_words(runs):
    """Runs by name and seed as text.

    >>> in_words([("lenet5", 0), ("nn1l", 0), ("nn1l", 7)])
    'lenet5 (seed 0), nn1l (seed 0, 7)'
    """
    seeds = {}
    for name, seed in runs:
        seeds.setdefault(name, []).append(str(seed))
    return ", ".join(f"{name} (seed {', '.join(own)})" for name, own in seeds.items()) or "none"
