"""The systems without a network: what is fitted, on what, and what is written down."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import confusion_matrix
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC

from course_lib import runs
from course_lib.data import load_digits28, split_validation
from course_lib.runs import classical
from course_lib.runs.classical import choose
from course_lib.zoo.classical import SYSTEMS

BY_NAME = {system.name: system for system in SYSTEMS}


@pytest.fixture(scope="module")
def digits():
    return load_digits28()


@pytest.fixture(scope="module")
def few(digits):
    """Forty training images, for models that take long."""
    return replace(
        digits, train_images=digits.train_images[:40], train_labels=digits.train_labels[:40]
    )


@pytest.fixture(scope="module")
def vectors(digits):
    """Pixels from 0 to 255: training images and labels, test images and labels."""
    train, test = digits.train_images.reshape(-1, 784), digits.test_images.reshape(-1, 784)
    return train.astype(float), digits.train_labels, test.astype(float), digits.test_labels


def test_all_are_there():
    assert list(BY_NAME) == ["gnb", "logreg", "knn", "sgd", "sgd_scaled", "svm"]


@pytest.mark.parametrize("name", ["gnb", "knn", "sgd_scaled"])
def test_record(name, few, digits):
    record = runs.measure(BY_NAME[name], few, seed=0)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert (record["name"], record["seed"], record["dataset"]) == (name, 0, "embedded digits")
    assert record["images"] == {"train": 40, "validation": 0, "test": 359}
    assert ("ours" in record) == (BY_NAME[name].ours is not None) and "choice" not in record
    assert "\n" not in record["model"]
    for scores in (record, record.get("ours", record)):
        matrix, test = np.array(scores["confusion"]), scores["test"]
        assert matrix.sum() == test["n"] == 359 and matrix.sum(axis=1).tolist() == np.bincount(
            digits.test_labels).tolist()  # fmt: skip
        assert 359 - matrix.trace() == test["errors"] == sum(test["errors_by_half"])
        assert test["accuracy"] == pytest.approx(1 - test["errors"] / 359)


def test_scores_are_those_of_the_model(digits, vectors):
    x, labels, x_test, labels_test = vectors
    record = runs.measure(BY_NAME["gnb"], digits)
    predicted = GaussianNB().fit(x / 255, labels).predict(x_test / 255)
    wrong = predicted != labels_test
    assert record["test"]["errors_by_half"] == [wrong[:179].sum(), wrong[179:].sum()]
    assert record["confusion"] == confusion_matrix(labels_test, predicted).tolist()


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.filterwarnings("ignore:Maximum number of iteration")
def test_sgd_sees_pixels_as_they_are_and_the_seed(seed, few, vectors):
    x, labels, x_test, labels_test = vectors
    model = SGDClassifier(random_state=seed).fit(x[:40], labels[:40])
    expected = model.score(x_test, labels_test)
    record = runs.measure(BY_NAME["sgd"], few, seed)
    assert record["test"]["accuracy"] == pytest.approx(expected)
    assert record["seed"] == seed and f"random_state={seed}" in record["model"]


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.filterwarnings("ignore:Maximum number of iteration")
def test_sgd_sees_scaled_pixels(seed, few, vectors):
    x, labels, x_test, labels_test = vectors
    x, labels = x[:40], labels[:40]
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    deviation[deviation == 0] = 1
    model = SGDClassifier(random_state=seed).fit((x - mean) / deviation, labels)
    expected = model.score((x_test - mean) / deviation, labels_test)
    assert runs.measure(BY_NAME["sgd_scaled"], few, seed)["test"]["accuracy"] == pytest.approx(
        expected
    )


def test_time_of_the_clock_and_of_the_processor(digits):
    class Slow:
        def fit(self, x, labels):
            time.sleep(0.2)  # takes time, but no processor

        def predict(self, x):
            until = time.process_time() + 0.2
            while time.process_time() < until:
                pass
            return np.zeros(len(x), int)

    seconds = runs.measure(replace(BY_NAME["gnb"], reference=Slow), digits)["seconds"]
    assert seconds["train"] >= 0.2 and 0 <= seconds["train_processor"] < 0.1
    assert seconds["predict_test_processor"] >= 0.2 and seconds["predict_test"] >= 0.19


def small_svm():
    candidates = ({"C": 1, "gamma": 1e-6}, {"C": 5, "gamma": 0.02}, {"C": 5, "gamma": 10.0})
    return replace(BY_NAME["svm"], candidates=candidates)


def test_the_best_candidate_on_validation_images_is_taken(digits, vectors, monkeypatch):
    monkeypatch.setattr(classical, "CHOOSE_ON", 500)
    record = runs.measure(small_svm(), digits)
    choice = record["choice"]
    assert choice["settings"] == {"C": 5, "gamma": 0.02}
    assert [one["settings"] for one in choice["candidates"]] == list(small_svm().candidates)
    accuracies = [one["accuracy"] for one in choice["candidates"]]
    assert max(accuracies) == accuracies[1] > 0.9 > max(accuracies[0], accuracies[2])
    _, validation = split_validation(digits)
    assert choice["images"] == {"train": 500, "validation": len(validation)}
    # Then the chosen one learns all images.
    x, labels, x_test, labels_test = vectors
    expected = SVC(C=5, gamma=0.02).fit(x / 255, labels).score(x_test / 255, labels_test)
    assert record["test"]["accuracy"] == pytest.approx(expected)
    assert "C=5" in record["model"] and "gamma=0.02" in record["model"]


def test_the_choice_sees_no_test_image_and_learns_no_validation_image(digits, monkeypatch):
    """With other test labels, and with validation labels that would mislead, were they learned."""
    split = split_validation(digits)
    monkeypatch.setattr(classical, "split_validation", lambda dataset: split)
    monkeypatch.setattr(classical, "CHOOSE_ON", 300)
    expected = choose(small_svm(), digits)
    others = replace(digits, test_labels=(digits.test_labels + 1) % 10)
    assert choose(small_svm(), others) == expected
    labels = digits.train_labels.copy()
    labels[split[1]] = (labels[split[1]] + 1) % 10
    mislabeled = choose(small_svm(), replace(digits, train_labels=labels))
    assert max(one["accuracy"] for one in mislabeled["candidates"]) < 0.2


@pytest.mark.parametrize("name", [s.name for s in SYSTEMS if s.parameters])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_parameters_are_what_is_learned(name, vectors):
    """Weights and biases, or for each class a prior, and a mean and a variance for each pixel."""
    x, labels, *_ = vectors
    system = BY_NAME[name]
    model = system.reference(random_state=0) if system.random else system.reference()
    model.fit(x[:40] / 255, labels[:40])
    model = model[-1] if name == "sgd_scaled" else model
    names = ["class_prior_", "theta_", "var_"] if name == "gnb" else ["coef_", "intercept_"]
    assert sum(getattr(model, part).size for part in names) == system.parameters
