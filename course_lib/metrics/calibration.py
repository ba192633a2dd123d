"""Calibration: of all answers given with 90 % confidence, are 90 % right?"""

from typing import NamedTuple

import numpy as np

from course_lib.checks import check_whole


class Reliability(NamedTuple):
    """What ``reliability`` found in each of B bins of confidence.

    >>> found = reliability(np.array([0, 1]), np.array([[0.8, 0.2], [0.9, 0.1]]), n_bins=2)
    >>> found.edges, found.count
    (array([0. , 0.5, 1. ]), array([0, 2]))
    """

    edges: np.ndarray  # (B + 1,) borders of the bins, from 0 to 1
    confidence: np.ndarray  # (B,) mean confidence of the answers in the bin, NaN where it is empty
    accuracy: np.ndarray  # (B,) share of these answers that is right, NaN where it is empty
    count: np.ndarray  # (B,) number of answers


def reliability(y_true, proba, n_bins=10):
    """Sort answers into bins by their confidence and measure how often each bin is right.

    The answer to an image is the class with the largest probability, that probability its
    confidence. Bin b holds ``b / n_bins < confidence <= (b + 1) / n_bins``. A well calibrated
    classifier has ``accuracy`` near ``confidence`` in every bin.

    Parameters
    ----------
    y_true : array-like of int, shape (N,)
        Labels from 0 to J - 1.
    proba : array-like, shape (N, J)
        Rows that sum to 1.
    n_bins : int

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        For other shapes or types, and for rows that are no probabilities.

    Examples
    --------
    >>> proba = np.array([[0.75, 0.25], [0.75, 0.25], [0.0, 1.0]])
    >>> found = reliability(np.array([0, 1, 1]), proba, n_bins=2)
    >>> found.confidence[1].round(3), found.accuracy[1].round(3), found.count
    (np.float64(0.833), np.float64(0.667), array([0, 3]))
    """
    y_true, proba = np.asarray(y_true), np.asarray(proba, dtype=np.float64)
    if proba.ndim != 2 or y_true.shape != proba.shape[:1] or len(proba) == 0:
        raise ValueError(
            f"proba must be (N, J) and y_true (N,) with N at least 1, but their shapes are "
            f"{proba.shape} and {y_true.shape}"
        )
    if not (proba.min() >= 0 and np.allclose(proba.sum(axis=1), 1, atol=1e-4)):
        raise ValueError("proba must hold probabilities: each row at least 0 and with sum 1")
    if y_true.dtype.kind not in "iu":
        raise ValueError(f"y_true must hold integer labels, but its dtype is {y_true.dtype}")
    if not 0 <= y_true.min() <= y_true.max() < proba.shape[1]:
        raise ValueError(f"y_true must hold labels from 0 to {proba.shape[1] - 1}, but they run "
                         f"from {y_true.min()} to {y_true.max()}")
    check_whole("n_bins", n_bins, at_least=1)
    edges = np.linspace(0, 1, n_bins + 1)
    confidence, right = proba.max(axis=1), proba.argmax(axis=1) == y_true
    # Only the inner edges: a confidence of 1.0000001, rounded in float32, belongs to the last bin.
    which = np.searchsorted(edges[1:-1], confidence)
    count = np.bincount(which, minlength=n_bins)
    means = np.full((2, n_bins), np.nan)
    for row, values in zip(means, (confidence, right)):
        total = np.bincount(which, weights=values, minlength=n_bins)
        np.divide(total, count, out=row, where=count > 0)
    return Reliability(edges, means[0], means[1], count)


def expected_calibration_error(y_true, proba, n_bins=10):
    """The mean gap between confidence and accuracy over the bins, weighted by their counts.

    0 is perfect. A model that is always certain and right half of the time has 0.5. Naeini, Cooper
    and Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian binning".

    Parameters
    ----------
    y_true, proba, n_bins
        As in `reliability`.

    Returns
    -------
    float

    Examples
    --------
    >>> certain = np.array([[1.0, 0.0], [1.0, 0.0]])
    >>> expected_calibration_error(np.array([0, 1]), certain)
    0.5
    """
    found = reliability(y_true, proba, n_bins)
    gap = np.nan_to_num(np.abs(found.confidence - found.accuracy))
    return float((gap * found.count).sum() / found.count.sum())
