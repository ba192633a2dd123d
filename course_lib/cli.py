"""The command ``course``: train and list the systems of the book."""

import argparse
import sys
from pathlib import Path

from course_lib import zoo
from course_lib.data import load_course_data, load_mnist
from course_lib.training import record_path, save_record, save_weights


def main(arguments=None):
    """Run the command; returns the exit code (0 success, 1 a stated problem, 130 interrupted)."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        print(f"course {options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on after the last whole epoch", file=sys.stderr)
        return 130
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="course", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    train = commands.add_parser("train", help="train a system by its recipe and write the record")
    train.add_argument("name", help="for example lenet5; 'course zoo' lists all")
    train.add_argument("--seed", type=int, default=0, help="master seed (default 0)")
    train.add_argument("--epochs", type=int, help="fewer epochs than the recipe has")
    train.add_argument("--data", choices=("mnist", "course"), default="mnist",
                       help="course: MNIST if it is here, else the embedded digits")
    train.add_argument("--directory", type=Path, default=None,
                       help="where the record goes (default: results/)")
    train.add_argument("--quiet", action="store_true", help="no progress bar")
    train.set_defaults(run=_train)

    listing = commands.add_parser("zoo", help="list the systems")
    listing.set_defaults(run=_zoo)
    return parser


def _train(options):
    system = zoo.get_system(options.name)
    path = record_path(system.name, options.seed, options.directory)
    classical = isinstance(system, zoo.ClassicalSystem)
    if classical and options.seed != 0:
        raise ValueError(f"there is no chance in {system.name}; leave out --seed")
    weights, checkpoint = path.with_suffix(".npz"), path.with_suffix(".checkpoint.npz")
    for result in (path, weights):
        # Weights beside a checkpoint are those of the same run, stopped just before its record.
        if result.exists() and not (result == weights and checkpoint.exists()):
            raise ValueError(f"{result} is there already; move it away, or name another --directory")
    dataset = load_mnist() if options.data == "mnist" else load_course_data()
    if classical:
        record = zoo.measure(system, dataset)
        save_record(record, options.directory)
    else:
        network, record = zoo.train_system(system, dataset, options.seed, options.epochs,
                                           checkpoint, progress=not options.quiet)
        save_weights(network, weights, overwrite=True)
        save_record(record, options.directory)
        checkpoint.unlink()
    test = record["test"]
    print(f"{system.name}, seed {options.seed}, {dataset.name}: {100 * test['accuracy']:.2f} % on "
          f"{test['n']} test images, trained in {record['seconds']['train']:.1f} s; record in {path}")


def _zoo(options):
    for system in zoo.SYSTEMS.values():
        print(f"{system.name:12} {system.title}")


if __name__ == "__main__":
    sys.exit(main())
