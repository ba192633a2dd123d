"""All systems with their published results and ours, from the records alone."""

import json
import statistics
from pathlib import Path

import numpy as np

from course_lib import zoo
from course_lib.metrics import wilson_interval
from course_lib.training.records import results_directory


def summarize(directory=None):
    """One row for each system of the zoo, two for the classical ones: ours and scikit-learn's.

    Only whole runs on MNIST count: records of fewer epochs or of other digits are left out.

    Returns
    -------
    rows : list of dict
        ``name``, ``title``, ``model`` ("course_lib" or "scikit-learn"), ``source``, ``parameters``
        (None where a model has no fixed number), ``published`` and ``ours``: what `score` returns.
        Accuracies are in percent, as in ``published``.
    left_out : list of str
        Which records do not count, and why.
    """
    rows, left_out = [], []
    for system in zoo.SYSTEMS.values():
        records = []
        for record in read_records(system.name, directory):
            reason = why_not(system, record)
            if reason:
                left_out.append(f"{system.name}, seed {record['seed']}: {reason}")
            else:
                records.append(record)
        row = {"name": system.name, "title": system.title, "model": "course_lib",
               "source": system.source, "parameters": None, "published": system.published}
        if isinstance(system, zoo.ClassicalSystem):
            own = [{**record, **record["ours"]} for record in records]
            rows.append({**row, "ours": score(own)})
            rows.append({**row, "model": "scikit-learn", "ours": score(records)})
        else:
            n_parameters = system.build(np.random.default_rng(0)).n_parameters
            rows.append({**row, "parameters": n_parameters, "ours": score(records)})
    return rows, left_out


def read_records(name, directory=None):
    """All records of a system, in the order of their seeds."""
    records = []
    for path in Path(directory or results_directory(), name).glob("seed-*.json"):
        try:
            record = json.loads(path.read_text())
            record["seed"], record["dataset"], record["test"]["errors"]  # what each record has
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is not a record that can be read ({error!r}); restore it, or "
                             "move it away") from error
        records.append(record)
    return sorted(records, key=lambda record: record["seed"])


def why_not(system, record):
    """Why a record does not count, or None."""
    if record["dataset"] != "MNIST":
        return f"scored on the {record['dataset']}, not on MNIST"
    if isinstance(system, zoo.System) and record["recipe"]["epochs"] != system.recipe.epochs:
        return f"{record['recipe']['epochs']} epochs, where the recipe has {system.recipe.epochs}"
    return None


def score(records):
    """Accuracy and times over the records of one model, or None if there are none.

    Returns
    -------
    dict
        ``seeds``; ``accuracy`` (of each); ``n`` (their number); ``mean``; ``spread``, the standard
        deviation over seeds, or with one seed ``interval``, the 95 % Wilson interval over test
        images; ``train_seconds`` and ``predict_seconds`` (means); ``runs_at_once``, above 1 if a
        time was measured while other runs shared the machine.
    """
    if not records:
        return None
    tests = [record["test"] for record in records]
    accuracies = [100 * (test["n"] - test["errors"]) / test["n"] for test in tests]
    result = {"seeds": [record["seed"] for record in records], "accuracy": accuracies,
              "n": len(records), "mean": statistics.mean(accuracies)}
    if len(records) > 1:
        result["spread"] = statistics.stdev(accuracies)
    else:
        low, high = wilson_interval(tests[0]["errors"], tests[0]["n"])
        result["interval"] = [100 * (1 - high), 100 * (1 - low)]
    seconds = [record["seconds"] for record in records]
    return result | {
        "train_seconds": statistics.mean(s["train"] for s in seconds),
        "predict_seconds": statistics.mean(s["predict_test"] for s in seconds),
        "runs_at_once": max(record["machine"].get("runs_at_once", 1) for record in records),
    }


def published_text(published):
    """What was published, in short: the accuracy, or what the source states in its place.

    >>> published_text({"accuracy": (99.11, 99.36)}), published_text({"accuracy_about": 98})
    ('99.23 (n = 2)', 'about 98')
    >>> published_text({"ensemble_accuracy": 99.79, "train_seconds": 7})
    '99.79 (ensemble accuracy)'
    """
    if "accuracy" in published:
        accuracies = published["accuracy"]
        runs = f" (n = {len(accuracies)})" if len(accuracies) > 1 else ""
        return f"{statistics.mean(accuracies):.2f}{runs}"
    if "accuracy_about" in published:
        return f"about {published['accuracy_about']}"
    for what, value in published.items():
        if not what.endswith("seconds"):
            return f"{np.mean(value):.2f} ({what.replace('_', ' ')})"
    return "-"


def aligned(header, rows):
    """Lines of a table whose columns stand under each other, numbers to the right.

    >>> print("\\n".join(aligned(["name", "n"], [["a", "10"], ["bcdef", "7"]])))
    name    n
    a      10
    bcdef   7
    """
    columns = list(zip(header, *rows))
    right = [all(cell[:1].isdigit() or cell == "-" for cell in column[1:]) for column in columns]
    widths = [max(map(len, column)) for column in columns]
    return ["  ".join(cell.rjust(w) if to_the_right else cell.ljust(w)
                      for cell, w, to_the_right in zip(cells, widths, right)).rstrip()
            for cells in zip(*columns)]
