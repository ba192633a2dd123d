"""k nearest neighbors: no model at all, only the training images and a distance.

The squared distance of an image a to a training image b multiplies out to ::

    |a - b|^2 = |a|^2 - 2 a . b + |b|^2

so that all distances of a block of images are one matrix product, the fastest thing a processor
does. ``|a|^2`` is the same for every b and does not change who is nearest: it is left out.

Students write this in ps03-nearest-neighbors (chapter 4).
"""

from math import isqrt

import numpy as np

from course_lib.checks import check_whole
from course_lib.classical.checks import check_fitted, check_labels, check_vectors

_LARGEST = 1e15  # the squares of a million of these still add up to a number of float32
_SCORES_PER_BLOCK = 2**25  # 128 MiB of float32, the block that is in memory; half is 5 % slower


class KNearestNeighbors:
    """Classify an image as the majority of its k nearest training images (Euclidean distance).

    The neighbors found are exact (see ``kneighbors``). Equal distances: the smaller training index
    is nearer. Equal votes: the smallest label wins.

    Parameters
    ----------
    k : int
        The number of neighbors that vote.

    Attributes
    ----------
    classes_ : (J,) the labels that occur in ``y``, sorted.
    X_ : (N, D), the training images: float32, or float64 where float32 cannot hold their numbers.
    labels_ : (N,) their labels.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [10.0]])
    >>> model = KNearestNeighbors(k=3).fit(X, np.array([0, 0, 1, 1]))
    >>> model.kneighbors(np.array([[1.1]]))[1]     # indices, nearest first
    array([[1, 2, 0]])
    >>> model.predict(np.array([[1.1], [9.0]]))
    array([0, 1])
    >>> model.predict_proba(np.array([[9.0]])).round(2)      # two of three votes
    array([[0.33, 0.67]])
    """

    def __init__(self, k=5):
        self.k = k

    def __repr__(self):
        return f"KNearestNeighbors(k={self.k})"

    def fit(self, X, y):
        """Keep the training images and their labels.

        Parameters
        ----------
        X : array-like, shape (N, D)
        y : array-like of int, shape (N,)

        Returns
        -------
        KNearestNeighbors
            The model itself.

        Raises
        ------
        ValueError
            For wrong shapes, for numbers above 1e15, whose squares float32 cannot add up, and where
            k is no whole number from 1 to N.
        """
        X = _exact(X)
        y = check_labels(y, len(X))
        check_whole("k", self.k, at_least=1, at_most=len(X))
        self.classes_ = np.unique(y)
        self.X_, self.labels_ = X, y
        # A pixel that is the same in all training images adds the same to every distance and has
        # no say in who is nearest: 67 of MNIST's 784, the rim of the picture.
        self._varies = X.max(axis=0) > X.min(axis=0)
        b = X[:, self._varies].astype(np.float32, copy=False)
        norms = np.einsum("nd,nd->n", b, b, dtype=np.float64)
        # The scores |b|^2 - 2 a.b of all pairs in a single product: (a, 1) . (-2 b, |b|^2).
        self._extended = np.column_stack([-2 * b, norms.astype(np.float32)])
        self._largest_norm = norms.max()
        return self

    def kneighbors(self, X):
        """The k nearest training images of each row, nearest first.

        Parameters
        ----------
        X : array-like, shape (N, D)

        Returns
        -------
        distances : ndarray of float64, shape (N, k)
        indices : ndarray of int, shape (N, k)

        Notes
        -----
        float32 products are twice as fast as float64 ones, but their rounding can exchange two
        neighbors that are nearly equally far. So they only choose *candidates*: everything that
        could be among the k nearest, given the largest possible rounding error. The few candidates
        are then compared by differences in float64. The memory needed does not grow with N; only
        where very many training images are equally near are there many candidates.
        """
        check_fitted(self, "X_")
        X = _exact(X, n_features=self.X_.shape[1])
        distances = np.empty((len(X), self.k))
        indices = np.empty((len(X), self.k), dtype=np.int64)
        rows = max(1, _SCORES_PER_BLOCK // len(self.X_))
        scores = np.empty((min(rows, len(X)), len(self.X_)), np.float32)  # the same memory for all
        for start in range(0, len(X), rows):
            block = X[start : start + rows]
            for i, found in enumerate(self._candidates(block, scores), start):
                d2 = ((X[i].astype(np.float64) - self.X_[found]) ** 2).sum(axis=1)
                nearest = np.argsort(d2, kind="stable")[: self.k]  # stable: smaller index first
                distances[i], indices[i] = np.sqrt(d2[nearest]), found[nearest]
        return distances, indices

    def _candidates(self, block, scores):
        """For each row of ``block``, indices in rising order that contain its k nearest."""
        a = block[:, self._varies].astype(np.float32, copy=False)
        scores = scores[: len(block)]
        np.matmul(np.column_stack([a, np.ones(len(a), np.float32)]), self._extended.T, out=scores)
        # Rounding: a float32 product of n terms is off by at most n 2^-24 sum |a_i b_i|, whatever
        # the order of summation (Higham, Accuracy and Stability of Numerical Algorithms, 3.1).
        # Twice, as the limit and the score may both be off; two terms more for norms and limit, and
        # two for numbers that are not in float32 to begin with. Tiny products may become 0 as well.
        norms = np.einsum("nd,nd->n", a, a, dtype=np.float64)
        size = 2 * np.sqrt(norms * self._largest_norm) + self._largest_norm
        size += np.finfo(np.float32).tiny
        rounding = 2 * (self._extended.shape[1] + 4) * 2.0**-24 * size
        # A cheap upper limit for the k-th smallest score of a row: deal the training images into
        # groups, take the best of each group, and of these winners the k-th best. At least k images
        # are as good as that. np.argpartition, which sorts further than we need, would take longer
        # than the matrix product. One row at a time, which stays in the cache for both passes.
        n = len(self.X_)
        groups = min(n, max(4 * self.k, isqrt(n)))
        for row, off in zip(scores, rounding):
            winners = row[: n - n % groups].reshape(-1, groups).min(axis=0)
            limit = np.partition(winners, self.k - 1)[self.k - 1]
            yield np.flatnonzero(row <= np.float32(limit + off))

    def predict_proba(self, X):
        """The share of the k votes that each class gets for images (N, D): float64 (N, J)."""
        _, indices = self.kneighbors(X)
        votes = self.labels_[indices]
        return (votes[:, :, None] == self.classes_).mean(axis=1)

    def predict(self, X):
        """The class with most votes, ``(N,)``; ties go to the smallest label."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]


def _exact(X, n_features=None):
    """``X`` as float32 where that holds all its numbers, else as float64."""
    X = check_vectors(X, n_features)
    if max(float(X.max()), -float(X.min())) > _LARGEST:
        raise ValueError(f"X must hold numbers up to {_LARGEST:g} in size, but goes from {X.min()} "
                         f"to {X.max()}")
    single = X.astype(np.float32, copy=False)
    if np.can_cast(X.dtype, np.float32) or np.array_equal(single, X):
        return single
    return X.astype(np.float64, copy=False)
