"""See how a network is trained: a layer that writes down what passes, and what follows from it."""

import numpy as np

from course_lib.nn import Layer


class Recorder(Layer):
    """Hands everything on, and records what every backward pass was about.

    At the front of a network it records the images that were used, in their order; at the end, the
    logits that the loss was computed from.

    Attributes
    ----------
    batches : list of ndarray
        What was passed forward before each backward pass.

    Examples
    --------
    >>> from course_lib.nn import Network, ReLU
    >>> network = Network([Recorder(), ReLU()])
    >>> x = network.forward(np.array([[1.0], [-2.0]]))
    >>> _ = network.backward(x)
    >>> network.layers[0].batches
    [array([[ 1.],
           [-2.]])]
    >>> network.layers[0].numbers(np.array([[7.0], [-2.0], [1.0]]))
    [array([2, 1])]
    """

    def __init__(self):
        super().__init__()
        self.batches = []

    def forward(self, x, training=False):
        """Hand x on."""
        self.cache = np.array(x)
        return x

    def backward(self, dy, input_gradient=True):
        """Hand dy on; what went forward has been used."""
        self.batches.append(self.cache)
        return dy

    def numbers(self, X):
        """Say for each batch which rows of X it held, all of them different; -1 for any other."""
        number_of = {row.tobytes(): number for number, row in enumerate(X)}
        return [np.array([number_of.get(row.astype(X.dtype).tobytes(), -1) for row in batch])
                for batch in self.batches]


def history_of(logits, labels, epochs):
    """Work out what the history of a training may hold, one number for each epoch.

    Parameters
    ----------
    logits, labels : list of ndarray, shapes (b, C) and (b,)
        Those of each batch; every epoch uses equally many images.
    epochs : int

    Returns
    -------
    dict from str to ndarray of shape (epochs,)
        "images", the mean loss of all images; "batches", the mean of the batches' mean losses;
        "total" and "sum", the same without the division; "last", the last batch's loss; and
        "accuracy", each as it was when a batch was used.

    Examples
    --------
    >>> zero = [np.zeros((2, 10)), np.zeros((1, 10))]
    >>> history = history_of(zero, [np.array([3, 1]), np.array([4])], epochs=1)
    >>> [float(history[name][0].round(3)) for name in ("images", "total", "sum")]
    [2.303, 6.908, 4.605]
    """
    losses, right = [], []
    for z, y in zip(logits, labels, strict=True):
        z = z.astype(np.float64) - z.max(axis=1, keepdims=True)
        losses.append(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])
        right.append(z.argmax(axis=1) == y)
    each = np.concatenate(losses).reshape(epochs, -1)
    # An epoch ends with the batch that holds its last image.
    ends = np.searchsorted(np.cumsum([len(part) for part in losses]),
                           each.shape[1] * np.arange(1, epochs + 1)) + 1
    means = [np.array([part.mean() for part in losses[first:end]])
             for first, end in zip([0, *ends[:-1]], ends, strict=True)]
    return {
        "images": each.mean(axis=1),
        "batches": np.array([values.mean() for values in means]),
        "total": each.sum(axis=1),
        "sum": np.array([values.sum() for values in means]),
        "last": np.array([values[-1] for values in means]),
        "accuracy": np.concatenate(right).reshape(epochs, -1).mean(axis=1),
    }
