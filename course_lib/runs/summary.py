"""All systems with their published results and ours, from the records alone."""

import statistics

import numpy as np

from course_lib import zoo
from course_lib.metrics import wilson_interval
from course_lib.runs.records import read_records

GROUPS = {
    "classical": "classical models",
    "000": "the spine, notes 000",
    "001": "notes 001",
    "002": "notes 002",
    "003": "notes 003",
    "004": "notes 004",
    "top": "the state of the art",
}


def summarize(directory=None, with_records=True):
    """One row for each system of the zoo, two for those that we have beside scikit-learn's.

    Only whole runs on MNIST count: records of fewer epochs or of other digits are left out.

    Parameters
    ----------
    directory : path-like, optional
        Where the records lie; ``results/`` where it is left out.
    with_records : bool
        False: as if there were none.

    Returns
    -------
    rows : list of dict
        ``name``, ``title``, ``group`` (a key of `GROUPS`, and rows are in their order), ``model``
        ("course_lib" or "scikit-learn"), ``source``, ``parameters`` (None where a model has no
        fixed number), ``published`` and ``ours``: what `score` returns. Accuracies are in percent,
        as in ``published``.
    left_out : list of str
        Which records do not count, and why.

    Raises
    ------
    OSError, ValueError
        See `course_lib.runs.records.read_records`.
    """
    rows, left_out = [], []
    for system in sorted(zoo.SYSTEMS.values(), key=lambda one: list(GROUPS).index(group(one))):
        records = []
        for record in read_records(system.name, directory) if with_records else []:
            reason = why_not(system, record)
            if reason:
                left_out.append(f"{system.name}, seed {record['seed']}: {reason}")
            else:
                records.append(record)
        for model in system.models:
            own = records
            if model == "course_lib" and "scikit-learn" in system.models:  # ours is inside theirs
                own = [{**record, **record["ours"]} for record in records if "ours" in record]
            parameters = system.parameters or (records[0].get("parameters") if records else None)
            rows.append({"name": system.name, "title": system.title, "group": group(system),
                         "model": model, "source": system.source, "published": system.published,
                         "parameters": parameters, "ours": score(own)})
    return rows, left_out


def group(system):
    """Where a system stands in the book, a key of `GROUPS`.

    >>> group(zoo.get_system("svm")), group(zoo.get_system("vgg")), group(zoo.get_system("capsnet"))
    ('classical', '002', 'top')
    """
    if system in zoo.classical.SYSTEMS:
        return "classical"
    notes = system.source in GROUPS and system not in (*zoo.advanced.SYSTEMS, *zoo.ensemble.SYSTEMS)
    return system.source if notes else "top"


def why_not(system, record):
    """Why a record does not count, or None."""
    if record["dataset"] != "MNIST":
        return f"scored on the {record['dataset']}, not on MNIST"
    epochs = record.get("recipe", {}).get("epochs")
    if epochs != system.epochs:
        return f"{epochs} epochs, where the recipe has {system.epochs}"
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
        the recipe chooses none; ``train_seconds`` and ``predict_seconds`` (means), of the
        processor, or those on the clock, if they are named in ``by_the_clock``.
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
