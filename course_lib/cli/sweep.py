"""``course sweep``: seeds x systems side by side through Dask."""

import logging
import sys

from tqdm.auto import tqdm

from course_lib.cli.common import find_network
from course_lib.cli.train import print_mean, result, skip_recorded
from course_lib.data import load_dataset
from course_lib.runs import make_run
from course_lib.runs.sweep import dask_client, sweep, trial_seeds


def run(options):
    if options.workers is not None and options.scheduler is not None:
        raise ValueError("--workers is for this machine; a cluster has the workers it has. Leave "
                         "out --workers or --scheduler")
    if options.workers is not None and options.workers < 1:
        raise ValueError(f"the number of workers must be at least 1, but is {options.workers}")
    groups = {}  # by name, so that a system or a seed that is named twice counts once
    for system in map(find_network, options.names):
        seeds = options.seeds or trial_seeds(system, options.trials)
        groups[system.name] = [make_run(system, seed, options.directory, options.epochs)
                               for seed in dict.fromkeys(seeds)]
    todo = skip_recorded([run for runs in groups.values() for run in runs])
    for run in todo:
        run.check()
    failed = _sweep(todo, options) if todo else 0
    for runs in groups.values():
        if all(run.record.exists() for run in runs):
            print_mean(runs)
    if failed:
        print(f"course sweep: {failed} of {len(todo)} runs failed; the same command tries them "
              "again", file=sys.stderr)
    return 1 if failed else 0


def _sweep(runs, options):
    """Train the runs, print each result as it comes, and return how many failed."""
    dataset = load_dataset(options.data)  # a problem with the data shows before any worker starts
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said below
    failed = 0
    with dask_client(options.scheduler, options.workers, len(runs)) as client:
        for run, outcome in sweep(runs, dataset.name, client, progress=not options.quiet):
            if isinstance(outcome, Exception):
                failed += 1
                tqdm.write(f"{run.system.name}, seed {run.seed}: failed, {outcome}",
                           file=sys.stderr)
            else:
                tqdm.write(result(outcome, run.record))
    return failed
