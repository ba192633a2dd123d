"""What the errors are: which images are wrong, who shares them, what voting removes. (chapter 17)

Looks at the test errors of every system whose weights lie in ``results/``, and of the classical
ones. It chooses nothing by them: groups and ensembles are fixed beforehand or by validation
accuracy.
"""

import json
from itertools import combinations
from pathlib import Path

import numpy as np

from course_lib import zoo
from course_lib.data import as_vectors
from course_lib.metrics import mcnemar_exact, wilson_interval
from course_lib.runs import load_record
from course_lib.runs.ensembles import majority
from course_lib.runs.saved import one_per_system, saved_runs
from course_lib.zoo import faults

QUESTION = "Which test images are wrong, which errors are shared, and what does voting remove?"
SETTINGS = {"classical": ["gnb", "knn"], "best": 5}
FAULTY = {*(system.name for system in faults.SYSTEMS), "ffnn512_unscaled", "vgg_constant"}
FIXED = ("LeNet-5, all seeds", "all convolutional systems, one run each")  # groups of runs
LISTS = Path(__file__).with_name("label_errors.json")


def run(dataset, directory, classical, best):
    """Errors of every run, and what follows from them."""
    labels = dataset.test_labels
    runs = [
        run for run in saved_runs(zoo.SYSTEMS.values(), directory) if run.system.name not in FAULTY
    ]
    probabilities, predicted = {}, {}
    for saved in runs:
        probabilities[saved.key] = saved.probabilities(dataset.test_images)
        predicted[saved.key] = probabilities[saved.key].argmax(axis=1)
    for name in classical:
        model = zoo.get_system(name).ours()
        model.fit(as_vectors(dataset.train_images), dataset.train_labels)
        predicted[name] = model.predict(as_vectors(dataset.test_images))

    first = one_per_system(runs)
    convolutional = [saved for saved in first if saved.is_convolutional]
    wrong = {key: answers != labels for key, answers in predicted.items()}
    validation = {saved.key: validation_accuracy(saved, directory) for saved in runs}
    teams = ensembles(runs, convolutional, validation, best)
    return {
        "n": len(labels),
        "runs": {key: _facts(answers, labels, validation.get(key))
                 for key, answers in predicted.items()},
        "overlap": overlap({key: wrong[key] for key in [s.key for s in first] + classical}),
        "jaccard_between_seeds": between_seeds(runs, wrong),
        "missed": {title: missed(teams[title], wrong, predicted) for title in FIXED},
        "published_lists": published_lists(dataset, [s.key for s in convolutional], wrong,
                                           predicted),
        "ensembles": {title: vote(members, probabilities, labels, validation)
                      for title, members in teams.items() if len(members) > 1},
    }


def validation_accuracy(saved, directory):
    """Validation accuracy of the epoch that was kept."""
    record = load_record(saved.system.name, saved.seed, directory)
    return record["epochs"][record["selected_epoch"] - 1]["validation_accuracy"]


def _facts(answers, labels, validation):
    errors = np.flatnonzero(answers != labels)
    return {"errors": len(errors), "validation_accuracy": validation,
            "interval": list(wilson_interval(len(errors), len(labels))),
            "images": errors.tolist(), "predicted": answers[errors].tolist()}


def overlap(wrong):
    """How alike the errors of any two systems are.

    Parameters
    ----------
    wrong : dict of str to ndarray of bool, shape (N,)

    Returns
    -------
    dict
        ``systems``; ``jaccard``, errors of both divided by errors of at least one of them; and
        ``also_made``: of the errors of the system in this row, the share that the one in this
        column makes as well. None where a system makes no errors.

    Examples
    --------
    >>> table = overlap({"a": np.array([1, 1, 1, 0], bool), "b": np.array([1, 0, 0, 1], bool)})
    >>> table["jaccard"][0][1], round(table["also_made"][0][1], 3), table["also_made"][1][0]
    (0.25, 0.333, 0.5)
    """
    marks = np.array(list(wrong.values()), dtype=int)
    both = marks @ marks.T
    made = both.diagonal()
    either = made[:, np.newaxis] + made - both
    return {"systems": list(wrong), "errors_of_both": both.tolist(),
            "jaccard": _quotient(both, either),
            "also_made": _quotient(both, np.broadcast_to(made[:, np.newaxis], both.shape))}


