"""Records: what a training run was and what came out, as JSON.

The book and its tables read these files; no number of a long run is typed by hand.
"""

import json
import math
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import course_lib
from course_lib.data.atomic import atomic_write
from course_lib.runs.files import in_words, results_directory, run_path, runs_in
from course_lib.runs.form import EXPERIMENT, problem, problem_of_run


def record_path(name, seed, directory=None):
    """Where the record of a system and a seed lies.

    >>> record_path("lenet5", 0, "results").as_posix()
    'results/lenet5/seed-0.json'
    """
    return run_path(name, seed, directory)


def new_record(system, seed, dataset, images, schema=2, **facts):
    """The record of a run as far as it is the same for all kinds of system.

    Parameters
    ----------
    system : System, ClassicalSystem or Ensemble
    seed : int
    dataset : course_lib.data.Dataset
    images : list of int
        How many images trained and validated; those of the test set are counted here.
    schema : int
        Version of the form, see ``results/schema.json``.
    facts
        What there is besides.
    """
    train, validation = images
    return {"schema": schema, "name": system.name, "seed": seed, "dataset": dataset.name,
            "images": {"train": train, "validation": validation, "test": len(dataset.test_labels)},
            **facts, **stamp()}


def stamp():
    """On which machine, by which code and when something was measured."""
    return {"machine": machine(), "date": datetime.now(UTC).isoformat(timespec="seconds")}


def add_test(record, scores):
    """Put scores and times, from `evaluate_system` or `evaluate_ensemble`, into a record."""
    scores = dict(scores)
    record["seconds"]["predict_test"] = scores.pop("seconds")
    record["seconds"]["predict_test_processor"] = scores.pop("processor_seconds")
    record["test"] = scores


def save_record(record, directory=None):
    """Write a record (a dictionary with ``name`` and ``seed``) and return its path.

    A record that exists is not overwritten: FileExistsError.

    Examples
    --------
    >>> import tempfile
    >>> save_record({"name": "nn1l", "seed": 0}, tempfile.mkdtemp()).name
    'seed-0.json'
    """
    path = record_path(record["name"], record["seed"], directory)
    write_json(record, path)
    return path


def load_record(name, seed=0, directory=None):
    """Read the record of a system and a seed as a dictionary.

    Raises
    ------
    FileNotFoundError
        There is no such record; the message names those that there are.
    ValueError
        The file does not hold a record of this run; the message names it and says what is wrong.

    Examples
    --------
    >>> load_record("lenet6")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: there is no record of 'lenet6' with seed 0; there are: ...
    """
    path = record_path(name, seed, directory)
    if not path.exists():
        raise FileNotFoundError(f"there is no record of {name!r} with seed {seed}; there are: "
                                f"{in_words(runs_in(directory))}")
    record = _read_json(path)
    found = problem_of_run(record)
    for key, wanted in (("name", name), ("seed", seed)):
        if not found and record[key] != wanted:
            found = f"its {key} is {record[key]!r}, not {wanted!r}"
    if found:
        raise _unreadable(path, found)
    return record


def read_records(name, directory=None):
    """All records of a system, in the order of their seeds.

    Raises as `load_record`; OSError where there is no folder of records, or it cannot be read.

    >>> [record["seed"] for record in read_records("lenet5")]
    [0, 378039, 501968, 757431, 924519]
    """
    return [load_record(name, seed, directory) for _, seed in runs_in(directory, name)]


def load_experiment(name, directory=None):
    """Read the record of an experiment, ``results/experiments/NAME.json``, as a dictionary.

    FileNotFoundError says how it is made, ValueError what is wrong with a file that holds none.

    >>> load_experiment("perpetual_motion")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: there is no record ...; make it with: python -m experiments perpetual_motion
    """
    path = experiment_path(name, directory)
    if not path.exists():
        raise FileNotFoundError(f"there is no record {path}; make it with: "
                                f"python -m experiments {name}")
    record = _read_json(path)
    found = problem(record, EXPERIMENT)
    if found:
        raise _unreadable(path, found)
    return record


def experiment_path(name, directory=None):
    """Where the record of an experiment lies."""
    return Path(directory or results_directory()) / "experiments" / f"{name}.json"


def write_json(record, path, overwrite=False):
    """Write a record as JSON, whole or not at all; its folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, overwrite) as file:
        file.write((as_json(record) + "\n").encode())


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


def _read_json(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # no text, no JSON, or nested without end
        raise _unreadable(path, error) from error


def _unreadable(path, why):
    return ValueError(
        f"{path} is not a record that can be read ({why}); restore it, or move it away"
    )


def machine():
    """What the run was measured on: processor, cores, system and versions."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas.get('name')} {blas.get('version')}",
        "course_lib": course_lib.__version__,
        "commit": _commit(),
    }


def _processor():
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or "unknown"


def _commit():
    """Commit of the code that runs, with a ``+`` where files differ from it; else None."""
    def git(*words):
        return subprocess.run(["git", *words], cwd=Path(course_lib.__file__).parent, text=True,
                              capture_output=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", "--", ".") else "")
    except (OSError, subprocess.CalledProcessError):
        return None
