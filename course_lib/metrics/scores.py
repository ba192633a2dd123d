"""Counting right and wrong answers.

Students write `confusion_matrix` and `most_confused` in ps08-lenet5 (chapter 10).
"""

import numpy as np

from course_lib.checks import check_whole


def accuracy(y_true, y_pred):
    """The share of labels that were predicted correctly, between 0 and 1.

    Parameters
    ----------
    y_true, y_pred : array-like of int, shape (N,)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        Where shapes differ, N is 0, or a label is not an integer.

    Examples
    --------
    >>> accuracy(np.array([7, 2, 1, 0]), np.array([7, 2, 1, 6]))
    0.75
    """
    y_true, y_pred = _label_pair(y_true, y_pred)
    return float((y_true == y_pred).mean())


def confusion_matrix(y_true, y_pred, n_classes):
    """Count every pair of true and predicted label.

    Row t, column p holds how many images of the class t were taken for p: **rows are the truth**,
    and the diagonal holds the right answers.

    Parameters
    ----------
    y_true, y_pred : array-like of int, shape (N,)
    n_classes : int

    Returns
    -------
    ndarray of int64, shape (n_classes, n_classes)

    Raises
    ------
    ValueError
        As in `accuracy`, and for a label that is not from 0 to ``n_classes - 1``.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 0]), n_classes=2)
    array([[1, 1],
           [1, 2]])
    """
    y_true, y_pred = _label_pair(y_true, y_pred)
    check_whole("n_classes", n_classes, at_least=1)
    for name, labels in (("y_true", y_true), ("y_pred", y_pred)):
        if labels.min() < 0 or labels.max() >= n_classes:
            raise ValueError(
                f"{name} must hold labels from 0 to {n_classes - 1}, but they run from "
                f"{labels.min()} to {labels.max()}"
            )
    # Number the cells row by row and count how often each one is hit.
    cell = y_true.astype(np.int64) * n_classes + y_pred
    return np.bincount(cell, minlength=n_classes**2).reshape(n_classes, n_classes)


def per_class_recall(matrix):
    """Of the images of each class, the share that was recognized: the accuracy of that digit.

    It is the diagonal of the confusion matrix, divided by the row sums.

    Parameters
    ----------
    matrix : array-like, shape (J, J)
        Confusion matrix whose rows are the truth.

    Returns
    -------
    ndarray of float64, shape (J,)
        NaN for a class without images.

    Examples
    --------
    >>> per_class_recall(np.array([[9, 1], [30, 70]]))
    array([0.9, 0.7])
    """
    matrix = _square(matrix)
    images = matrix.sum(axis=1)
    recall = np.full(len(matrix), np.nan)
    np.divide(matrix.diagonal(), images, out=recall, where=images > 0)
    return recall


def macro_average(matrix):
    """The mean of the per-class recalls: each class counts the same, however rare it is.

    Also known as balanced accuracy. Accuracy, the micro average, counts each *image* the same.
    Classes without images are left out.

    Parameters
    ----------
    matrix : array-like, shape (J, J)
        Confusion matrix whose rows are the truth.

    Returns
    -------
    float

    Examples
    --------
    >>> matrix = np.array([[9, 1], [30, 70]])          # 79 of 110 images are right: 0.718
    >>> macro_average(matrix)                          # (0.9 + 0.7) / 2
    0.8
    """
    recall = per_class_recall(matrix)
    if np.isnan(recall).all():
        raise ValueError("matrix counts no image at all, so there is nothing to average")
    return float(np.nanmean(recall))


def most_confused(matrix, k):
    """The ``k`` most frequent mistakes.

    Parameters
    ----------
    matrix : array-like, shape (J, J)
        Confusion matrix whose rows are the truth.
    k : int

    Returns
    -------
    list of (true, predicted, count)
        Largest count first; equal counts are ordered by (true, predicted). The diagonal and pairs
        that never occurred are left out, so that fewer than ``k`` may come back.

    Examples
    --------
    >>> most_confused(np.array([[9, 1, 0], [2, 8, 1], [0, 3, 7]]), k=3)
    [(2, 1, 3), (1, 0, 2), (0, 1, 1)]
    """
    check_whole("k", k, at_least=0)
    mistakes = _square(matrix).copy()
    np.fill_diagonal(mistakes, 0)
    pairs = [(int(t), int(p), int(mistakes[t, p])) for t, p in np.argwhere(mistakes)]
    return sorted(pairs, key=lambda pair: -pair[2])[:k]  # stable, and argwhere goes row by row


def _label_pair(y_true, y_pred):
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.ndim != 1 or y_true.shape != y_pred.shape:
        raise ValueError(
            f"y_true and y_pred must be label arrays of one shape (N,), but their shapes are "
            f"{y_true.shape} and {y_pred.shape}"
        )
    if len(y_true) == 0:
        raise ValueError("y_true and y_pred are empty: there is nothing to score")
    for name, labels in (("y_true", y_true), ("y_pred", y_pred)):
        if labels.dtype.kind not in "iu":
            raise ValueError(f"{name} must hold integer labels, but its dtype is {labels.dtype}")
    return y_true, y_pred


def _square(matrix):
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix must be square, (J, J), but its shape is {matrix.shape}")
    return matrix
