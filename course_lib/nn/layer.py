"""What every layer is: two methods, three dictionaries and one visible cache.

A layer turns a batch ``x`` into a batch ``y`` (``forward``) and the gradient of the loss with
respect to ``y`` into the gradient with respect to ``x`` (``backward``). On the way back it leaves
the gradients of its parameters in ``grads``. That is all a network needs to be trained.

What a layer keeps for the way back is often ``x`` or ``y`` itself and not a copy, which would cost
time and memory for nothing in a network, where nobody changes them. Whoever calls a layer by hand
must not change either of the two in place before ``backward``, or the gradients are wrong.

How images lie in memory
------------------------
Images have the *shape* (N, H, W, C) everywhere. Shape and memory order are two things, though: an
array of that shape can be a transposed view of memory in the order (H, W, C, N), the "batch-last"
order. Then the same pixel of all N images lies side by side, so that every step of a convolution
works on long runs of numbers, and that is what a processor is fast at. Layers accept images in any
order and hand on images in batch-last order; nobody needs to know that to use them.
"""

import numpy as np

from course_lib.nn.describe import describe


class Missing:
    """Stands for a cache that `forward` has not filled yet: reading it says what to do first."""

    def __get__(self, owner, kind=None):
        if owner is None:  # the class was asked, not one of its instances
            return self
        raise ValueError(f"{type(owner).__name__} has nothing to go back from yet: call forward "
                         "before backward")


class Layer:
    """Base of all layers.

    Attributes
    ----------
    params : dict of str to ndarray
        The parameters that are learned. Optimizers change these arrays in place.
    state : dict of str to ndarray
        What is remembered but not learned (the running statistics of batch normalization).
    grads : dict of str to ndarray
        After ``backward``: the gradient of the loss with respect to each parameter, same keys and
        shapes.
    cache : object
        What ``forward`` kept for ``backward``. Print it to see it. There is none before
        ``forward``.
    rng : numpy.random.Generator or None
        Where a layer that draws random numbers gets them from; None for all others. Training
        puts a new one in its place before each epoch, so that a run can be repeated.
    needs_whole_batch : bool
        Whether an output depends on the other examples of the mini-batch (batch normalization). If
        so, training sees to it that the next two hold something of use.
    all_sum : callable
        Adds a number or an array up over all workers that share a mini-batch (see
        `course_lib.training.workers`). Alone, it hands back what it gets.
    updates_state : bool
        Of the workers that share a mini-batch, and with it one ``state``, only one changes it.

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

    cache = Missing()
    rng = None
    needs_whole_batch = False
    updates_state = True

    def __init__(self):
        self.params = {}
        self.state = {}
        self.grads = {}

    def all_sum(self, value):
        """The sum over all workers that share a mini-batch; alone, the value itself.

        >>> Layer().all_sum(3.0)
        3.0
        """
        return value

    def forward(self, x, training=False):
        """Compute the output of the layer.

        Parameters
        ----------
        x : ndarray, shape (N, ...)
            A batch of inputs, N at least 1. It may be kept as it is, not copied, and so may y:
            change neither in place before ``backward``.
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


def check_input(layer, x, shape=None, floats=False):
    """Raise a ValueError unless ``x`` is an array with at least one example, as a layer needs it.

    Parameters
    ----------
    layer : Layer
    x : ndarray
    shape : tuple of int or None, optional
        The shape that is expected; None in it matches any length.
    floats : bool
        Whether integers will not do.
    """
    if not isinstance(x, np.ndarray):
        raise ValueError(f"{layer!r} needs a NumPy array, but got {type(x).__name__}")
    fits = shape is None or x.ndim == len(shape) and all(
        e in (None, n) for e, n in zip(shape, x.shape))
    if not fits:
        wanted = ", ".join("any" if e is None else str(e) for e in shape)
        raise ValueError(f"{layer!r} needs an input of shape ({wanted}), but got {x.shape}")
    if x.size == 0:
        raise ValueError(f"{layer!r} needs at least one example, but got the shape {x.shape}")
    if floats and x.dtype.kind != "f":
        raise ValueError(f"{layer!r} needs an input of float32 or float64, but got {x.dtype}")


def check_gradient(layer, dy, shape):
    """Raise a ValueError unless ``dy`` has the shape of the layer's output.

    NumPy would stretch some wrong shapes without a word.
    """
    if np.shape(dy) != tuple(shape):
        raise ValueError(f"backward of {layer!r} needs a gradient of the shape of its output, "
                         f"{tuple(shape)}, but got {np.shape(dy)}")
