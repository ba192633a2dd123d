"""Published mistakes, rebuilt on purpose: what chapter 14 takes apart.

Keras up to version 2.2 takes the outputs of a network for probabilities. It divides them by their
sum, clips them to [1e-7, 1 - 1e-7] and only then takes the logarithm (``categorical_crossentropy``
of its TensorFlow backend). Whatever the last layer gave is silently made to look like
probabilities; and a clipped number has no gradient. For integer labels
(``sparse_categorical_crossentropy``) it clips first and divides by the sum afterwards.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from course_lib.data import as_images
from course_lib.nn import softmax
from course_lib.nn.layer import Missing
from course_lib.nn.losses import check_labels
from course_lib.zoo.convolutional import cnn3
from course_lib.zoo.dense import RMSPROP_10, unscaled_vectors, with_dropout
from course_lib.zoo.system import System

EPSILON = 1e-7  # Keras's "fuzz factor"


class ClippedCrossEntropy:
    """Mean over the batch of -log(clip(p, 1e-7, 1 - 1e-7)) at the true class, p = softmax(z).

    Notes
    -----
    No example costs more than -log(1e-7) = 16.118. An example whose p at the true class is outside
    of the limits has the gradient 0: it is beyond help, or needs none. All others have the
    gradient of the usual cross-entropy, dz = (p - one_hot(y)) / N.

    Examples
    --------
    >>> loss = ClippedCrossEntropy()
    >>> round(loss.forward(np.array([[0.0, 99.0]]), np.array([0])), 3)
    16.118
    >>> loss.backward().tolist()
    [[0.0, 0.0]]
    """

    cache = Missing()

    def forward(self, logits, labels):
        """Return the loss as a float; logits (N, J), labels (N,) integers from 0 to J - 1."""
        labels = check_labels(labels, logits)
        p = self.probabilities(logits)
        true = np.arange(len(labels)), labels
        self.cache = {"logits": logits, "p": p, "true": true}
        return float(-np.log(np.clip(p[true], EPSILON, 1 - EPSILON)).mean())

    def backward(self):
        """Return the gradient of the loss with respect to the logits, shape (N, J)."""
        p, true = self.cache["p"], self.cache["true"]
        d = self.logit_gradient() / len(p)
        # Asked this way round, NaN is not clipped: it goes back into the weights, as in Keras.
        d[(p[true] < EPSILON) | (p[true] > 1 - EPSILON)] = 0
        return d

    def probabilities(self, logits):
        return softmax(logits)

    def logit_gradient(self):
        """Gradient of -log p at the true class without clipping, example by example."""
        d = self.cache["p"].copy()
        d[self.cache["true"]] -= 1
        return d


class ReLUCrossEntropy(ClippedCrossEntropy):
    """The same with ReLU in place of softmax: p = r / sum(r) with r = max(z, 0).

    Notes
    -----
    With s the sum of r, dz_c = (1 / s - [c = y] / r_y) / N where z_c > 0, and 0 elsewhere. So an
    example whose true class is at or below 0 teaches nothing. Where all classes are, 0 / 0 gives
    NaN, here as in Keras, and one such example makes all weights NaN.

    Examples
    --------
    >>> loss = ReLUCrossEntropy()
    >>> round(loss.forward(np.array([[3.0, 1.0, -2.0]]), np.array([1])), 4)  # -log(1 / 4)
    1.3863
    >>> loss.backward().tolist()
    [[0.25, -0.75, 0.0]]
    >>> loss.forward(np.array([[-3.0, -1.0, -2.0]]), np.array([1]))
    nan
    """

    def probabilities(self, logits):
        r = np.maximum(logits, 0)
        with np.errstate(invalid="ignore"):  # 0 / 0
            return r / r.sum(axis=1, keepdims=True)

    def logit_gradient(self):
        r, true = np.maximum(self.cache["logits"], 0), self.cache["true"]
        with np.errstate(divide="ignore", invalid="ignore"):
            d = np.where(r > 0, 1 / r.sum(axis=1, keepdims=True), 0)
            d[true] -= np.where(r[true] > 0, 1 / r[true], 0)
        d[np.isnan(self.cache["p"]).any(axis=1)] = np.nan
        return d


class ReLUSparseCrossEntropy:
    """The same for integer labels: q = clip(max(z, 0), 1e-7, 1 - 1e-7) first, then q / sum(q).

    Notes
    -----
    Nothing is ever 0 / 0 here, and an output of 1 or more is as good as 1. With s the sum of q,
    dz_c = (1 / s - [c = y] / q_y) / N where z_c is within the limits, and 0 elsewhere. So an
    example without any output above 0 costs ln 10 and teaches nothing.

    Examples
    --------
    >>> loss = ReLUSparseCrossEntropy()
    >>> round(loss.forward(np.array([[0.5, 0.25, -2.0, 0.25]]), np.array([1])), 4)  # -log(1 / 4)
    1.3863
    >>> loss.backward().round(4).tolist()
    [[1.0, -3.0, 0.0, 1.0]]
    """

    cache = Missing()

    def forward(self, logits, labels):
        """Return the loss as a float; logits (N, J), labels (N,) integers from 0 to J - 1."""
        labels = check_labels(labels, logits)
        q = np.clip(logits, EPSILON, 1 - EPSILON)  # this takes care of ReLU as well
        total = q.sum(axis=1, keepdims=True)
        true = np.arange(len(labels)), labels
        self.cache = {"logits": logits, "q": q, "total": total, "true": true}
        return float(np.mean(np.log(total[:, 0]) - np.log(q[true])))

    def backward(self):
        """Return the gradient of the loss with respect to the logits, shape (N, J)."""
        logits, q, true = (self.cache[key] for key in ("logits", "q", "true"))
        d = np.ones_like(q) / self.cache["total"]
        d[true] -= 1 / q[true]
        d[(logits < EPSILON) | (logits > 1 - EPSILON)] = 0
        return d / len(d)


SYSTEMS = (
    System("cnn3_relu_output", "three 3x3 convolutions, ReLU as the output", cnn3,
           replace(RMSPROP_10, loss=ReLUSparseCrossEntropy(), workers=2), as_images, "001",
           {"accuracy": (99.19,)}),
    System("ffnn512_clipped", "784-512-512-10, pixels not scaled, loss clipped as in Keras 2.2",
           partial(with_dropout, (784, 512, 512, 10), 0.2),
           replace(RMSPROP_10, loss=ClippedCrossEntropy()), unscaled_vectors, "003",
           {"accuracy": (37.36,)}),
)
