"""Activations: what makes many layers more than one.

Without them a stack of linear layers is a single linear layer.

Students write ReLU in ps04-backpropagation (chapter 6).
"""

import numpy as np

from course_lib.checks import check_number
from course_lib.nn.layer import Layer, check_gradient, check_input


class ReLU(Layer):
    """y = max(x, 0).

    Notes
    -----
    The slope is 1 where x > 0 and 0 elsewhere (at x = 0 we choose 0), so dx = dy where y > 0, and 0
    elsewhere.

    Examples
    --------
    >>> ReLU().forward(np.array([[-1.0, 2.0]])).tolist()
    [[0.0, 2.0]]
    """

    def forward(self, x, training=False):
        check_input(self, x)
        # Beside a single 0, NumPy's maximum takes twice as long as beside an array of zeros.
        self.cache = y = np.maximum(x, np.zeros_like(x))
        return y

    def backward(self, dy, input_gradient=True):
        y = self.cache
        check_gradient(self, dy, y.shape)
        return dy * (y > 0)


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
        self.slope = check_number("slope", slope, at_least=0, below=1)

    def forward(self, x, training=False):
        check_input(self, x)
        self.cache = y = np.maximum(x, self.slope * x)
        return y

    def backward(self, dy, input_gradient=True):
        y = self.cache
        check_gradient(self, dy, y.shape)
        return np.where(y > 0, dy, self.slope * dy)

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
        check_input(self, x)
        self.cache = y = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
        return y

    def backward(self, dy, input_gradient=True):
        y = self.cache
        check_gradient(self, dy, y.shape)
        return dy * y * (1 - y)


class Tanh(Layer):
    """y = tanh(x), a number between -1 and 1; dx = dy (1 - y^2).

    Examples
    --------
    >>> Tanh().forward(np.array([[-1000.0, 0.0, 1000.0]])).tolist()
    [[-1.0, 0.0, 1.0]]
    """

    def forward(self, x, training=False):
        check_input(self, x)
        self.cache = y = np.tanh(x)
        return y

    def backward(self, dy, input_gradient=True):
        y = self.cache
        check_gradient(self, dy, y.shape)
        return dy * (1 - y * y)
