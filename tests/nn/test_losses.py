"""Softmax and cross-entropy against scipy and scikit-learn."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from course_lib.nn import SoftmaxCrossEntropy, softmax

batches = st.tuples(st.integers(1, 8), st.integers(2, 12), st.sampled_from([0.1, 1, 30, 1000]),
                    st.integers(0, 100))  # fmt: skip


def random_batch(n, classes, scale, seed):
    rng = np.random.default_rng(seed)
    return scale * rng.normal(size=(n, classes)), rng.integers(classes, size=n)


@given(batches)
def test_softmax_agrees_with_scipy(batch):
    logits, _ = random_batch(*batch)
    p = softmax(logits)
    np.testing.assert_allclose(p, scipy.special.softmax(logits, axis=1), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(p.sum(axis=1), 1)


@given(batches)
def test_loss_agrees_with_scipy(batch):
    logits, labels = random_batch(*batch)
    true = logits[np.arange(len(labels)), labels]
    expected = (scipy.special.logsumexp(logits, axis=1) - true).mean()
    assert SoftmaxCrossEntropy().forward(logits, labels) == pytest.approx(expected, abs=1e-12)


def test_loss_agrees_with_scikit_learn(rng):
    logits, labels = rng.normal(size=(50, 10)), rng.integers(10, size=50)
    expected = log_loss(labels, scipy.special.softmax(logits, axis=1), labels=range(10))
    assert SoftmaxCrossEntropy().forward(logits, labels) == pytest.approx(expected)


@given(batches, st.floats(-1e6, 1e6))
def test_a_constant_changes_nothing(batch, constant):
    logits, labels = random_batch(*batch)
    np.testing.assert_allclose(softmax(logits + constant), softmax(logits), atol=1e-8)
    loss = SoftmaxCrossEntropy()
    shifted = loss.forward(logits + constant, labels)
    assert shifted == pytest.approx(loss.forward(logits, labels), abs=1e-8)


@given(batches)
def test_gradient_is_probability_minus_truth(batch):
    logits, labels = random_batch(*batch)
    loss = SoftmaxCrossEntropy()
    loss.forward(logits, labels)
    one_hot = np.eye(logits.shape[1])[labels]
    expected = (scipy.special.softmax(logits, axis=1) - one_hot) / len(labels)
    np.testing.assert_allclose(loss.backward(), expected, atol=1e-12)
    np.testing.assert_allclose(loss.backward(), expected, atol=1e-12)  # nothing is used up


@pytest.mark.parametrize("dtype, big", [(np.float32, 1e30), (np.float64, 1e300)])
def test_huge_logits_stay_finite(dtype, big):
    loss = SoftmaxCrossEntropy()
    logits = np.array([[big, 0, -big], [0, 0, big]], dtype)
    assert loss.forward(logits, np.array([0, 2])) == 0
    assert loss.forward(logits, np.array([1, 1])) == pytest.approx(big, rel=1e-6)
    assert np.isfinite(loss.backward()).all() and loss.backward().dtype == dtype


def test_knowing_nothing_costs_ln_10(rng):
    loss = SoftmaxCrossEntropy().forward(np.full((5, 10), 3.0), np.arange(5))
    assert loss == pytest.approx(np.log(10))


def test_logits_are_not_changed(rng):
    logits, labels = rng.normal(size=(4, 3)), rng.integers(3, size=4)
    logits.flags.writeable = False
    loss = SoftmaxCrossEntropy()
    loss.forward(logits, labels)
    loss.backward()
    softmax(logits)


def test_labels_of_the_wrong_shape():
    with pytest.raises(ValueError, match=r"\(4,\).*\(4, 1\)"):
        SoftmaxCrossEntropy().forward(np.zeros((4, 10)), np.zeros((4, 1), int))


@pytest.mark.parametrize("label", [10, -1])  # NumPy would take -1 for the last class
def test_labels_outside_the_classes(label):
    with pytest.raises(ValueError, match="labels"):
        SoftmaxCrossEntropy().forward(np.zeros((1, 10)), np.array([label]))
