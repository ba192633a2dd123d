"""Records of experiments: ``results/experiments/NAME.json``."""

import inspect
import json
import math
import time
from datetime import UTC, datetime
from pathlib import Path

from course_lib.data.atomic import atomic_write
from course_lib.runs.records import machine, results_directory


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
    start, processor_start = time.perf_counter(), time.process_time()
    results = module.run(dataset, **settings, **places)
    return {
        "schema": 1,
        "experiment": module.__name__.rsplit(".", 1)[-1],
        "question": module.QUESTION,
        "dataset": dataset.name,
        "images": {"train": len(dataset.train_labels), "test": len(dataset.test_labels)},
        "settings": settings,
        "results": results,
        "seconds": {"wall": time.perf_counter() - start,
                    "processor": time.process_time() - processor_start},
        "machine": machine(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def record_path(name, directory=None):
    """Where the record of an experiment lies."""
    return Path(directory or results_directory()) / "experiments" / f"{name}.json"


def save(record, directory=None):
    """Write a record, in place of an older one, and return its path."""
    path = record_path(record["experiment"], directory)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, overwrite=True) as file:
        file.write((as_json(record) + "\n").encode())
    return path


def as_json(value, indent=""):
    """JSON with one key per line, but a list of numbers or words on a single line.

    Numbers that are not finite become null, which is all that JSON has for them.

    >>> print(as_json({"a": [1, 2.5], "b": {"c": float("nan")}}))
    {
     "a": [1, 2.5],
     "b": {
      "c": null
     }
    }
    """
    deeper = indent + " "
    if isinstance(value, dict) and value:
        items = [f"{json.dumps(str(key))}: {as_json(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}}}"
    if isinstance(value, (list, tuple)):
        items = [as_json(item, deeper) for item in value]
        if any(isinstance(item, (dict, list, tuple)) for item in value):
            return "[\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}]"
        return f"[{', '.join(items)}]"
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    return json.dumps(value)
