"""Activations: what makes many layers more than one.

Without them a stack of linear layers is a single linear layer.
"""

import numpy as np

from .layer import Layer
from .select import keep, negative_mask


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
