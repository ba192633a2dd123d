"""Digits as vectors, for all three classifiers."""

import numpy as np
import pytest
from sklearn.datasets import load_digits


@pytest.fixture(scope="session")
def digits():
    """scikit-learn's digits in float32: X (1400, 64), y, and 397 test digits."""
    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    return X[:1400], y[:1400], X[1400:], y[1400:]


@pytest.fixture(scope="session")
def mnist_vectors(mnist):
    """All of MNIST: X (60000, 784) float32 in [0, 1], y, X_test, y_test."""
    from course_lib.data import as_vectors

    return (
        as_vectors(mnist.train_images),
        mnist.train_labels,
        as_vectors(mnist.test_images),
        mnist.test_labels,
    )