def _quotient(a, b):
    return [[x / y if y else None for x, y in zip(*rows)] for rows in zip(a.tolist(), b.tolist())]


def between_seeds(runs, wrong):
    """Mean Jaccard index of the errors of two runs of one system, for systems with several."""
    result = {}
    for name in dict.fromkeys(run.system.name for run in runs):
        keys = [run.key for run in runs if run.system.name == name]
        values = [(wrong[a] & wrong[b]).sum() / max(1, (wrong[a] | wrong[b]).sum())
                  for a, b in combinations(keys, 2)]
        if values:
            result[name] = {"mean": float(np.mean(values)), "pairs": len(values)}
    return result


def missed(keys, wrong, predicted):
    """Images that many of these runs get wrong.

    ``images_by_count[k]`` is the number of images that exactly k runs get wrong.
    """
    if not keys:
        return None
    count = sum(wrong[key].astype(int) for key in keys)
    often = [int(i) for i in np.argsort(-count, kind="stable") if count[i] > len(keys) / 2]
    answers = np.array([predicted[key] for key in keys])
    return {
        "runs": keys,
        "images_by_count": np.bincount(count, minlength=len(keys) + 1).tolist(),
        "all_wrong": np.flatnonzero(count == len(keys)).tolist(),
        "most_wrong": [{"image": i, "wrong": int(count[i]),
                        "predicted": np.bincount(answers[:, i], minlength=10).tolist()}
                       for i in often],
    }


def published_lists(dataset, keys, wrong, predicted):
    """How the errors of these runs compare with the published lists of MNIST's doubtful labels."""
    if dataset.name != "MNIST" or not keys:
        return None
    lists = json.loads(LISTS.read_text())
    n = len(dataset.test_labels)
    count = sum(wrong[key].astype(int) for key in keys)
    result = {}
    for name, entry in lists.items():
        images = [row[0] if isinstance(row, list) else row for row in entry["images"]]
        all_wrong = set(np.flatnonzero(count == len(keys)).tolist())
        result[name] = {
            "images": len(images), "source": entry["source"],
            "errors_in_list": {key: int(wrong[key][images].sum()) for key in wrong},
            "expected_by_chance": {key: float(wrong[key].sum() * len(images) / n) for key in wrong},
            "all_wrong_in_list": sorted(all_wrong & set(images)),
            "all_wrong_not_in_list": sorted(all_wrong - set(images)),
        }
    result["northcutt"]["by_image"] = [
        {"image": image, "given": given, "guess": guess,
         "given_by": sum(int(predicted[key][image] == given) for key in keys),
         "guessed_by": sum(int(predicted[key][image] == guess) for key in keys), "of": len(keys)}
        for image, given, guess, *_ in lists["northcutt"]["images"]]
    return result


def ensembles(runs, convolutional, validation, best):
    """Which runs vote together: fixed beforehand, or chosen on validation images."""
    in_order = sorted((run.key for run in runs), key=lambda key: -validation[key])
    fixed = ([run.key for run in runs if run.system.name == "lenet5"],
             [run.key for run in convolutional])
    return {
        **dict(zip(FIXED, fixed)),
        f"the {best} runs with the best validation accuracy": in_order[:best],
    }


def vote(members, probabilities, labels, validation):
    """What averaging and voting remove, against the member that is best on validation images."""
    single = max(members, key=validation.get)
    wrong_single = probabilities[single].argmax(axis=1) != labels
    stack = np.array([probabilities[key] for key in members])
    answers = {"average": stack.mean(axis=0).argmax(axis=1), "vote": majority(stack)}
    result = {
        "members": members,
        "errors_of_members": [int((p.argmax(axis=1) != labels).sum()) for p in stack],
        "best_on_validation": single, "errors_of_best": int(wrong_single.sum()),
    }
    for way, predicted in answers.items():
        wrong = predicted != labels
        removed, added = int((wrong_single & ~wrong).sum()), int((wrong & ~wrong_single).sum())
        result[way] = {"errors": int(wrong.sum()), "images": np.flatnonzero(wrong).tolist(),
                       "interval": list(wilson_interval(int(wrong.sum()), len(labels))),
                       "removed": removed, "added": added,
                       "mcnemar_p": mcnemar_exact(removed, added)}
    return result
