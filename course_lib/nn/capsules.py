"""Capsules: units that answer with a vector.

The length of the vector says how sure the capsule is that its object is there, the direction says
in what form (slant, thickness, position). After Sabour, Frosst and Hinton (2017), *Dynamic Routing
Between Capsules*. Their network, layer by layer::

    Conv2D, ReLU, Conv2D     features
    PrimaryCapsules          the channels, cut into short vectors
    CapsuleVotes             what each capsule below expects each capsule above to be
    Routing                  the capsules above: where many votes agree (`course_lib.nn.routing`)
    CapsuleLengths           one number per class

Shapes: capsules are (N, I, D), with I capsules of dimension D; votes are (N, I, J, D) from I
capsules below to J capsules above.

Students write `squash` in ps10-capsules (chapter 16).
"""

import numpy as np

from course_lib.checks import check_dtype, check_number, check_whole
from course_lib.nn.layer import Layer, batch_first, batch_last, check_gradient, check_input

# From this length on 1 + n^2 is n^2, while n^4 is still far from the largest number of float32.
LONG = 1e9


def norm(x, axis=-1):
    """Euclidean length along an axis, which stays as an axis of length 1.

    A square overflows, or becomes 0, long before the number itself. Where that could happen, the
    vector is divided by its largest component first.

    >>> norm(np.array([3e20, 4e20], np.float32)), norm(np.array([3e-30, 4e-30], np.float32))
    (array([5.e+20], dtype=float32), array([5.e-30], dtype=float32))
    """
    limits = np.finfo(x.dtype)
    largest = np.abs(x).max(axis=axis, keepdims=True)
    safe = (largest < limits.max**0.25) & (largest > (limits.tiny / limits.eps) ** 0.5)
    unit = np.where(safe | (largest == 0), x.dtype.type(1), largest)
    x = x / unit
    return unit * np.sqrt((x * x).sum(axis=axis, keepdims=True))


def direction(x, length):
    """x / length, and 0 where the length is 0."""
    return x / np.maximum(length, np.finfo(x.dtype).tiny)


def squash(s, axis=-1):
    """Shrink vectors to a length below 1 and keep their direction.

    v = n^2 / (1 + n^2) * s / n, where n is the length of s: short vectors become almost 0, long
    ones almost 1 long (Sabour et al. 2017, equation 1). Zero stays zero.

    Parameters
    ----------
    s : ndarray of float
    axis : int
        The axis that holds the components of a vector.

    Returns
    -------
    ndarray, same shape as ``s``

    Examples
    --------
    >>> squash(np.array([[3.0, 4.0], [0.0, 0.0]])).round(3).tolist()  # length 25 / 26
    [[0.577, 0.769], [0.0, 0.0]]
    """
    n, rest = _within(norm(s, axis))
    return s * (n / (1 + n * n) * rest)  # |s|^2 / |s| is |s|, so nothing is divided by 0


def _within(n):
    """The length up to `LONG`, and `LONG` / n beyond (else 1): what is like 1 / n shrinks so."""
    return np.minimum(n, LONG), 1 / np.maximum(n / LONG, 1)


def squash_gradient(dv, s, axis=-1):
    """Gradient with respect to ``s`` of a loss whose gradient with respect to squash(s) is ``dv``.

    With the length n of s, u = s / n and f = n / (1 + n^2), v = f s. A change of s along u also
    changes f, by f' = (1 - n^2) / (1 + n^2)^2 per unit of n::

        ds = f dv + n f' (u . dv) u.
    """
    n = norm(s, axis)
    u = direction(s, n)
    along = (u * dv).sum(axis=axis, keepdims=True)
    n, rest = _within(n)
    n2 = n * n
    return n / (1 + n2) * rest * dv + n * (1 - n2) / (1 + n2) ** 2 * rest * along * u


