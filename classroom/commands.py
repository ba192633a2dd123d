"""The commands that `course` has where this package is installed."""

from pathlib import Path


def add_commands(add) -> None:
    """Add the instructor's commands; ``add(name, text)`` makes a parser, as in `course_lib.cli`."""
    release = add("release", "make one archive of all that students receive (for instructors)")
    release.set_defaults(module="classroom.release")
    release.add_argument("--output", type=Path, metavar="FILE",
                         default=Path("bayes-to-lenet5-students.zip"),
                         help="(default %(default)s)")
    release.add_argument("--browser", action="store_true",
                         help="with the pages that 'make exercises' has written")
    grade = add("grade", "grade a class, side by side; what is graded already is left alone "
                         "(for instructors)")
    grade.set_defaults(module="classroom.grade")
    grade.add_argument("names", nargs="*", metavar="NAME", help="assignments, for example ps04")
    grade.add_argument("--all", action="store_true", help="all that have submissions")
    grade.add_argument("--again", action="store_true", help="also what is graded already")
    grade.add_argument("--workers", type=int, metavar="N",
                       help="processes on this machine (default: one for each core)")
    grade.add_argument("--scheduler", metavar="ADDRESS",
                       help="use a running Dask cluster, for example tcp://10.0.0.1:8786")
    grade.add_argument("--quiet", action="store_true", help="no progress bar")
    summary = add("summary", "write how a class did: a page, and lists for Canvas, Moodle and "
                             "spreadsheets (for instructors)")
    summary.set_defaults(module="classroom.summary")
    summary.add_argument("names", nargs="+", metavar="NAME", help="assignments, for example ps04")
    collect = add("collect", "put a download of Canvas or Moodle where it is graded (for "
                             "instructors)")
    collect.set_defaults(module="classroom.collect")
    collect.add_argument("file", type=Path, metavar="FILE.zip", help="the download, as it came")
    collect.add_argument("name", metavar="NAME", help="the assignment, for example ps04")
