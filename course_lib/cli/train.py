"""``course train``: train a system, or go on with it, and write its record."""

import statistics
import sys

from course_lib import zoo
from course_lib.training import load_record, save_record
from course_lib.zoo.sweep import Run, trial_seeds

from .common import find_system, load_data


def run(options):
    system = find_system(options.name)
    if isinstance(system, zoo.ClassicalSystem):
        return _measure(system, options)
    several = options.trials is not None
    seeds = trial_seeds(system, options.trials) if several else [options.seed]
    runs = [Run(system, seed, options.directory, options.epochs) for seed in seeds]
    todo = skip_recorded(runs) if several else runs
    for run in todo:
        check_no_record(run.record)
        run.check()
    dataset = load_data(options.data) if todo else None
    for run in todo:
        if run.checkpoint.exists() and not options.quiet:
            print(f"going on from {run.checkpoint}", file=sys.stderr)
        network, record = run.train(dataset, progress=not options.quiet)
        run.finish(network, record)
        print(result(record, run.record))
    if several:
        print_mean(runs)


def _measure(system, options):
    """Fit the two models of a classical system."""
    if options.seed != 0 or options.trials is not None or options.epochs is not None:
        raise ValueError(f"{system.name} is fitted once, without chance and epochs; leave out "
                         "--seed, --trials and --epochs")
    path = Run(system, 0, options.directory).record
    check_no_record(path)
    record = zoo.measure(system, load_data(options.data))
    save_record(record, options.directory)
    print(result(record, path))


def check_no_record(path):
    """ValueError if the record is there."""
    if path.exists():
        raise ValueError(f"{path} is there already; move it away, or name another --directory")


def skip_recorded(runs):
    """The runs that have no record yet; the others are named on standard error."""
    for run in runs:
        if run.record.exists():
            print(f"{run.system.name}, seed {run.seed}: skipped, {run.record} is there already",
                  file=sys.stderr)
    return [run for run in runs if not run.record.exists()]


def result(record, path):
    """What came out of a run, in one line."""
    test = record["test"]
    return (f"{record['name']}, seed {record['seed']}, {record['dataset']}: "
            f"{100 * test['accuracy']:.2f} % on {test['n']:,} test images, trained "
            f"in {record['seconds']['train']:.1f} s; record in {path}")


def print_mean(runs):
    """The mean over the records of several seeds of one system, those of earlier times included."""
    name = runs[0].system.name
    records = [load_record(name, run.seed, run.directory) for run in runs]
    accuracies = [100 * record["test"]["accuracy"] for record in records]
    spread = f", standard deviation {statistics.stdev(accuracies):.2f}" if len(runs) > 1 else ""
    print(f"{name}: {statistics.mean(accuracies):.2f} % on average over {len(runs)} seeds{spread}")
