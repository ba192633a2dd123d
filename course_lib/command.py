"""How a message names a command of this course, so that it works where it is typed."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path


def command(*words) -> str:
    """Write a call of the command `course` as this process was started, with quoted paths.

    Parameters
    ----------
    words : str or Path
        What follows, such as "check" and the path of a notebook.
    """
    words = [str(word) for word in words]
    quoted = subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
    return f"{program()} {quoted}".rstrip()


def program() -> str:
    """Return `course` where the shell finds this one; else the path that was typed."""
    started = Path(sys.argv[0] or "course")
    if started.parts[-2:] == ("cli", "__main__.py"):
        return f"{_typed(Path(sys.executable))} -m course_lib.cli"
    if started.stem != "course":  # another program uses the library: a test, a notebook
        return "course"
    return _typed(started)


def _typed(started: Path) -> str:
    """The bare name of a program where the shell finds this one by it; else a short path."""
    found = shutil.which(started.stem)
    if found and Path(found).absolute() == started.absolute():
        return started.stem
    below = started.absolute().is_relative_to(Path.cwd())
    return shlex.quote(str(started.absolute().relative_to(Path.cwd()) if below else started))
