"""The losses of published mistakes: formulas, limits, and what gets no gradient."""

import numpy as np
import pytest

from course_lib import runs
from course_lib.nn import SoftmaxCrossEntropy, numerical_gradient
from course_lib.zoo import faults
from course_lib.zoo.faults import (
    EPSILON,
    ClippedCrossEntropy,
    ReLUCrossEntropy,
    ReLUSparseCrossEntropy,
)

LOSSES = (ClippedCrossEntropy, ReLUCrossEntropy, ReLUSparseCrossEntropy)


def as_keras(loss, z, labels):
    """The loss once more, step by step as Keras's TensorFlow backend computes it."""
    one_hot = np.eye(z.shape[1])[labels]
    output = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) if loss is ClippedCrossEntropy \
        else np.where(z > 0, z, 0)
    if loss is ReLUSparseCrossEntropy:
        logits = np.log(np.clip(output, 1e-7, 1 - 1e-7))
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    else:
        p = np.clip(output / output.sum(axis=1, keepdims=True), 1e-7, 1 - 1e-7)
    return -(one_hot * np.log(p)).sum(axis=1).mean()


@pytest.fixture
def examples(rng):
    """Logits (64, 10) with a positive one in each row, on both sides of 0 and of 1, and labels."""
    z = rng.normal(0, 0.8, (64, 10))
    z[np.arange(64), rng.integers(10, size=64)] = rng.uniform(0.2, 2, 64)
    # Not where a loss has a kink, or the difference quotient would reach over it.
    z[np.abs(z) < 1e-3] = 0.3
    z[np.abs(z - 1) < 1e-3] = 0.3
    return z, rng.integers(10, size=64)


@pytest.mark.parametrize("loss", LOSSES)
def test_value_is_that_of_keras(loss, examples):
    assert np.isclose(loss().forward(*examples), as_keras(loss, *examples), rtol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_gradient_agrees_with_differences(loss, examples):
    z, labels = examples
    one = loss()
    one.forward(z, labels)
    numeric = numerical_gradient(lambda _: loss().forward(z, labels), z)
    assert np.allclose(one.backward(), numeric, atol=1e-8)


def test_without_clipping_it_is_the_usual_cross_entropy(examples):
    ours, usual = ClippedCrossEntropy(), SoftmaxCrossEntropy()
    assert np.isclose(ours.forward(*examples), usual.forward(*examples))
    assert np.allclose(ours.backward(), usual.backward(), atol=1e-15)


def test_beyond_the_limits_there_is_no_gradient():
    z, labels = np.array([[0.0, 40.0], [40.0, 0.0], [0.0, 1.0]]), np.array([0, 0, 0])
    loss = ClippedCrossEntropy()
    value = loss.forward(z, labels)
    d = loss.backward()
    assert (d[:2] == 0).all() and (d[2] != 0).all()
    assert np.isclose(3 * value, -np.log(EPSILON) + EPSILON + np.log1p(np.e))


@pytest.mark.parametrize("loss", LOSSES)
def test_no_wrong_answer_costs_more_than_the_limit(loss):
    z = np.array([[1e4, 0, 0, 0]], np.float32)
    assert np.isclose(loss().forward(z, [2]), -np.log(1e-7), rtol=1e-6)


def test_nothing_above_zero_is_not_a_number_and_spoils_every_gradient():
    z, labels = np.array([[-1.0, -2.0], [1.0, 2.0]]), np.array([0, 1])
    loss = ReLUCrossEntropy()
    assert np.isnan(loss.forward(z, labels))
    d = loss.backward()
    assert np.isnan(d[0]).all() and np.isfinite(d[1]).all()


def test_integer_labels_teach_nothing_where_nothing_is_above_zero():
    loss = ReLUSparseCrossEntropy()
    assert np.isclose(loss.forward(-np.ones((3, 10)), [1, 2, 3]), np.log(10))
    assert (loss.backward() == 0).all()


@pytest.mark.parametrize("system", faults.SYSTEMS, ids=lambda system: system.name)
def test_systems_train_with_their_losses(system):
    from course_lib.data import Dataset, load_digits28

    digits = load_digits28()
    few = Dataset(digits.name, digits.train_images, digits.train_labels,
                  digits.test_images[:50], digits.test_labels[:50])
    _, record = runs.train_system(system, few, seed=0, epochs=1, progress=False)
    assert record["recipe"]["loss"] in {loss.__name__ for loss in LOSSES}
    assert 0 <= record["test"]["accuracy"] <= 1
