"""The systems without a network: scikit-learn's, as published, and beside some of them ours."""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from course_lib.classical import GaussianNaiveBayes, KNearestNeighbors, SoftmaxRegression
from course_lib.data import as_vectors, split_validation
from course_lib.metrics import confusion_matrix
from course_lib.training.records import machine

CHOOSE_ON = 10_000  # images on which candidates are fitted; with all of them it would take hours


def unit_vectors(images):
    """Pixels from 0 to 1, (N, 784) float64."""
    return as_vectors(images, np.float64)


def raw_vectors(images):
    """Pixels from 0 to 255 as they are, (N, 784) float64."""
    return images.reshape(len(images), -1).astype(np.float64)


def scaled_sgd(random_state):
    """Each pixel brought to mean 0 and standard deviation 1, then a linear classifier by SGD."""
    return make_pipeline(StandardScaler(), SGDClassifier(random_state=random_state))


@dataclass(frozen=True)
class ClassicalSystem:
    """A classical model by name.

    Attributes
    ----------
    name, title : str
    reference : callable
        Makes scikit-learn's model.
    ours : callable or None
        Makes the model of `course_lib.classical`, where there is one.
    parameters : int or None
        Numbers that are learned for 784 pixels and 10 digits; None where the training images are
        kept themselves, all or some.
    inputs : callable
        Turns images (N, 28, 28) uint8 into what the models take, (N, 784).
    random : bool
        Whether ``reference`` takes a ``random_state`` that makes a difference.
    candidates : tuple of dict
        Settings of ``reference`` among which validation images choose; none means its defaults.
    source : str
    published : dict

    Examples
    --------
    >>> SYSTEMS[0].name, SYSTEMS[0].reference()
    ('gnb', GaussianNB())
    """

    name: str
    title: str
    reference: Callable
    ours: Callable | None = None
    parameters: int | None = None
    inputs: Callable = unit_vectors
    random: bool = False
    candidates: tuple = ()
    source: str = "000"
    published: dict = field(default_factory=dict)


SYSTEMS = (
    ClassicalSystem("gnb", "Gaussian naive Bayes", GaussianNB, GaussianNaiveBayes, 15_690,
                    published={"accuracy": (55.58,), "train_seconds": 0.5, "predict_seconds": 0.3}),
    ClassicalSystem("logreg", "logistic regression", LogisticRegression, SoftmaxRegression, 7_850,
                    published={"accuracy": (92.58,), "train_seconds": 32}),
    ClassicalSystem("knn", "5 nearest neighbors", KNeighborsClassifier, KNearestNeighbors,
                    published={"accuracy": (96.88,), "predict_seconds": 257}),
    ClassicalSystem("sgd", "linear, SGD, raw pixels", SGDClassifier, parameters=7_850,
                    inputs=raw_vectors, random=True, source="001",
                    published={"accuracy_about": 85}),
    ClassicalSystem("sgd_scaled", "linear, SGD, scaled pixels", scaled_sgd, parameters=7_850,
                    inputs=raw_vectors, random=True, source="001",
                    published={"accuracy_about": 90}),
    # A larger cache saves the computation of distances, and changes nothing else.
    ClassicalSystem("svm", "support vectors, RBF kernel", partial(SVC, cache_size=1000),
                    candidates=tuple({"C": C, "gamma": gamma}
                                     for C in (2, 5, 10) for gamma in (0.0125, 0.025, 0.05)),
                    source="003", published={"accuracy_about": 99}),
)


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
    >>> record = measure(SYSTEMS[0], load_digits28())
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
    return {
        "schema": 2,
        "name": system.name,
        "seed": seed,
        "dataset": dataset.name,
        "images": {"train": len(data[1]), "validation": 0, "test": len(data[3])},
        "model": " ".join(repr(model).split()),
        **({"choice": choice} if choice else {}),
        **_score(model, *data),
        **({"ours": _score(system.ours(), *data)} if system.ours else {}),
        "machine": machine(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


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
    clocks = [_clocks()]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        model.fit(x, labels)
    clocks.append(_clocks())
    predicted = model.predict(x_test)
    clocks.append(_clocks())
    train, predict = np.diff(clocks, axis=0).tolist()
    wrong = predicted != labels_test
    half = len(wrong) // 2
    return {
        "converged": not any(issubclass(w.category, ConvergenceWarning) for w in caught),
        "test": {"accuracy": float(np.mean(~wrong)), "errors": int(wrong.sum()), "n": len(wrong),
                 "errors_by_half": [int(wrong[:half].sum()), int(wrong[half:].sum())]},
        "confusion": confusion_matrix(labels_test, predicted, 10).tolist(),
        "seconds": {"train": train[0], "train_processor": train[1],
                    "predict_test": predict[0], "predict_test_processor": predict[1]},
    }


def _clocks():
    return time.perf_counter(), time.process_time()
