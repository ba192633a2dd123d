"""Measure a classical system: fit its models, time them and score them."""

import warnings

import numpy as np

from course_lib.data import split_validation
from course_lib.metrics import confusion_matrix
from course_lib.runs.records import new_record
from course_lib.runs.scores import count_errors, stopwatch

CHOOSE_ON = 10_000  # images on which candidates are fitted; with all of them it would take hours


def measure(system, dataset, seed=0):
    """Fit the models of a system on all training images and score them on the test images.

    Parameters
    ----------
    system : ClassicalSystem
    dataset : course_lib.data.Dataset
    seed : int
        For a system that is ``random``; the others are the same with every seed.

    Returns
    -------
    dict
        The record. ``test``, ``seconds`` and ``confusion`` are scikit-learn's; those of our own
        model, if there is one, stand under ``ours``. ``seconds`` tells the time on the clock, and
        the time of the processor, all threads together, which other programs lengthen far less. A
        system with candidates has ``choice``: how each did on the validation images.

    Examples
    --------
    >>> from course_lib.data import load_digits28
    >>> from course_lib.zoo import get_system
    >>> record = measure(get_system("gnb"), load_digits28())
    >>> record["test"]["errors"], record["ours"]["test"]["errors"]
    (87, 87)
    """
    settings = {"random_state": seed} if system.random else {}
    choice = choose(system, dataset) if system.candidates else None
    if choice:
        settings = choice["settings"]
    model = system.reference(**settings)
    data = [system.inputs(dataset.train_images), dataset.train_labels,
            system.inputs(dataset.test_images), dataset.test_labels]
    return new_record(
        system, seed, dataset, [len(data[1]), 0],
        model=" ".join(repr(model).split()),
        **({"choice": choice} if choice else {}),
        **_score(model, *data),
        **({"ours": _score(system.ours(), *data)} if system.ours else {}),
    )


def choose(system, dataset):
    """Try all candidates and take the best one on the validation images; among equals the first.

    Each is fitted on at most `CHOOSE_ON` of the training images that are not held out, always the
    same ones.

    Returns
    -------
    dict
        ``settings`` of the best, ``images`` (their numbers), and ``candidates``: settings and
        validation ``accuracy`` of each.
    """
    train, validation = split_validation(dataset)
    train = np.random.default_rng(0).permutation(train)[:CHOOSE_ON]
    x, labels = system.inputs(dataset.train_images), dataset.train_labels
    tried = [
        {"settings": settings, "accuracy":
         system.reference(**settings).fit(x[train], labels[train]).score(x[validation],
                                                                         labels[validation])}
        for settings in system.candidates
    ]
    best = max(tried, key=lambda one: one["accuracy"])
    return {"settings": best["settings"],
            "images": {"train": len(train), "validation": len(validation)}, "candidates": tried}


def _score(model, x, labels, x_test, labels_test):
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        with stopwatch() as train:
            model.fit(x, labels)
    with stopwatch() as predict:
        predicted = model.predict(x_test)
    return {
        "converged": not any(issubclass(w.category, ConvergenceWarning) for w in caught),
        "test": count_errors(predicted, labels_test),
        "confusion": confusion_matrix(labels_test, predicted, 10).tolist(),
        "seconds": {"train": train["seconds"], "train_processor": train["processor_seconds"],
                    "predict_test": predict["seconds"],
                    "predict_test_processor": predict["processor_seconds"]},
    }
