"""Calibration against scikit-learn's calibration curve and against data of known calibration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from course_lib.metrics import expected_calibration_error, reliability


def random_answers(rng, n=2000, n_classes=10, sharpness=3.0):
    """Probabilities, and labels that are drawn from them: perfectly calibrated by construction."""
    proba = np.exp(sharpness * rng.normal(size=(n, n_classes)))
    proba /= proba.sum(axis=1, keepdims=True)
    y_true = (proba.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    return y_true, proba


@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_bins_agree_with_scikit_learn(seed, n_bins):
    y_true, proba = random_answers(np.random.default_rng(seed), n=60)
    right = proba.argmax(axis=1) == y_true
    share, confidence = calibration_curve(right, proba.max(axis=1), n_bins=n_bins)
    found = reliability(y_true, proba, n_bins)
    filled = found.count > 0
    np.testing.assert_allclose(found.accuracy[filled], share)
    np.testing.assert_allclose(found.confidence[filled], confidence)
    assert np.isnan(found.accuracy[~filled]).all() and np.isnan(found.confidence[~filled]).all()
    assert found.count.sum() == 60
    expected = sum(  # the definition, bin by bin
        count / 60 * abs(a - c)
        for count, a, c in zip(found.count[filled], share, confidence)
    )
    assert expected_calibration_error(y_true, proba, n_bins) == pytest.approx(expected)


def test_a_border_belongs_to_the_lower_bin():
    # The largest of two probabilities, 0.5, lies on the border between bins 0 and 1 of two.
    found = reliability(np.array([0]), np.array([[0.5, 0.5]]), n_bins=2)
    np.testing.assert_array_equal(found.count, [1, 0])
    certain = np.array([[np.nextafter(np.float32(1), np.float32(2)), 0.0]], np.float32)
    assert reliability(np.array([0]), certain).count[-1] == 1


def test_calibrated_answers_have_a_small_error_and_overconfident_ones_a_large_one(rng):
    y_true, proba = random_answers(rng, n=20_000)
    assert expected_calibration_error(y_true, proba) < 0.02
    sharper = proba**3 / (proba**3).sum(axis=1, keepdims=True)
    assert expected_calibration_error(y_true, sharper) > 0.1


@pytest.mark.parametrize(
    "y_true, proba, n_bins, message",
    [
        (np.array([0, 1]), np.full((3, 2), 0.5), 10, r"\(3, 2\) and \(2,\)"),
        (np.array([0]), np.array([[2.0, -1.0]]), 10, "proba must hold probabilities"),
        (np.array([0]), np.array([[3.0, 5.0]]), 10, "proba must hold probabilities"),
        (np.array([0]), np.array([[np.nan, 1.0]]), 10, "proba must hold probabilities"),
        (np.array([0]), np.array([[0.5, 0.5]]), 0, "n_bins must be a whole number .at least 1"),
        (np.array([0]), np.array([[0.5, 0.5]]), 2.5, "n_bins must be a whole number .at least 1"),
        (np.array([True]), np.array([[0.5, 0.5]]), 2, "y_true must hold integer labels.*bool"),
        (np.array([2]), np.array([[0.5, 0.5]]), 2, "y_true must hold labels from 0 to 1"),
    ],
)
def test_errors_name_the_argument(y_true, proba, n_bins, message):
    with pytest.raises(ValueError, match=message):
        reliability(y_true, proba, n_bins)
