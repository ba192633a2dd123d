"""The commands that `course` has where this package is installed."""

from pathlib import Path


def add_commands(add) -> None:
    """Add the instructor's commands; ``add(name, text)`` makes a parser, as in `course_lib.cli`."""
    release = add("release", "make one archive of all that students receive (for instructors)")
    release.set_defaults(module="classroom.release")
    release.add_argument("--output", type=Path, metavar="FILE",
                         default=Path("bayes-to-lenet5-students.zip"),
                         help="(default %(default)s)")
