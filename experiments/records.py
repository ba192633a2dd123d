"""Records of experiments: ``results/experiments/NAME.json``."""

import inspect
from pathlib import Path

from course_lib.runs.files import results_directory
from course_lib.runs.records import experiment_path, stamp, write_json
from course_lib.runs.scores import stopwatch


def measure(module, dataset, directory=None, settings=None):
    """Run an experiment and return its record.

    Parameters
    ----------
    module : module
        An experiment: see the docstring of the package.
    dataset : course_lib.data.Dataset
    directory : path-like, optional
        Where trained weights and records lie, for experiments that look at them; ``results/``
        where it is left out.
    settings : dict, optional
        In place of the module's ``SETTINGS``, key by key.

    Returns
    -------
    dict
        ``experiment``, ``question``, ``dataset``, ``images``, ``settings``, ``results``,
        ``seconds``, ``machine``, ``date``.
    """
    settings = {**module.SETTINGS, **(settings or {})}
    places = {}
    if "directory" in inspect.signature(module.run).parameters:
        places["directory"] = Path(directory or results_directory())
    with stopwatch() as times:
        results = module.run(dataset, **settings, **places)
    return {
        "schema": 1,
        "experiment": module.__name__.rsplit(".", 1)[-1],
        "question": module.QUESTION,
        "dataset": dataset.name,
        "images": {"train": len(dataset.train_labels), "test": len(dataset.test_labels)},
        "settings": settings,
        "results": results,
        "seconds": {"wall": times["seconds"], "processor": times["processor_seconds"]},
        **stamp(),
    }


def save(record, directory=None):
    """Write a record, in place of an older one, and return its path."""
    path = experiment_path(record["experiment"], directory)
    write_json(record, path, overwrite=True)
    return path
