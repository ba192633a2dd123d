"""``course train``: train a system, or go on with it, and write its record."""

import statistics
import sys

from course_lib.cli.common import find_system
from course_lib.data import load_dataset
from course_lib.runs import load_record, make_run
from course_lib.runs.sweep import trial_seeds


def run(options):
    system = find_system(options.name)
    several = options.trials is not None
    if not system.random and (options.seed != 0 or several):
        raise ValueError(f"{system.name} is fitted once, without chance; leave out --seed and "
                         "--trials")
    seeds = trial_seeds(system, options.trials) if several else [options.seed]
    runs = [make_run(system, seed, options.directory, options.epochs) for seed in seeds]
    todo = skip_recorded(runs) if several else runs
    for run in todo:
        run.check()
    dataset = load_dataset(options.data) if todo else None
    for run in todo:
        if run.checkpoint.exists() and not options.quiet:
            print(f"going on from {run.checkpoint}", file=sys.stderr)
        print(result(run.carry_out(dataset, progress=not options.quiet), run.record))
    if several:
        print_mean(runs)


def skip_recorded(runs):
    """The runs that have no record yet; the others are named on standard error."""
    for run in runs:
        if run.record.exists():
            run.clear()
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
