"""What every layer is: two methods, two dictionaries and one visible cache.

A layer turns a batch ``x`` into a batch ``y`` (``forward``) and the gradient of the loss with respect
to ``y`` into the gradient with respect to ``x`` (``backward``). On the way back it leaves the gradients
of its parameters in ``grads``. That is all a network needs to be trained.

How images lie in memory
------------------------
Images have the *shape* (N, H, W, C) everywhere. Shape and memory order are two things, though: an array
of that shape can be a transposed view of memory in the order (H, W, C, N), the "batch-last" order. Then the
same pixel of all N images lies side by side, so that every step of a convolution works on long runs of
numbers, and that is what a processor is fast at. Layers accept images in any order and hand on images
in batch-last order; nobody needs to know that to use them.
"""

import numpy as np

from course_lib.nn.describe import describe


class Layer:
    """Base of all layers.

    Attributes
    ----------
    params : dict of str to ndarray
        The parameters that are learned. Optimizers change these arrays in place.
    state : dict of str to ndarray
        What is remembered but not learned (the running statistics of batch normalization).
    grads : dict of str to ndarray
        After ``backward``: the gradient of the loss with respect to each parameter, same keys and shapes.
    cache : object
        What ``forward`` kept for ``backward``. Print it to see it.

    Examples
    --------
    A layer of one's own, y = x^2, needs these two methods:

    >>> class Square(Layer):
    ...     def forward(self, x, training=False):
    ...         self.cache = x
    ...         return x * x
    ...
    ...     def backward(self, dy, input_gradient=True):
    ...         return dy * 2 * self.cache
    >>> layer = Square()
    >>> layer.forward(np.array([[3.0, -1.0]])).tolist()
    [[9.0, 1.0]]
    >>> layer.backward(np.array([[1.0, 1.0]])).tolist()
    [[6.0, -2.0]]
    >>> layer.output_shape((2,)), layer.n_parameters
    ((2,), 0)
    """

    def __init__(self):
        self.params = {}
        self.state = {}
        self.grads = {}
        self.cache = None

    def forward(self, x, training=False):
        """Compute the output of the layer.

        Parameters
        ----------
        x : ndarray, shape (N, ...)
            A batch of inputs.
        training : bool
            True while the network learns. Only some layers (dropout, batch normalization) care.

        Returns
        -------
        ndarray, shape (N, ...)
        """
        raise NotImplementedError(f"{type(self).__name__} does not define forward")

    def backward(self, dy, input_gradient=True):
        """Carry a gradient from the output to the input and to the parameters.

        Parameters
        ----------
        dy : ndarray
            Gradient of the loss with respect to what ``forward`` last returned, same shape.
        input_gradient : bool
            False saves the work for ``dx``. The first layer of a network needs none.

        Returns
        -------
        ndarray or None
            Gradient with respect to what ``forward`` was given; None may be returned if
            ``input_gradient`` is False.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define backward")

    def output_shape(self, input_shape):
        """Shape of one output for one input shape, both without the batch axis."""
        return tuple(input_shape)

    @property
    def n_parameters(self):
        """Number of learned parameters."""
        return sum(p.size for p in self.params.values())

    def describe(self):
        """The kind and the settings of the layer as plain data, see `course_lib.nn.describe`.

        >>> from course_lib.nn import Dropout
        >>> Dropout(0.2, np.random.default_rng(0)).describe()
        {'kind': 'Dropout', 'rate': 0.2}
        """
        return describe(self)

    def __repr__(self):
        return f"{type(self).__name__}()"


def batch_last(x):
    """View or copy images (N, H, W, C) as a contiguous array (H, W, C, N).

    Costs nothing when ``x`` came from another layer, one transposing copy otherwise.

    >>> batch_last(np.zeros((2, 28, 28, 1))).shape
    (28, 28, 1, 2)
    """
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def batch_first(x):
    """View an array (H, W, C, N) as images (N, H, W, C), without a copy.

    >>> batch_first(np.zeros((28, 28, 1, 2))).shape
    (2, 28, 28, 1)
    """
    return x.transpose(3, 0, 1, 2)


def check_shape(layer, x, expected):
    """Raise a ValueError when ``x`` lacks the expected shape; None matches any length."""
    fits = x.ndim == len(expected) and all(e in (None, n) for e, n in zip(expected, x.shape))
    if not fits:
        wanted = ", ".join("any" if e is None else str(e) for e in expected)
        raise ValueError(f"{layer!r} needs an input of shape ({wanted}), but got {x.shape}")
