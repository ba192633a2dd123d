"""Layers that leave out a part of themselves, at random, while the network learns.

A network that cannot rely on any single unit or weight has to spread what it knows. At test time
nothing is left out. Both layers draw from their attribute ``rng``, which may be replaced at any
time (the training loop does so before each epoch, so that a run can be repeated).

Students write dropout in ps06-regularization (chapter 8).
"""

import numpy as np

from course_lib.checks import check_dtype, check_generator, check_number, check_whole
from course_lib.nn.initializers import glorot_uniform
from course_lib.nn.layer import Layer, check_gradient, check_input


def dropout_mask(like, rate, rng):
    """Draw a mask with the shape, the type and the memory order of ``like``.

    Each entry is 0 with probability ``rate`` and 1 / (1 - rate) otherwise, so its mean is 1.

    >>> mask = dropout_mask(np.ones((100, 100)), 0.2, np.random.default_rng(0))
    >>> np.unique(mask).tolist()
    [0.0, 1.25]
    """
    u = np.empty_like(like)
    rng.random(dtype=u.dtype, out=u.ravel("K"))  # "K": the numbers in the order of memory, no copy
    mask = (u >= rate).astype(u.dtype)
    mask *= 1 / (1 - rate)
    return mask


class Dropout(Layer):
    """Set each input to 0 with probability ``rate`` while training; do nothing at test time.

    Parameters
    ----------
    rate : float
        Probability of leaving out an input, from 0 to below 1.
    rng : numpy.random.Generator
        Draws the masks.

    Notes
    -----
    y = x * mask and dx = dy * mask, where the entries of the mask are 0 or 1 / (1 - rate). The mask
    is scaled while training (*inverted* dropout), so that the mean of y is x and nothing has to be
    scaled at test time. From Srivastava et al. (2014).

    Examples
    --------
    >>> layer = Dropout(0.5, np.random.default_rng(0))
    >>> layer.forward(np.ones((1, 6)), training=True).tolist()
    [[2.0, 0.0, 0.0, 0.0, 2.0, 2.0]]
    >>> layer.forward(np.ones((1, 6))).tolist()
    [[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]
    """

    def __init__(self, rate, rng):
        super().__init__()
        self.rate = check_number("rate", rate, at_least=0, below=1)
        self.rng = check_generator(rng)

    def forward(self, x, training=False):
        check_input(self, x, floats=True)
        mask = dropout_mask(x, self.rate, self.rng) if training and self.rate else None
        self.cache = {"mask": mask, "x_shape": x.shape}
        return x if mask is None else x * mask

    def backward(self, dy, input_gradient=True):
        mask = self.cache["mask"]
        check_gradient(self, dy, self.cache["x_shape"])
        return dy if mask is None else dy * mask

    def __repr__(self):
        return f"Dropout({self.rate})"


class DropConnect(Layer):
    """A dense layer that leaves out each *weight* with probability ``rate`` while training.

    Training: y = x (W * mask) + b, where the entries of the mask are 0 or 1 / (1 - rate). A new
    mask is drawn for each call of ``forward``, one for the whole batch. Test: y = x W + b.

    Parameters
    ----------
    n_in, n_out : int
        Number of inputs and outputs of one example.
    rate : float
        Probability of leaving out a weight, from 0 to below 1.
    rng : numpy.random.Generator
        Draws the first weights, then the masks.
    dtype : numpy dtype
    initializer : callable

    Notes
    -----
    dW = (x^T dy) * mask,    db = sum of dy over the batch,    dx = dy (W * mask)^T.

    The idea is from Wan et al. (2013), from whom we differ in three points. They draw a mask for
    each *example*, which would need N times the memory and would be no product of matrices any
    more. They drop biases, too. And at test time they draw y from a normal distribution with the
    mean and variance that the masks give it, and average what the activation makes of the draws; we
    take the mean weights. That is the exact mean of y, but not of what follows after an activation.

    Examples
    --------
    >>> layer = DropConnect(400, 120, 0.5, np.random.default_rng(0))
    >>> layer.forward(np.zeros((5, 400), np.float32), training=True).shape
    (5, 120)
    >>> bool((layer.cache["W"] == 0).any())
    True
    """

    def __init__(self, n_in, n_out, rate, rng, dtype=np.float32, initializer=glorot_uniform):
        super().__init__()
        self.n_in = check_whole("n_in", n_in, at_least=1)
        self.n_out = check_whole("n_out", n_out, at_least=1)
        self.rate = check_number("rate", rate, at_least=0, below=1)
        self.rng, self.dtype = check_generator(rng), check_dtype(dtype)
        self.params["W"] = initializer((n_in, n_out), n_in, n_out, rng, dtype)
        self.params["b"] = np.zeros(n_out, dtype)

    def forward(self, x, training=False):
        check_input(self, x, (None, self.n_in))
        W = self.params["W"]
        mask = dropout_mask(W, self.rate, self.rng) if training and self.rate else None
        used = W if mask is None else W * mask
        self.cache = {"x": x, "mask": mask, "W": used}
        y = x @ used
        y += self.params["b"]
        return y

    def backward(self, dy, input_gradient=True):
        x, mask, used = self.cache["x"], self.cache["mask"], self.cache["W"]
        check_gradient(self, dy, (len(x), self.n_out))
        self.grads["W"] = x.T @ dy
        if mask is not None:
            self.grads["W"] *= mask
        self.grads["b"] = dy.sum(axis=0)
        return dy @ used.T if input_gradient else None

    def output_shape(self, input_shape):
        return (self.n_out,)

    def __repr__(self):
        return f"DropConnect({self.n_in}, {self.n_out}, {self.rate})"
