"""The systems without a network: scikit-learn's, as published, and beside some of them ours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import ClassVar

import numpy as np

from course_lib.classical import GaussianNaiveBayes, KNearestNeighbors, SoftmaxRegression
from course_lib.data import as_vectors


def unit_vectors(images):
    """Pixels from 0 to 1, (N, 784) float64."""
    return as_vectors(images, np.float64)


def raw_vectors(images):
    """Pixels from 0 to 255 as they are, (N, 784) float64."""
    return images.reshape(len(images), -1).astype(np.float64)


def scikit(where, name, **settings):
    """Make a model of scikit-learn, which takes a second to import, only when it is wanted.

    >>> scikit("neighbors", "KNeighborsClassifier", n_neighbors=3)
    KNeighborsClassifier(n_neighbors=3)
    """
    return getattr(import_module(f"sklearn.{where}"), name)(**settings)


def scaled_sgd(random_state):
    """Each pixel brought to mean 0 and standard deviation 1, then a linear classifier by SGD."""
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

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

    epochs: ClassVar = None

    @property
    def models(self):
        """Whose models it compares; ours comes first.

        >>> SYSTEMS[0].models
        ('course_lib', 'scikit-learn')
        """
        return ("course_lib", "scikit-learn") if self.ours else ("scikit-learn",)


SYSTEMS = (
    ClassicalSystem("gnb", "Gaussian naive Bayes", partial(scikit, "naive_bayes", "GaussianNB"),
                    GaussianNaiveBayes, 15_690,
                    published={"accuracy": (55.58,), "train_seconds": 0.5, "predict_seconds": 0.3}),
    ClassicalSystem("logreg", "logistic regression",
                    partial(scikit, "linear_model", "LogisticRegression"), SoftmaxRegression, 7_850,
                    published={"accuracy": (92.58,), "train_seconds": 32}),
    ClassicalSystem("knn", "5 nearest neighbors",
                    partial(scikit, "neighbors", "KNeighborsClassifier"), KNearestNeighbors,
                    published={"accuracy": (96.88,), "predict_seconds": 257}),
    ClassicalSystem("sgd", "linear, SGD, raw pixels",
                    partial(scikit, "linear_model", "SGDClassifier"), parameters=7_850,
                    inputs=raw_vectors, random=True, source="001",
                    published={"accuracy_about": 85}),
    ClassicalSystem("sgd_scaled", "linear, SGD, scaled pixels", scaled_sgd, parameters=7_850,
                    inputs=raw_vectors, random=True, source="001",
                    published={"accuracy_about": 90}),
    # A larger cache saves the computation of distances, and changes nothing else.
    ClassicalSystem("svm", "support vectors, RBF kernel",
                    partial(scikit, "svm", "SVC", cache_size=1000),
                    candidates=tuple({"C": C, "gamma": gamma}
                                     for C in (2, 5, 10) for gamma in (0.0125, 0.025, 0.05)),
                    source="003", published={"accuracy_about": 99}),
)
