"""The systems without a network: scikit-learn's, as published, and ours beside them."""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from course_lib.classical import GaussianNaiveBayes, KNearestNeighbors, SoftmaxRegression
from course_lib.data import as_vectors
from course_lib.metrics import confusion_matrix
from course_lib.training.records import machine


@dataclass(frozen=True)
class ClassicalSystem:
    """A classical model by name.

    Attributes
    ----------
    name, title : str
    reference : callable
        Makes scikit-learn's model.
    ours : callable
        Makes the model of `course_lib.classical`.
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
    ours: Callable
    source: str = "000"
    published: dict = field(default_factory=dict)


SYSTEMS = (
    ClassicalSystem("gnb", "Gaussian naive Bayes", GaussianNB, GaussianNaiveBayes,
                    published={"accuracy": (55.58,), "train_seconds": 0.5, "predict_seconds": 0.3}),
    ClassicalSystem("logreg", "logistic regression", LogisticRegression, SoftmaxRegression,
                    published={"accuracy": (92.58,), "train_seconds": 32}),
    ClassicalSystem("knn", "5 nearest neighbors", KNeighborsClassifier, KNearestNeighbors,
                    published={"accuracy": (96.88,), "predict_seconds": 257}),
)


def measure(system, dataset):
    """Fit both models of a system on all training images and score them on the test images.

    Parameters
    ----------
    system : ClassicalSystem
    dataset : course_lib.data.Dataset

    Returns
    -------
    dict
        The record. ``test``, ``seconds`` and ``confusion`` are scikit-learn's; those of our own
        model stand under ``ours``.

    Examples
    --------
    >>> from course_lib.data import load_digits28
    >>> record = measure(SYSTEMS[0], load_digits28())
    >>> record["test"]["errors"], record["ours"]["test"]["errors"]
    (87, 87)
    """
    x, labels = as_vectors(dataset.train_images, np.float64), dataset.train_labels
    x_test, labels_test = as_vectors(dataset.test_images, np.float64), dataset.test_labels
    return {
        "schema": 1,
        "name": system.name,
        "seed": 0,
        "dataset": dataset.name,
        "images": {"train": len(labels), "validation": 0, "test": len(labels_test)},
        "model": repr(system.reference()),
        **_score(system.reference(), x, labels, x_test, labels_test),
        "ours": _score(system.ours(), x, labels, x_test, labels_test),
        "machine": machine(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _score(model, x, labels, x_test, labels_test):
    start = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        model.fit(x, labels)
    trained = time.perf_counter()
    predicted = model.predict(x_test)
    done = time.perf_counter()
    wrong = predicted != labels_test
    half = len(wrong) // 2
    return {
        "converged": not any(issubclass(w.category, ConvergenceWarning) for w in caught),
        "test": {"accuracy": 1 - wrong.mean(), "errors": int(wrong.sum()), "n": len(wrong),
                 "errors_by_half": [int(wrong[:half].sum()), int(wrong[half:].sum())]},
        "confusion": confusion_matrix(labels_test, predicted, 10).tolist(),
        "seconds": {"train": trained - start, "predict_test": done - trained},
    }
