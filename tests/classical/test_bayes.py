"""Gaussian naive Bayes against scikit-learn and scipy's normal density."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import norm
from sklearn.naive_bayes import GaussianNB

from course_lib.classical import GaussianNaiveBayes


def log_joint_by_scipy(model, X):
    """The definition: logarithm of the prior plus those of one normal density per feature."""
    sd = np.sqrt(model.variances_)
    density = norm.logpdf(np.asarray(X, float)[:, None, :], model.means_, sd).sum(axis=2)
    return np.log(model.priors_) + density


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(2, 6))
def test_agrees_with_scikit_learn_on_random_data(seed, n_features, n_classes):
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(n_classes), rng.integers(n_classes, size=40)])
    X = rng.normal(size=(len(y), n_features)) * rng.uniform(0.1, 5, n_features) + y[:, None]
    model, oracle = GaussianNaiveBayes().fit(X, y * 3), GaussianNB().fit(X, y * 3)
    np.testing.assert_array_equal(model.classes_, oracle.classes_)
    np.testing.assert_allclose(model.priors_, oracle.class_prior_)
    np.testing.assert_allclose(model.means_, oracle.theta_, atol=1e-12)
    np.testing.assert_allclose(model.variances_, oracle.var_, rtol=1e-9)
    np.testing.assert_allclose(model.log_joint(X), log_joint_by_scipy(model, X), rtol=1e-7)
    np.testing.assert_allclose(model.predict_proba(X), oracle.predict_proba(X), atol=1e-9)
    np.testing.assert_array_equal(model.predict(X), oracle.predict(X))


def test_agrees_with_scikit_learn_on_digits(digits):
    X, y, X_test, y_test = digits
    model = GaussianNaiveBayes().fit(X, y)
    oracle = GaussianNB().fit(X.astype(float), y)  # in float32 it computes in float32
    expected = oracle.predict_proba(X_test.astype(float))
    np.testing.assert_allclose(model.predict_proba(X_test), expected, atol=1e-8)
    np.testing.assert_array_equal(model.predict(X_test), expected.argmax(axis=1))
    np.testing.assert_allclose(
        model.log_joint(X_test), log_joint_by_scipy(model, X_test), rtol=1e-9
    )
    assert (model.predict(X_test) == y_test).mean() > 0.7


def test_probabilities_survive_logarithms_that_underflow():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 400)).astype(np.float32)
    y = np.arange(50) % 2
    model = GaussianNaiveBayes().fit(X, y)
    far = X + 100
    joint = model.log_joint(far)
    assert joint.max() < -10_000  # exp of it is 0
    proba = model.predict_proba(far)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(
        np.log(proba.max(axis=1)),
        (joint - logsumexp(joint, axis=1, keepdims=True)).max(axis=1),
        atol=1e-9,
    )


def test_blocks_do_not_show():
    rng = np.random.default_rng(1)
    X, y = rng.random((60, 5)), np.arange(60) % 3
    model = GaussianNaiveBayes().fit(X, y)
    many = rng.random((2345, 5))
    np.testing.assert_allclose(model.log_joint(many), log_joint_by_scipy(model, many), rtol=1e-9)


def test_smoothing_is_a_share_of_the_largest_variance():
    X = np.array([[0.0, 0.0], [0.0, 3.0], [0.0, 1.0], [0.0, 5.0]])
    model = GaussianNaiveBayes(var_smoothing=0.5).fit(X, np.array([0, 0, 1, 1]))
    largest = X[:, 1].var()
    np.testing.assert_allclose(model.variances_[:, 0], 0.5 * largest)
    np.testing.assert_allclose(model.variances_[0, 1], np.var([0.0, 3.0]) + 0.5 * largest)


def test_arguments_stay_as_they_were_and_fit_returns_the_model():
    X = np.random.default_rng(2).random((20, 3)).astype(np.float32)
    y = np.arange(20) % 2
    copies = X.copy(), y.copy()
    model = GaussianNaiveBayes()
    assert model.fit(X, y) is model
    model.predict_proba(X)
    np.testing.assert_array_equal(X, copies[0])
    np.testing.assert_array_equal(y, copies[1])


def test_a_constant_feature_without_smoothing_is_refused():
    X = np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 1.5], [0.0, 2.5]])
    with pytest.raises(ValueError, match="larger var_smoothing"):
        GaussianNaiveBayes(var_smoothing=0).fit(X, np.array([0, 0, 1, 1]))
    with pytest.raises(ValueError, match="var_smoothing must be a number .at least 0"):
        GaussianNaiveBayes(var_smoothing=-1).fit(X, np.array([0, 0, 1, 1]))


@pytest.mark.slow
def test_mnist(mnist_vectors):
    X, y, X_test, y_test = mnist_vectors
    model = GaussianNaiveBayes().fit(X, y)
    predicted = model.predict(X_test)
    assert (predicted == y_test).mean() == pytest.approx(0.5558, abs=5e-5)
    np.testing.assert_array_equal(predicted, GaussianNB().fit(X, y).predict(X_test))
    # The claim in `log_joint` on rounding, where pixels hardly ever vary.
    assert 1e-10 < model.variances_.min() < 3e-10
    some = X_test[:500]
    np.testing.assert_allclose(model.log_joint(some), log_joint_by_scipy(model, some), atol=1e-4)


@pytest.mark.parametrize("var_smoothing", [-1, np.nan, np.inf, "0.1", None, True])
def test_smoothing_is_checked(var_smoothing):
    with pytest.raises(ValueError, match="var_smoothing must be a number"):
        GaussianNaiveBayes(var_smoothing).fit(np.eye(2), np.arange(2))


@pytest.mark.parametrize("away", [0.0, 1e4, 1.7e9, -1e12])
def test_far_from_zero(away):
    """Time stamps, for instance: multiplied out, no digit of (x - m)^2 would be right."""
    X, y = away + np.array([[0.0], [1], [2], [10], [11], [12]]), np.array([1, 1, 1, 2, 2, 2])
    model, oracle = GaussianNaiveBayes().fit(X, y), GaussianNB().fit(X, y)
    np.testing.assert_array_equal(model.predict(X), y)
    np.testing.assert_allclose(model.predict_proba(X), oracle.predict_proba(X), atol=1e-9)
    near = GaussianNaiveBayes().fit(X - away, y)
    np.testing.assert_allclose(model.log_joint(X), near.log_joint(X - away), rtol=1e-6)


def test_classes_far_from_each_other():
    """No single shift of the origin would help: two classes are near 0, two near 1e9."""
    X = np.array([0.0, 1, 10, 11, 1e9, 1e9 + 1, 1e9 + 10, 1e9 + 11])[:, None]
    y = np.array([1, 1, 2, 2, 3, 3, 4, 4])
    model = GaussianNaiveBayes(var_smoothing=0).fit(X, y)
    np.testing.assert_array_equal(model.predict(X), y)
    expected = np.log(1 / 4) - 0.5 * np.log(2 * np.pi * 0.25) - 0.5 * 0.25 / 0.25
    np.testing.assert_allclose(model.log_joint(X)[np.arange(8), y - 1], expected)
