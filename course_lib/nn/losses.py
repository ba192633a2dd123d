"""Losses: one number that says how wrong a batch of predictions is."""

import numpy as np


def softmax(logits):
    """Probabilities exp(z_c) / sum over k of exp(z_k), row by row.

    Subtracting the largest logit changes nothing in the quotient and keeps exp from overflowing.

    Parameters
    ----------
    logits : ndarray, shape (N, C)

    Returns
    -------
    ndarray, shape (N, C)
        Rows are not negative and sum to 1.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0], [10000.0, -10000.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class SoftmaxCrossEntropy:
    """Mean over the batch of -log p(true class), with p = softmax(logits).

    Notes
    -----
    With logits z, log p_c = z_c - log(sum over k of exp(z_k)), which needs no division and never takes the
    log of 0. Its gradient is as simple as it gets: dz = (p - one_hot(y)) / N.

    Examples
    --------
    >>> loss = SoftmaxCrossEntropy()
    >>> round(loss.forward(np.zeros((4, 10)), np.array([1, 2, 3, 4])), 4)  # ln 10
    2.3026
    """

    def forward(self, logits, labels):
        """Return the loss as a float; logits (N, C), labels (N,) integers from 0 to C - 1."""
        labels = np.asarray(labels)
        if labels.shape != logits.shape[:1]:
            raise ValueError(f"labels must have shape {logits.shape[:1]}, one per row of the "
                             f"logits, but got {labels.shape}")
        rows = np.arange(len(labels))
        shifted = logits - logits.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        total = e.sum(axis=1, keepdims=True)
        self.cache = {"probabilities": e / total, "rows": rows, "labels": labels}
        return float(np.mean(np.log(total[:, 0]) - shifted[rows, labels]))

    def backward(self):
        """Return the gradient of the loss with respect to the logits, shape (N, C)."""
        d = self.cache["probabilities"].copy()
        d[self.cache["rows"], self.cache["labels"]] -= 1.0
        d /= len(d)
        return d
