"""Softmax regression against scikit-learn's optimum and finite differences."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from course_lib.classical import SoftmaxRegression


def cost(flat, X, y, shape):
    W, b = flat[:-shape[1]].reshape(shape), flat[-shape[1]:]
    return -log_softmax(X @ W + b, axis=1)[np.arange(len(y)), y].mean()


@pytest.mark.parametrize("batch_size", [30, 100])  # a batch that is not full is a mean as well
def test_one_step_follows_the_gradient_of_the_cross_entropy(batch_size):
    """From zero weights, one full-batch step of size 1 is minus the gradient; so is the second."""
    rng = np.random.default_rng(0)
    X, y = rng.random((30, 4)), np.arange(30) % 3
    at = np.zeros(4 * 3 + 3)
    for steps in (1, 2):
        at = at - approx_fprime(at, cost, 1e-7, X, y, (4, 3))
        model = SoftmaxRegression(lr=1.0, batch_size=batch_size, epochs=steps).fit(X, y)
        found = np.concatenate([model.W_.ravel(), model.b_])
        np.testing.assert_allclose(found, at, atol=2e-6)


def test_reaches_the_optimum_that_scikit_learn_finds():
    """Classes that overlap, so that the largest likelihood lies at finite weights."""
    rng = np.random.default_rng(1)
    y = np.arange(600) % 3
    X = rng.normal(size=(600, 2)) + np.array([[0, 0], [1, 0], [0, 1.5]])[y]
    model = SoftmaxRegression(lr=0.5, batch_size=600, epochs=3000).fit(X, y)
    oracle = LogisticRegression(C=np.inf, tol=1e-8).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), oracle.predict_proba(X), atol=1e-4)
    np.testing.assert_array_equal(model.predict(X), oracle.predict(X))


def test_digits(digits):
    X, y, X_test, y_test = digits
    model = SoftmaxRegression(epochs=300).fit(X, y)  # 64 pixels, few images: many small steps
    oracle = LogisticRegression(max_iter=500).fit(X, y)
    assert (model.predict(X_test) == y_test).mean() > oracle.score(X_test, y_test) - 0.01
    assert len(model.costs_) == 300 and model.costs_[-1] < 0.1 * model.costs_[0]


def test_first_cost_is_log_of_the_number_of_classes(digits):
    X, y, *_ = digits
    model = SoftmaxRegression(lr=1e-9, epochs=1).fit(X, y)
    assert model.costs_[0] == pytest.approx(np.log(10), rel=1e-5)


def test_the_last_short_batch_is_used():
    """Three images, two to a batch: in one epoch, each of the three moves the weights."""
    X = np.eye(3)
    model = SoftmaxRegression(lr=1.0, batch_size=2, epochs=1).fit(X, np.array([0, 1, 1]))
    assert (np.abs(model.W_).max(axis=1) > 0.1).all()


def test_the_generator_decides_the_shuffling():
    rng = np.random.default_rng(2)
    X, y = rng.random((100, 6)), np.arange(100) % 4

    def weights(seed):
        shuffler = None if seed is None else np.random.default_rng(seed)
        return SoftmaxRegression(epochs=2, batch_size=8, rng=shuffler).fit(X, y).W_

    np.testing.assert_array_equal(weights(None), weights(None))
    np.testing.assert_array_equal(weights(7), weights(7))
    assert (weights(7) != weights(8)).any()


def test_probabilities_of_extreme_scores_are_finite():
    model = SoftmaxRegression(epochs=1).fit(np.eye(3), np.array([2, 5, 9]))
    model.W_ = model.W_ * 0 + np.array([-1e4, 0, 1e4], np.float32)
    np.testing.assert_allclose(model.predict_proba(np.eye(3)), [[0, 0, 1]] * 3)
    np.testing.assert_array_equal(model.predict(np.eye(3)), [9, 9, 9])


@pytest.mark.parametrize("wrong", [
    {"lr": 0}, {"lr": np.inf}, {"lr": "1"}, {"batch_size": 0}, {"batch_size": 2.5}, {"epochs": 0},
    {"epochs": 1.5}, {"epochs": True}, {"rng": 0},
])  # fmt: skip
def test_wrong_parameters_are_named(wrong):
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))} must be"):
        SoftmaxRegression(**wrong).fit(np.eye(3), np.arange(3))


@pytest.mark.slow
def test_mnist(mnist_vectors):
    X, y, X_test, y_test = mnist_vectors
    model = SoftmaxRegression().fit(X, y)
    assert 0.922 < (model.predict(X_test) == y_test).mean() < 0.929  # published: 92.58 %
