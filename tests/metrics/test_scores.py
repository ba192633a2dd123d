"""Scores against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as oracle

from course_lib.metrics import (
    accuracy,
    confusion_matrix,
    macro_average,
    most_confused,
    per_class_recall,
)

label_pairs = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 4), min_size=n, max_size=n).map(np.array),
        st.lists(st.integers(0, 4), min_size=n, max_size=n).map(np.array),
    )
)


@given(label_pairs)
def test_scores_agree_with_scikit_learn(pair):
    y_true, y_pred = pair
    matrix = confusion_matrix(y_true, y_pred, n_classes=5)
    np.testing.assert_array_equal(
        matrix, oracle.confusion_matrix(y_true, y_pred, labels=range(5))
    )
    assert accuracy(y_true, y_pred) == pytest.approx(oracle.accuracy_score(y_true, y_pred))
    recall = oracle.recall_score(
        y_true, y_pred, labels=range(5), average=None, zero_division=np.nan
    )
    np.testing.assert_allclose(per_class_recall(matrix), recall)
    assert macro_average(matrix) == pytest.approx(np.nanmean(recall))


def test_macro_average_is_balanced_accuracy(rng):
    y_true = rng.choice(3, size=500, p=[0.8, 0.15, 0.05])
    y_pred = np.where(rng.random(500) < 0.7, y_true, 0)
    matrix = confusion_matrix(y_true, y_pred, n_classes=3)
    expected = oracle.balanced_accuracy_score(y_true, y_pred)
    assert macro_average(matrix) == pytest.approx(expected)
    assert macro_average(matrix) != pytest.approx(accuracy(y_true, y_pred), abs=0.05)


def test_rows_are_the_truth():
    matrix = confusion_matrix(np.array([4, 4, 4]), np.array([9, 9, 4]), n_classes=10)
    assert matrix[4, 9] == 2 and matrix[9, 4] == 0 and matrix.dtype == np.int64


def test_small_label_types_do_not_overflow():
    labels = np.arange(10, dtype=np.uint8)
    matrix = confusion_matrix(labels, labels[::-1].astype(np.int8), n_classes=50)
    assert matrix.sum() == 10 and matrix[9, 0] == 1


@given(label_pairs, st.integers(0, 30))
def test_most_confused_lists_the_largest_mistakes(pair, k):
    matrix = confusion_matrix(*pair, n_classes=5)
    before = matrix.copy()
    found = most_confused(matrix, k)
    np.testing.assert_array_equal(matrix, before)  # arguments stay as they were
    cells = [(t, p, int(matrix[t, p])) for t in range(5) for p in range(5) if t != p]
    expected = sorted((c for c in cells if c[2]), key=lambda c: (-c[2], c[0], c[1]))[:k]
    assert found == expected
    assert all(type(value) is int for triple in found for value in triple)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: accuracy(np.array([1, 2]), np.array([[1], [2]])), r"\(2,\) and \(2, 1\)"),
        (lambda: accuracy(np.array([], int), np.array([], int)), "empty"),
        (lambda: accuracy(np.array([1, 2]), np.array([0.1, 0.9])), "y_pred must hold integer"),
        (lambda: confusion_matrix(np.array([3]), np.array([0]), 3), "y_true must hold labels"),
        (lambda: confusion_matrix(np.array([0]), np.array([-1]), 3), "y_pred must hold labels"),
        (lambda: per_class_recall(np.zeros((2, 3))), r"matrix must be square.*\(2, 3\)"),
        (lambda: macro_average(np.zeros((2, 2), int)), "counts no image"),
        (lambda: most_confused(np.eye(2, dtype=int), -1), "k must be a whole number .at least 0"),
        (lambda: most_confused(np.eye(2, dtype=int), 1.5), "k must be a whole number"),
        (lambda: confusion_matrix(np.array([1]), np.array([0]), 2.5), "n_classes must be a whole"),
        (lambda: confusion_matrix(np.array([1]), np.array([0]), 0), "n_classes must be a whole"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
