"""Losses: one number that says how wrong a batch of predictions is.

Students write the softmax and its cross-entropy in ps02-softmax-regression (chapter 3) and
ps04-backpropagation (chapter 6), the margin loss in ps10-capsules (chapter 16).
"""

import numpy as np

from course_lib.checks import check_number
from course_lib.nn.layer import Missing


def softmax(logits):
    """Probabilities exp(z_c) / sum over k of exp(z_k), row by row.

    Subtracting the largest logit changes nothing in the quotient and keeps exp from overflowing.

    Parameters
    ----------
    logits : ndarray, shape (N, J)

    Returns
    -------
    ndarray, shape (N, J)
        Rows are not negative and sum to 1.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0], [10000.0, -10000.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def check_labels(labels, outputs):
    """Return the labels as an array; ValueError unless each row has one, which names a column."""
    labels = np.asarray(labels)
    if labels.shape != outputs.shape[:1]:
        raise ValueError(f"labels must have shape {outputs.shape[:1]}, one per row of the "
                         f"outputs {outputs.shape}, but got {labels.shape}")
    check_some(outputs)
    if labels.dtype.kind not in "iu":  # True and False would choose rows, not columns
        raise ValueError(f"labels must be whole numbers, but their dtype is {labels.dtype}")
    if not 0 <= labels.min() <= labels.max() < outputs.shape[1]:
        raise ValueError(f"labels must be from 0 to {outputs.shape[1] - 1}, but go from "
                         f"{labels.min()} to {labels.max()}")
    return labels


def check_some(outputs):
    """Raise a ValueError where there is no example: nothing has no mean."""
    if outputs.size == 0:
        raise ValueError(f"a loss needs at least one example, but the outputs have the shape "
                         f"{outputs.shape}")


class SoftmaxCrossEntropy:
    """Mean over the batch of -log p(true class), with p = softmax(logits).

    Notes
    -----
    With logits z, log p_c = z_c - log(sum over k of exp(z_k)), which needs no division and never
    takes the log of 0. Its gradient is as simple as it gets: dz = (p - one_hot(y)) / N.

    Examples
    --------
    >>> loss = SoftmaxCrossEntropy()
    >>> round(loss.forward(np.zeros((4, 10)), np.array([1, 2, 3, 4])), 4)  # ln 10
    2.3026
    >>> loss.backward()[0, :3].tolist()  # (1/10, 1/10 - 1, 1/10) / 4
    [0.025, -0.225, 0.025]
    """

    cache = Missing()

    def forward(self, logits, labels):
        """Return the loss as a float; logits (N, J), labels (N,) integers from 0 to J - 1."""
        labels = check_labels(labels, logits)
        rows = np.arange(len(labels))
        shifted = logits - logits.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        total = e.sum(axis=1, keepdims=True)
        self.cache = {"probabilities": e / total, "rows": rows, "labels": labels}
        return float(np.mean(np.log(total[:, 0]) - shifted[rows, labels]))

    def backward(self):
        """Return the gradient of the loss with respect to the logits, shape (N, J)."""
        d = self.cache["probabilities"].copy()
        d[self.cache["rows"], self.cache["labels"]] -= 1.0
        d /= len(d)
        return d


class MeanSquaredError:
    """Mean of (output - target)^2 over the batch and over all outputs.

    Notes
    -----
    With N examples of D outputs each, the loss is the sum of all squares / (N D), and
    d_output = 2 (output - target) / (N D).

    Examples
    --------
    >>> loss = MeanSquaredError()
    >>> loss.forward(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.0], [3.0, 2.0]]))
    1.0
    >>> loss.backward().tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """

    cache = Missing()

    def forward(self, outputs, labels):
        """Return the loss as a float.

        Parameters
        ----------
        outputs : ndarray, shape (N, ...)
        labels : ndarray
            Targets of the same shape as the outputs; or integer labels (N,) for outputs (N, J),
            which stand for targets of 1 at the true class and 0 elsewhere.
        """
        labels = np.asarray(labels)
        check_some(outputs)
        if labels.shape == outputs.shape:
            self.cache = outputs - labels
        elif outputs.ndim == 2:
            labels = check_labels(labels, outputs)
            self.cache = outputs.copy()
            self.cache[np.arange(len(labels)), labels] -= 1.0
        else:
            raise ValueError(f"labels must have the shape of the outputs, {outputs.shape}, but "
                             f"got {labels.shape}")
        return float(np.mean(self.cache**2))

    def backward(self):
        """Return the gradient of the loss with respect to the outputs, same shape."""
        return self.cache * (2 / self.cache.size)


class MarginLoss:
    """The loss of capsule networks: the true class's capsule shall be long, all others short.

    With the lengths l_k, and T_k = 1 for the true class and 0 elsewhere, the loss of one example
    is ::

        sum over k of  T_k max(0, m_plus - l_k)^2 + down_weight (1 - T_k) max(0, l_k - m_minus)^2,

    and the loss of a batch is the mean over its examples (Sabour et al. 2017, equation 4).

    Parameters
    ----------
    m_plus, m_minus : float
        The true class's length costs nothing from ``m_plus`` on, another's up to ``m_minus``.
    down_weight : float
        Keeps the many absent classes from shrinking all capsules at the start.

    Notes
    -----
    dl_k = -2 T_k max(0, m_plus - l_k) / N + 2 down_weight (1 - T_k) max(0, l_k - m_minus) / N.

    Examples
    --------
    >>> loss = MarginLoss()
    >>> lengths = np.array([[0.9, 0.1, 0.0], [0.4, 0.1, 1.1]])
    >>> loss.forward(lengths, np.array([0, 0]))  # (0 + (0.25 + 0.5)) / 2
    0.375
    >>> loss.backward()[1].round(4).tolist()
    [-0.5, 0.0, 0.5]
    """

    cache = Missing()

    def __init__(self, m_plus=0.9, m_minus=0.1, down_weight=0.5):
        self.m_minus = check_number("m_minus", m_minus, at_least=0)
        self.m_plus = check_number("m_plus", m_plus, at_least=self.m_minus)
        self.down_weight = check_number("down_weight", down_weight, at_least=0)

    def forward(self, lengths, labels):
        """Return the loss as a float; lengths (N, J), labels (N,) integers from 0 to J - 1."""
        labels = check_labels(labels, lengths)
        true = np.arange(len(labels)), labels
        too_long = np.maximum(lengths - self.m_minus, 0)
        too_long[true] = 0
        too_short = np.maximum(self.m_plus - lengths[true], 0)
        self.cache = {"too_long": too_long, "too_short": too_short, "true": true}
        return float(((too_short**2).sum() + self.down_weight * (too_long**2).sum()) / len(labels))

    def backward(self):
        """Return the gradient of the loss with respect to the lengths, shape (N, J)."""
        d = self.cache["too_long"] * (2 * self.down_weight)
        d[self.cache["true"]] = -2 * self.cache["too_short"]
        d /= len(d)
        return d
