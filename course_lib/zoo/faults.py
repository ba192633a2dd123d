"""Published mistakes, rebuilt on purpose: what chapter 14 takes apart.

Keras up to version 2.2 takes the outputs of a network for probabilities. It divides them by their
sum, clips them to [1e-7, 1 - 1e-7] and only then takes the logarithm (``categorical_crossentropy``
of its TensorFlow backend). Whatever the last layer gave is silently made to look like
probabilities; and a clipped number has no gradient.
"""

from dataclasses import replace

import numpy as np

from course_lib.data import as_images
from course_lib.nn import softmax
from course_lib.nn.losses import check_labels

from .convolutional import cnn3
from .dense import RMSPROP_10
from .system import System

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

    def forward(self, logits, labels):
        """Return the loss as a float; logits (N, C), labels (N,) integers from 0 to C - 1."""
        labels = check_labels(labels, logits)
        p = self.probabilities(logits)
        true = np.arange(len(labels)), labels
        self.cache = {"logits": logits, "p": p, "true": true}
        return float(-np.log(np.clip(p[true], EPSILON, 1 - EPSILON)).mean())

    def backward(self):
        """Return the gradient of the loss with respect to the logits, shape (N, C)."""
        p, true = self.cache["p"], self.cache["true"]
        d = self.logit_gradient() / len(p)
        # Not (p is within the limits), so that NaN is not taken for clipped.
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
    """The same where the last layer was given ReLU in place of softmax: p = r / sum(r), r = max(z, 0).

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


SYSTEMS = (
    System("cnn3_relu_output", "three 3x3 convolutions, ReLU as the output", cnn3,
           replace(RMSPROP_10, loss=ReLUCrossEntropy, workers=2), as_images, "001",
           {"accuracy": (99.19,)}),
)
