"""``course train``: train a system, or go on with it, and write its record."""

import statistics
import sys

from course_lib import runs, zoo
from course_lib.cli.common import find_system, load_data
from course_lib.runs import load_record, save_record
from course_lib.runs.sweep import Run, trial_seeds


def run(options):
    system = find_system(options.name)
    network = isinstance(system, zoo.System)
    several = options.trials is not None
    if not network:
        _check_no_network(system, options)
    seeds = trial_seeds(system, options.trials) if several else [options.seed]
    runs = [Run(system, seed, options.directory, options.epochs) for seed in seeds]
    todo = skip_recorded(runs) if several else runs
    for run in todo:
        check_no_record(run.record)
        if network:
            run.check()
    dataset = load_data(options.data) if todo else None
    for run in todo:
        record = (_train if network else _measure)(run, dataset, options)
        print(result(record, run.record))
    if several:
        print_mean(runs)


def _check_no_network(system, options):
    if options.epochs is not None:
        raise ValueError(f"{system.name} has no epochs; leave out --epochs")
    chance = isinstance(system, zoo.ClassicalSystem) and system.random
    if not chance and (options.seed != 0 or options.trials is not None):
        raise ValueError(f"{system.name} is fitted once, without chance; leave out --seed and "
                         "--trials")


def _measure(run, dataset, options):
    """Fit the models of a classical system, or choose the members of an ensemble."""
    if isinstance(run.system, zoo.Ensemble):
        record = runs.measure_ensemble(run.system, dataset, options.directory)
    else:
        record = runs.measure(run.system, dataset, run.seed)
    save_record(record, options.directory)
    return record


def _train(run, dataset, options):
    """Train a network, or go on with it."""
    if run.checkpoint.exists() and not options.quiet:
        print(f"going on from {run.checkpoint}", file=sys.stderr)
    network, record = run.train(dataset, progress=not options.quiet)
    run.finish(network, record)
    return record


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
