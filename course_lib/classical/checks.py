"""Checks of what a user hands to a classifier. Each message names the argument and the cure."""

import numpy as np


class NotFittedError(ValueError):
    """A model was asked for predictions before ``fit`` was called.

    >>> from course_lib.classical import KNearestNeighbors
    >>> KNearestNeighbors().predict(np.zeros((1, 784)))
    Traceback (most recent call last):
    course_lib.classical.checks.NotFittedError: this KNearestNeighbors is not fitted yet: call \
fit(X, y) first
    """


def check_vectors(X, n_features=None):
    """Return ``X`` as an array ``(N, D)`` of finite numbers, or raise a ValueError.

    Parameters
    ----------
    X : array-like
    n_features : int or None
        The D that the model was fitted with; None accepts every D.

    Returns
    -------
    ndarray, shape (N, D)

    Examples
    --------
    >>> check_vectors(np.zeros((4, 8, 8, 1)))
    Traceback (most recent call last):
    ...
    ValueError: X must be a 2-D array (images, features), but its shape is (4, 8, 8, 1): \
flatten images with X.reshape(len(X), -1)
    """
    X = np.asarray(X)
    if X.ndim != 2:
        hint = ": flatten images with X.reshape(len(X), -1)" if X.ndim > 2 else ""
        raise ValueError(
            f"X must be a 2-D array (images, features), but its shape is {X.shape}{hint}"
        )
    if X.shape[0] == 0 or X.shape[1] == 0:
        raise ValueError(f"X must hold at least one image and one feature; its shape is {X.shape}")
    if X.dtype.kind not in "buif":
        raise ValueError(f"X must hold real numbers, but its dtype is {X.dtype}")
    if not np.isfinite(X).all():
        raise ValueError("X must hold finite numbers, but it contains NaN or infinity")
    if n_features is not None and X.shape[1] != n_features:
        raise ValueError(
            f"X has {X.shape[1]} features per image, but the model was fitted with {n_features}"
        )
    return X


def check_labels(y, n_images):
    """Return ``y`` as an integer array of the shape ``(n_images,)``, or raise a ValueError."""
    y = np.asarray(y)
    if y.shape != (n_images,):
        raise ValueError(
            f"y must hold one label per image, shape ({n_images},), but its shape is {y.shape}"
        )
    if y.dtype.kind not in "iu":
        raise ValueError(f"y must hold integer labels, but its dtype is {y.dtype}")
    return y


def check_fitted(model, attribute):
    """Raise NotFittedError unless ``fit`` has set ``attribute`` on ``model``."""
    if not hasattr(model, attribute):
        name = type(model).__name__
        raise NotFittedError(f"this {name} is not fitted yet: call fit(X, y) first")
