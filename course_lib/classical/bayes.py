"""Gaussian naive Bayes: Bayes' rule with one bell curve per class and pixel.

Bayes' rule gives the probability of class j for an image x from the other way round::

    p(j | x) = p(x, j) / p(x),    p(x, j) = p(j) p(x | j)

The naive assumption is that, within a class, every pixel is independent of every other, so that
``p(x | j)`` is a product over the D pixels; each factor is a normal density with its own mean and
variance. Products of 784 small numbers underflow, so everything is done with logarithms.

Students write this in ps01-bayes (chapter 2).
"""

import numpy as np

from course_lib.checks import check_number
from course_lib.classical.checks import check_fitted, check_labels, check_vectors


class GaussianNaiveBayes:
    """Gaussian naive Bayes classifier.

    Parameters
    ----------
    var_smoothing : float
        This fraction of the largest feature variance of ``X`` is added to every variance, so that a
        pixel that never changes within a class (variance 0) does not cause a division by zero.

    Attributes
    ----------
    classes_ : (J,) the labels that occur in ``y``, sorted; columns below are in this order.
    priors_ : (J,) the share of each class among the training images.
    means_ : (J, D) the mean of each pixel in each class: the "average digits".
    variances_ : (J, D) the population variance of each pixel in each class, smoothed.

    Examples
    --------
    Two classes on a line, with means 1 and 5. By symmetry the point 3 between them is undecided.

    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]])
    >>> model = GaussianNaiveBayes().fit(X, np.array([0, 0, 1, 1]))
    >>> model.means_.ravel(), model.variances_.ravel().round(6)
    (array([1., 5.]), array([1., 1.]))
    >>> model.predict_proba(np.array([[3.0], [3.5]])).round(3)
    array([[0.5  , 0.5  ],
           [0.119, 0.881]])
    >>> model.predict(np.array([[2.5], [3.5]]))
    array([0, 1])
    >>> model.log_joint(np.array([[3.0]])).round(3)     # log(1/2) - log(2 pi) / 2 - 2^2 / 2
    array([[-3.612, -3.612]])
    """

    def __init__(self, var_smoothing=1e-9):
        self.var_smoothing = var_smoothing

    def __repr__(self):
        return f"GaussianNaiveBayes(var_smoothing={self.var_smoothing:g})"

    def fit(self, X, y):
        """Count the classes and measure each pixel's mean and variance within each class.

        Parameters
        ----------
        X : array-like, shape (N, D)
        y : array-like of int, shape (N,)

        Returns
        -------
        GaussianNaiveBayes
            The model itself.

        Raises
        ------
        ValueError
            For wrong shapes, a negative ``var_smoothing``, and a variance that stays 0 because
            nothing was added to it.
        """
        X = check_vectors(X)
        y = check_labels(y, len(X))
        check_number("var_smoothing", self.var_smoothing, at_least=0)
        self.classes_, counts = np.unique(y, return_counts=True)
        self.priors_ = counts / len(y)
        self.means_ = np.empty((len(counts), X.shape[1]))
        self.variances_ = np.empty_like(self.means_)
        for j, mean, variance in zip(self.classes_, self.means_, self.variances_):
            # float64 although X may be float32: the smoothing is a billionth of a variance.
            x = X[y == j].astype(np.float64, copy=False)  # indexing has copied already
            mean[:] = x.mean(axis=0)
            x -= mean
            variance[:] = np.einsum("nd,nd->d", x, x) / len(x)  # squares, summed without an array
        # The variance of a pixel over all images is the mean of the variances within the classes
        # plus the variance of their means, which takes no further pass over X.
        between = (self.means_ - self.priors_ @ self.means_) ** 2
        total = self.priors_ @ (self.variances_ + between)
        self.variances_ += self.var_smoothing * total.max()
        if not self.variances_.min() > 0:
            raise ValueError(
                "X has a feature that never changes within a class, so its variance is 0 and its "
                "density is infinite: use a larger var_smoothing"
            )
        return self

    def log_joint(self, X):
        """log p(x, j) for each image and class.

        The logarithm of the prior times the product of D normal densities is ::

            log p(j) - 1/2 sum_d log(2 pi sigma2_jd) - 1/2 sum_d (x_d - mu_jd)^2 / sigma2_jd

        The square is not multiplied out, though x^2 . (1/sigma2) - 2 x . (mu/sigma2) +
        sum mu^2/sigma2 would be products of matrices and faster: where features are far from 0,
        compared with their spread, these terms are large, their sum is small, and no digit of it
        is right.

        Parameters
        ----------
        X : array-like, shape (N, D)

        Returns
        -------
        ndarray of float64, shape (N, J)
        """
        check_fitted(self, "means_")
        X = check_vectors(X, n_features=self.means_.shape[1])
        joint = np.empty((len(X), len(self.means_)))
        for start in range(0, len(X), 500):  # blocks bound the memory for differences in float64
            x = X[start : start + 500].astype(np.float64)
            for j, (mu, sigma2) in enumerate(zip(self.means_, self.variances_)):
                squares = (x - mu) ** 2
                joint[start : start + 500, j] = squares @ (1 / sigma2)
        constant = np.log(self.priors_) - 0.5 * np.log(2 * np.pi * self.variances_).sum(axis=1)
        return constant - 0.5 * joint

    def predict_proba(self, X):
        """p(j | x) for each image (N, D) and class: float64 (N, J), each row sums to 1.

        Dividing p(x, j) by its sum over the classes is a subtraction of logarithms. The largest
        logarithm is taken out first ("log-sum-exp"): exp(-10000) would be 0 for every class, while
        exp(0) for the best class and less for the others loses nothing that could be seen.
        """
        joint = self.log_joint(X)
        joint -= joint.max(axis=1, keepdims=True)
        log_evidence = np.log(np.exp(joint).sum(axis=1, keepdims=True))
        return np.exp(joint - log_evidence)

    def predict(self, X):
        """The most probable class of each image, ``(N,)``; ties go to the smallest label."""
        best = self.log_joint(X).argmax(axis=1)
        return self.classes_[best]
