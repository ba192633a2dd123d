"""All systems with their published results and ours, from the records alone."""

import json
import statistics
from pathlib import Path

import numpy as np

from course_lib import zoo
from course_lib.metrics import wilson_interval
from course_lib.runs.records import results_directory

GROUPS = {
    "classical": "classical models",
    "000": "the spine, notes 000",
    "001": "notes 001",
    "002": "notes 002",
    "003": "notes 003",
    "004": "notes 004",
    "top": "the state of the art",
}


def summarize(directory=None):
    """One row for each system of the zoo, two for those that we have beside scikit-learn's.

    Only whole runs on MNIST count: records of fewer epochs or of other digits are left out.

    Returns
    -------
    rows : list of dict
        ``name``, ``title``, ``group`` (a key of `GROUPS`, and rows are in their order), ``model``
        ("course_lib" or "scikit-learn"), ``source``, ``parameters`` (None where a model has no
        fixed number), ``published`` and ``ours``: what `score` returns. Accuracies are in percent,
        as in ``published``.
    left_out : list of str
        Which records do not count, and why.
    """
    rows, left_out = [], []
    for system in sorted(zoo.SYSTEMS.values(), key=lambda one: list(GROUPS).index(group(one))):
        records = []
        for record in read_records(system.name, directory):
            reason = why_not(system, record)
            if reason:
                left_out.append(f"{system.name}, seed {record['seed']}: {reason}")
            else:
                records.append(record)
        row = {"name": system.name, "title": system.title, "group": group(system),
               "model": "course_lib", "source": system.source, "published": system.published}
        if isinstance(system, zoo.ClassicalSystem):
            row["parameters"] = system.parameters
            if system.ours:
                own = [{**record, **record["ours"]} for record in records]
                rows.append({**row, "ours": score(own)})
            rows.append({**row, "model": "scikit-learn", "ours": score(records)})
        else:
            row["parameters"] = parameters(system, records)
            rows.append({**row, "ours": score(records)})
    return rows, left_out


def parameters(system, records):
    """Learned numbers of a network; of an ensemble those of all members, None without a record."""
    if isinstance(system, zoo.Ensemble):
        return records[0]["parameters"] if records else None
    return system.build(np.random.default_rng(0)).n_parameters


def group(system):
    """Where a system stands in the book, a key of `GROUPS`.

    >>> group(zoo.get_system("svm")), group(zoo.get_system("vgg")), group(zoo.get_system("capsnet"))
    ('classical', '002', 'top')
    """
    if isinstance(system, zoo.ClassicalSystem):
        return "classical"
    notes = system.source in GROUPS and system not in (*zoo.advanced.SYSTEMS, *zoo.ensemble.SYSTEMS)
    return system.source if notes else "top"


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
        images; ``errors_by_half``, the mean number in both halves of the test set;
        ``published_way``, the mean accuracy had the epoch been chosen on the test set, None where
        the recipe chooses none; ``train_seconds`` and ``predict_seconds`` (means), of the processor, or
        those on the clock, if they are named in ``by_the_clock``.
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
    result["errors_by_half"] = np.mean([test["errors_by_half"] for test in tests], axis=0).tolist()
    other_way = [100 * record["published_way"]["accuracy"] for record in records
                 if "recipe" in record and record["recipe"]["keep_best_of_last"] > 1]
    result |= {"published_way": statistics.mean(other_way) if other_way else None,
               "by_the_clock": []}
    for seconds, key in (("train_seconds", "train"), ("predict_seconds", "predict_test")):
        if all(f"{key}_processor" in record["seconds"] for record in records):
            key += "_processor"
        else:
            result["by_the_clock"].append(seconds)
        result[seconds] = statistics.mean(record["seconds"][key] for record in records)
    return result


def score_cells(ours):
    """Mean accuracy, its spread or interval, and the number of runs, as text."""
    if ours is None:
        return ["-", "-", "-"]
    spread = (f"± {ours['spread']:.2f}" if ours["n"] > 1
              else f"{ours['interval'][0]:.2f} to {ours['interval'][1]:.2f}")
    return [f"{ours['mean']:.2f}", spread, str(ours["n"])]


def time_cells(ours):
    """Seconds to train and to predict as text, with a star where they were taken by the clock.

    >>> time_cells({"train_seconds": 4321.0, "predict_seconds": 0.5,
    ...             "by_the_clock": ["predict_seconds"]})
    ['4,321.0', '0.50*']
    """
    if ours is None:
        return ["-", "-"]
    return [f"{ours[key]:,.{digits}f}{'*' if key in ours['by_the_clock'] else ''}"
            for key, digits in (("train_seconds", 1), ("predict_seconds", 2))]


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
