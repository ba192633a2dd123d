"""Softmax regression: one linear score per class, learned by gradient descent.

The scores ``z = X W + b`` become probabilities by the softmax, ``p_c = exp(z_c) / sum exp(z)``.
Maximum likelihood asks for the W and b under which the true labels are most probable, which is the
smallest mean cross-entropy ``-log p_y``. Its gradient is short, with Y the one-hot labels::

    dL/dz = (p - Y) / N,    dL/dW = X^T dL/dz,    dL/db = sum over images of dL/dz

Students write this in ps02-softmax-regression (chapter 3).
"""

import numpy as np

from course_lib.checks import check_generator, check_number, check_whole
from course_lib.classical.checks import check_fitted, check_labels, check_vectors


class SoftmaxRegression:
    """Multinomial logistic regression, fitted by mini-batch gradient descent from zero weights.

    Parameters
    ----------
    lr : float
        Step size of the gradient descent.
    batch_size : int
        Images per step.
    epochs : int
        Passes over the training images.
    rng : numpy.random.Generator or None
        Shuffles the images before each epoch. None means ``np.random.default_rng(0)`` at each
        ``fit``, so that the same data give the same model.

    Attributes
    ----------
    classes_ : (J,) the labels that occur in ``y``, sorted; columns below are in this order.
    W_ : (D, J) float32. Column j, drawn as an image, is the template of class j.
    b_ : (J,) float32.
    costs_ : list of float, the mean cross-entropy over each epoch, measured while learning.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> model = SoftmaxRegression(lr=1.0, batch_size=4, epochs=200).fit(X, np.array([0, 0, 1, 1]))
    >>> model.predict(np.array([[0.5], [1.4], [1.6]]))
    array([0, 0, 1])
    >>> model.predict_proba(np.array([[9.0]])).round(2)      # far out there is no doubt
    array([[0., 1.]], dtype=float32)
    >>> model.costs_[0], model.costs_[-1] < 0.1      # at zero weights both classes get 1/2: log 2
    (0.6931471824645996, True)
    """

    def __init__(self, lr=0.2, batch_size=128, epochs=30, rng=None):
        self.lr = lr
        self.batch_size = batch_size
        self.epochs = epochs
        self.rng = rng

    def __repr__(self):
        parameters = f"lr={self.lr}, batch_size={self.batch_size}, epochs={self.epochs}"
        return f"SoftmaxRegression({parameters})"

    def fit(self, X, y):
        """Learn ``W_`` and ``b_``, computed in float32.

        Parameters
        ----------
        X : array-like, shape (N, D)
            The default step size suits features between 0 and 1. Gradient descent gets nowhere
            with features that are large, or far from 0 compared with their spread; scale them.
        y : array-like of int, shape (N,)

        Returns
        -------
        SoftmaxRegression
            The model itself.

        Raises
        ------
        ValueError
            For wrong shapes or parameters.
        """
        X = check_vectors(X).astype(np.float32, copy=False)
        y = check_labels(y, len(X))
        check_number("lr", self.lr, above=0)
        check_whole("batch_size", self.batch_size, at_least=1)
        check_whole("epochs", self.epochs, at_least=1)
        rng = np.random.default_rng(0) if self.rng is None else check_generator(self.rng)
        self.classes_, column = np.unique(y, return_inverse=True)
        Y = np.eye(len(self.classes_), dtype=np.float32)[column]
        W = np.zeros((X.shape[1], len(self.classes_)), dtype=np.float32)
        b = np.zeros(len(self.classes_), dtype=np.float32)
        self.costs_ = []
        for _ in range(self.epochs):
            order = rng.permutation(len(X))
            total = 0.0
            for start in range(0, len(X), self.batch_size):
                batch = order[start : start + self.batch_size]
                x, target = X[batch], Y[batch]
                log_p = _log_softmax(x @ W + b)
                total -= (target * log_p).sum()
                dz = (np.exp(log_p) - target) / len(batch)
                W -= self.lr * (x.T @ dz)
                b -= self.lr * dz.sum(axis=0)
            self.costs_.append(float(total / len(X)))
        self.W_, self.b_ = W, b
        return self

    def predict_proba(self, X):
        """Softmax probabilities of images (N, D): float32 (N, J); each row sums to 1."""
        check_fitted(self, "W_")
        X = check_vectors(X, n_features=len(self.W_)).astype(np.float32, copy=False)
        return np.exp(_log_softmax(X @ self.W_ + self.b_))

    def predict(self, X):
        """The most probable class of each image, ``(N,)``; ties go to the smallest label."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]


def _log_softmax(z):
    """log softmax of each row. Subtracting the largest score first changes nothing, since the
    softmax ignores a constant, but keeps exp from overflowing."""
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
