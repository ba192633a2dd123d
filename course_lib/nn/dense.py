"""The dense (fully connected) layer: every output is a weighted sum of all inputs.

Students write this in ps04-backpropagation (chapter 6).
"""

import numpy as np

from course_lib.checks import check_dtype, check_whole
from course_lib.nn.initializers import glorot_uniform
from course_lib.nn.layer import Layer, check_gradient, check_input


class Dense(Layer):
    """y = x W + b.

    Parameters
    ----------
    n_in, n_out : int
        Number of inputs and outputs of one example.
    rng : numpy.random.Generator
        Draws the first weights. Biases start at zero.
    dtype : numpy dtype
        float32 to train, float64 to check gradients.
    initializer : callable
        See `course_lib.nn.initializers`.

    Notes
    -----
    With the upstream gradient dy (N, n_out) the chain rule gives ::

        dW = x^T dy,    db = sum of dy over the batch,    dx = dy W^T.

    Examples
    --------
    >>> layer = Dense(784, 10, np.random.default_rng(0))
    >>> layer.forward(np.zeros((5, 784), np.float32)).shape
    (5, 10)
    """

    def __init__(self, n_in, n_out, rng, dtype=np.float32, initializer=glorot_uniform):
        super().__init__()
        self.n_in = check_whole("n_in", n_in, at_least=1)
        self.n_out = check_whole("n_out", n_out, at_least=1)
        self.dtype = check_dtype(dtype)
        self.params["W"] = initializer((n_in, n_out), n_in, n_out, rng, dtype)
        self.params["b"] = np.zeros(n_out, dtype)

    def forward(self, x, training=False):
        check_input(self, x, (None, self.n_in))
        self.cache = x
        y = x @ self.params["W"]
        y += self.params["b"]
        return y

    def backward(self, dy, input_gradient=True):
        x = self.cache
        check_gradient(self, dy, (len(x), self.n_out))
        self.grads["W"] = x.T @ dy
        self.grads["b"] = dy.sum(axis=0)
        return dy @ self.params["W"].T if input_gradient else None

    def output_shape(self, input_shape):
        return (self.n_out,)

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out})"
