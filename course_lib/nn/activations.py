"""Activations: what makes many layers more than one.

Without them a stack of linear layers is a single linear layer.

Students write ReLU in ps04-backpropagation (chapter 6).
"""

import numpy as np

from course_lib.nn.layer import Layer
from course_lib.nn.select import keep, negative_mask


class ReLU(Layer):
    """y = max(x, 0).

    Notes
    -----
    The slope is 1 where x > 0 and 0 elsewhere (at x = 0 we choose 0), so dx = dy where y > 0, else 0.

    Examples
    --------
    >>> ReLU().forward(np.array([[-1.0, 2.0]])).tolist()
    [[0.0, 2.0]]
    """

    def forward(self, x, training=False):
        self.cache = y = np.maximum(x, 0)
        return y

    def backward(self, dy, input_gradient=True):
        # 0 - y is negative exactly where y > 0. (-y would not do: the sign bit of -0.0 is set.)
        return keep(dy, negative_mask(0 - self.cache))


class LeakyReLU(Layer):
    """y = x where x > 0, else slope x.

    A ReLU whose input is negative for every image gets no gradient and never changes again. The
    small slope leaves it a way back (Maas et al. 2013).

    Parameters
    ----------
    slope : float
        From 0 (that is ReLU) to below 1.

    Notes
    -----
    With a slope below 1, y = max(x, slope x), and dx = dy where y > 0, else slope dy.

    Examples
    --------
    >>> LeakyReLU(0.1).forward(np.array([[-1.0, 2.0]])).tolist()
    [[-0.1, 2.0]]
    """

    def __init__(self, slope=0.01):
        super().__init__()
        if not 0 <= slope < 1:
            raise ValueError(f"slope must be at least 0 and below 1, but is {slope}")
        self.slope = slope

    def forward(self, x, training=False):
        self.cache = y = np.maximum(x, self.slope * x)
        return y

    def backward(self, dy, input_gradient=True):
        positive = negative_mask(0 - self.cache)
        return keep(dy, positive) + keep(self.slope * dy, ~positive)

    def __repr__(self):
        return f"LeakyReLU({self.slope})"


class Sigmoid(Layer):
    """y = 1 / (1 + exp(-x)), a number between 0 and 1.

    Notes
    -----
    exp(-x) overflows where x is far below 0; there exp(x) / (1 + exp(x)) says the same. One formula
    covers both halves, and its exponents are never positive::

        y = exp(min(x, 0)) / (1 + exp(-|x|)).

    The slope follows from y alone: dx = dy y (1 - y).

    Examples
    --------
    >>> Sigmoid().forward(np.array([[-1000.0, 0.0, 1000.0]])).tolist()
    [[0.0, 0.5, 1.0]]
    """

    def forward(self, x, training=False):
        self.cache = y = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
        return y

    def backward(self, dy, input_gradient=True):
        y = self.cache
        return dy * y * (1 - y)


class Tanh(Layer):
    """y = tanh(x), a number between -1 and 1; dx = dy (1 - y^2).

    Examples
    --------
    >>> Tanh().forward(np.array([[-1000.0, 0.0, 1000.0]])).tolist()
    [[-1.0, 0.0, 1.0]]
    """

    def forward(self, x, training=False):
        self.cache = y = np.tanh(x)
        return y

    def backward(self, dy, input_gradient=True):
        y = self.cache
        return dy * (1 - y * y)
