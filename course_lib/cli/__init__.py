"""The command `course`, thin over the library: a module for each of its commands."""

import argparse
import codecs
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from course_lib.command import program

EXIT_CODES = """\
exit codes: 0 done; 1 a problem, stated on standard error, or a result that is not the expected one;
2 wrong usage; 130 interrupted with Ctrl-C"""


PLAIN = {"±": "+/-", "\u00a0": " "}  # for terminals that have ASCII only


def main(arguments=None):
    """Run the command and return its exit code, see `EXIT_CODES`."""
    options = argparse.Namespace(command=None)
    try:
        _write_what_the_terminal_can()
        options = _parser().parse_args(arguments)
        # Imported now, for the zoo takes a while and others, like --help, need not wait for it.
        module = import_module(options.module)
        return module.run(options) or 0
    except BrokenPipeError:  # whoever read our output, such as `head`, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ValueError, OSError) as error:
        print(f"course {options.command}: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if not getattr(options, "module", "").startswith("classroom."):
            raise
        print(f"course {options.command}: {error.name} is missing, which grading needs; install it "
              "with: python -m pip install nbgrader nh3 'dask[distributed]'", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", end="", file=sys.stderr)
        if options.command in ("train", "sweep"):
            print("; the same command goes on after the last whole epoch", end="", file=sys.stderr)
        if options.command == "grade":
            print("; the same command goes on with what is not graded", end="", file=sys.stderr)
        print(file=sys.stderr)
        return 130


def _write_what_the_terminal_can():
    """Spell what the terminal has no letter for, in place of ending at the first such letter."""
    codecs.register_error("course", lambda error: ("".join(
        PLAIN.get(letter) or ascii(letter)[1:-1] for letter in error.object[error.start : error.end]
    ), error.end))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="course")


def _parser():
    course = program().replace("%", "%%")  # argparse puts values in place of %
    parser = argparse.ArgumentParser(
        prog=program(), description="Work on the assignments; list, train, score and use the "
        "systems of the book.",
        epilog=EXIT_CODES)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name, text):
        command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".",
                                      epilog=EXIT_CODES)
        command.set_defaults(module=f"course_lib.cli.{name}")
        return command

    zoo = add("zoo", "list all systems: name, parameters, published and our own accuracy, source")
    zoo.add_argument("--json", action="store_true", help="as JSON; accuracies in percent")

    train = add("train", "train a system by its recipe and write its record")
    train.add_argument("name", metavar="NAME", help=f"for example lenet5; '{course} zoo' lists all")
    which = train.add_mutually_exclusive_group()
    which.add_argument("--seed", type=int, default=0, metavar="S", help="master seed (default 0)")
    which.add_argument("--trials", type=int, metavar="N",
                       help="N seeds: those of the published runs first, else 0 to N-1; seeds "
                            "that have a record are skipped")
    _add_training_options(train)

    sweep = add("sweep", "train systems with several seeds side by side, through Dask")
    sweep.add_argument("names", nargs="+", metavar="NAME",
                       help=f"systems; '{course} zoo' lists all")
    which = sweep.add_mutually_exclusive_group()
    which.add_argument("--seeds", type=int, nargs="+", metavar="S", help="master seeds")
    which.add_argument("--trials", type=int, metavar="N", default=5,
                       help="N seeds, chosen as in 'course train' (default 5)")
    sweep.add_argument("--workers", type=int, metavar="N",
                       help="processes on this machine (default: one for each core)")
    sweep.add_argument("--scheduler", metavar="ADDRESS",
                       help="use a running Dask cluster, for example tcp://10.0.0.1:8786")
    _add_training_options(sweep)

    evaluate = add("evaluate", "score saved weights on the test images and compare with the record")
    evaluate.add_argument("name", metavar="NAME", help="a system that has weights")
    evaluate.add_argument("--seed", type=int, default=0, metavar="S",
                          help="master seed (default 0)")
    evaluate.add_argument("--qmnist", action="store_true", help="score QMNIST's 60,000 test digits "
                          "instead: MNIST's and the lost ones")

    predict = add("predict",
                  "read the digit in pictures of any size, dark on light or light on dark")
    predict.add_argument("images", nargs="+", type=Path, metavar="IMAGE", help="PNG, JPEG, ...")
    predict.add_argument("--system", default="lenet5", metavar="NAME",
                         help="a system that has weights (default lenet5)")
    predict.add_argument("--seed", type=int, default=0, metavar="S", help="master seed (default 0)")

    table = add("table", "compare all systems: published and our own results, sizes and times")
    form = table.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON; accuracies in percent")
    form.add_argument("--markdown", action="store_true", help="as a Markdown table")

    start = add("start", "put a fresh copy of an assignment here; nothing is overwritten")
    start.add_argument("name", metavar="NAME", help="for example ps04")
    start.add_argument("--into", type=Path, metavar="FOLDER",
                       help="where it goes (default: a folder here, named as the assignment)")

    check = add("check", "run the visible tests of a notebook: what is done, wrong, or not written")
    check.add_argument("name", metavar="NAME",
                       help="for example ps04, or the path of a notebook or its folder")
    check.add_argument("--seconds", type=float, default=60, metavar="S",
                       help="how long one cell may compute (default 60)")
    check.add_argument("--json", action="store_true", help="as JSON")
    check.add_argument("--submitted", action="store_true",
                       help="for instructors: run nothing, but list all answers in "
                            "grading/submitted/ that use the library's own version")

    if find_spec("classroom"):  # which students do not have
        import_module("classroom.commands").add_commands(add)

    for command in (zoo, train, sweep, evaluate, predict, table):
        command.add_argument("--directory", type=Path, metavar="FOLDER",
                             help="where records and weights lie (default: results/)")
    return parser


def _add_training_options(command):
    command.add_argument("--epochs", type=int, metavar="E",
                         help="train E epochs; where the recipe has another number, the record "
                              "does not count in 'course table'")
    command.add_argument("--data", choices=("mnist", "digits", "course"), default="mnist",
                         help="digits: the embedded ones; course: MNIST if it is here, else those "
                              "(default mnist)")
    command.add_argument("--quiet", action="store_true", help="no progress bar")