class PrimaryCapsules(Layer):
    """Cut the C channels of each pixel into capsules of a dimension, and squash them.

    Images (N, H, W, C) become capsules (N, H W C / dimension, dimension). The layer has no weights:
    those are in the convolution before it.

    Parameters
    ----------
    dimension : int

    Examples
    --------
    >>> PrimaryCapsules(8).forward(np.zeros((2, 6, 6, 256))).shape
    (2, 1152, 8)
    """

    def __init__(self, dimension):
        super().__init__()
        self.dimension = check_whole("dimension", dimension, at_least=1)

    def forward(self, x, training=False):
        check_input(self, x, (None, None, None, None))
        n, *image = x.shape
        n_capsules, _ = self.output_shape(image)
        s = batch_last(x).reshape(n_capsules, self.dimension, n)
        self.cache = {"s": s, "x_shape": x.shape}
        return squash(s, axis=1).transpose(2, 0, 1)

    def backward(self, dy, input_gradient=True):
        n, *image = self.cache["x_shape"]
        check_gradient(self, dy, (n, *self.output_shape(image)))
        ds = squash_gradient(dy.transpose(1, 2, 0), self.cache["s"], axis=1)
        return batch_first(np.ascontiguousarray(ds).reshape(*image, n))

    def output_shape(self, input_shape):
        height, width, channels = input_shape
        if channels % self.dimension:
            raise ValueError(f"{self!r} needs a number of channels that can be divided by "
                             f"{self.dimension}, but got {channels}")
        return (height * width * channels // self.dimension, self.dimension)

    def __repr__(self):
        return f"PrimaryCapsules({self.dimension})"


class CapsuleVotes(Layer):
    """What each capsule below expects each capsule above to be: votes[n, i, j] = W[i, j] x[n, i].

    Each pair has its own matrix W[i, j] of shape (d_out, d_in), called W_ij by Sabour et al. (2017,
    equation 2). There are no biases.

    Parameters
    ----------
    n_in, d_in : int
        Number and dimension of the capsules below.
    n_out, d_out : int
        Number and dimension of the capsules above.
    rng : numpy.random.Generator
    dtype : numpy dtype
    scale : float
        Standard deviation of the first weights, which are drawn from a normal distribution.

    Notes
    -----
    dW[i, j] = sum over n of dvotes[n, i, j] x[n, i]^T
    dx[n, i] = sum over j of W[i, j]^T dvotes[n, i, j]

    Examples
    --------
    >>> layer = CapsuleVotes(1152, 8, 10, 16, np.random.default_rng(0))
    >>> layer.forward(np.zeros((2, 1152, 8), np.float32)).shape
    (2, 1152, 10, 16)
    >>> layer.n_parameters
    1474560
    """

    def __init__(self, n_in, d_in, n_out, d_out, rng, dtype=np.float32, scale=0.1):
        super().__init__()
        self.n_in = check_whole("n_in", n_in, at_least=1)
        self.d_in = check_whole("d_in", d_in, at_least=1)
        self.n_out = check_whole("n_out", n_out, at_least=1)
        self.d_out = check_whole("d_out", d_out, at_least=1)
        self.scale = check_number("scale", scale, at_least=0)
        self.dtype = check_dtype(dtype)
        self.params["W"] = rng.normal(0.0, scale, (n_in, n_out, d_out, d_in)).astype(dtype)

    def forward(self, x, training=False):
        check_input(self, x, (None, self.n_in, self.d_in))
        x = np.ascontiguousarray(x.transpose(1, 0, 2))  # (n_in, N, d_in): a stack of n_in products
        self.cache = x
        W_flat = self.params["W"].reshape(self.n_in, -1, self.d_in)
        votes = np.matmul(x, W_flat.swapaxes(1, 2))  # (n_in, N, n_out * d_out)
        return votes.reshape(self.n_in, -1, self.n_out, self.d_out).swapaxes(0, 1)

    def backward(self, dy, input_gradient=True):
        W, x = self.params["W"], self.cache
        check_gradient(self, dy, (x.shape[1], self.n_in, self.n_out, self.d_out))
        dvotes = np.ascontiguousarray(dy.swapaxes(0, 1))
        dvotes = dvotes.reshape(self.n_in, -1, self.n_out * self.d_out)
        self.grads["W"] = np.matmul(dvotes.swapaxes(1, 2), x).reshape(W.shape)
        if not input_gradient:
            return None
        return np.matmul(dvotes, W.reshape(self.n_in, -1, self.d_in)).swapaxes(0, 1)

    def output_shape(self, input_shape):
        return (self.n_in, self.n_out, self.d_out)

    def __repr__(self):
        return f"CapsuleVotes({self.n_in}, {self.d_in}, {self.n_out}, {self.d_out})"


class CapsuleLengths(Layer):
    """The length of each capsule: (N, J, D) to (N, J).

    Notes
    -----
    A length grows along its vector: dx = dy x / length. At x = 0 there is no slope, and dx is 0.

    Examples
    --------
    >>> CapsuleLengths().forward(np.array([[[3.0, 4.0], [0.0, 0.0]]])).tolist()
    [[5.0, 0.0]]
    """

    def forward(self, x, training=False):
        check_input(self, x, (None, None, None), floats=True)
        length = norm(x)
        self.cache = {"x": x, "length": length}
        return length[..., 0]

    def backward(self, dy, input_gradient=True):
        x, length = self.cache["x"], self.cache["length"]
        check_gradient(self, dy, x.shape[:2])
        return dy[..., None] * direction(x, length)

    def output_shape(self, input_shape):
        return tuple(input_shape[:1])
