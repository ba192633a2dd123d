"""Run experiments by name and write their records."""

import argparse
import sys

from course_lib.data import load_dataset
from experiments import NAMES, find
from experiments.records import measure, save


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m experiments", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="experiments to run, or 'all'")
    parser.add_argument("--list", action="store_true", help="name all experiments and stop")
    parser.add_argument("--data", choices=["mnist", "digits"], default="mnist",
                        help="MNIST (default), or the embedded digits, to try things out")
    parser.add_argument("--directory", help="where results lie (default: results/)")
    options = parser.parse_args(arguments)
    if options.list:
        for name in NAMES:
            print(f"{name:30}{find(name).QUESTION}")
        return
    names = NAMES if options.names == ["all"] else options.names
    if not names:
        parser.error("name an experiment, or 'all', or --list")
    if options.data == "digits" and options.directory is None:
        parser.error("--data digits needs a --directory, so that no record of MNIST is replaced")
    try:
        modules = [find(name) for name in names]
    except ValueError as error:
        parser.error(str(error))
    dataset = load_dataset(options.data)
    for module in modules:
        record = measure(module, dataset, options.directory)
        path = save(record, options.directory)
        print(f"{record['experiment']}: {record['seconds']['processor']:.0f} s; record in {path}",
              file=sys.stderr)


if __name__ == "__main__":
    main()
