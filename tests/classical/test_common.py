"""What all three classifiers have in common: labels, and the words for wrong arguments."""

import numpy as np
import pytest

from course_lib.classical import (
    GaussianNaiveBayes,
    KNearestNeighbors,
    NotFittedError,
    SoftmaxRegression,
)

X, Y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])


@pytest.fixture(params=[GaussianNaiveBayes, KNearestNeighbors, SoftmaxRegression])
def model(request):
    return request.param()


def test_predicting_before_fitting(model):
    for method in (model.predict, model.predict_proba):
        with pytest.raises(NotFittedError, match=rf"{type(model).__name__} is not fitted.*fit\(X"):
            method(X)


@pytest.mark.parametrize(
    "wrong_X, wrong_y, message",
    [
        (np.zeros((6, 28, 28, 1)), Y, r"X must be a 2-D array.*\(6, 28, 28, 1\): flatten"),
        (np.zeros(6), Y, r"X must be a 2-D array.*\(6,\)"),
        (np.zeros((0, 2)), Y[:0], "X must hold at least one image"),
        (np.array([["a", "b"]] * 6), Y, "X must hold real numbers.*<U1"),
        (np.where(X == 3, np.nan, X), Y, "X must hold finite numbers"),
        (X, Y[:5], r"y must hold one label per image, shape \(6,\).*\(5,\)"),
        (X, Y[:, None], r"y must hold one label per image.*\(6, 1\)"),
        (X, Y * 0.5, "y must hold integer labels.*float64"),
    ],
)
def test_fitting_with_wrong_data(model, wrong_X, wrong_y, message):
    with pytest.raises(ValueError, match=message):
        model.fit(wrong_X, wrong_y)


def test_predicting_other_features_than_fitted(model):
    model.fit(X, Y)
    for method in (model.predict, model.predict_proba):
        with pytest.raises(ValueError, match="X has 3 features.*fitted with 2"):
            method(np.zeros((1, 3)))


def test_labels_need_not_be_consecutive(model):
    X, y = np.array([[0.0], [0.1], [1.0], [1.1]] * 5), np.array([8, 8, 3, 3] * 5)
    model.fit(X, y)
    np.testing.assert_array_equal(model.classes_, [3, 8])
    np.testing.assert_array_equal(model.predict([[0.0], [1.1]]), [8, 3])
    assert model.predict_proba([[0.0]]).argmax() == 1


def test_the_repr_names_the_parameters(model):
    assert repr(eval(repr(model))) == repr(model)


def test_plain_lists_are_accepted(model):
    found = model.fit(X.tolist(), Y.tolist()).predict(X.tolist())
    assert found.shape == (6,)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-6)
