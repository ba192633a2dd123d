"""Gradient checking: compare a backward pass with finite differences.

The derivative of L with respect to one number x is close to (L(x + eps) - L(x - eps)) / (2 eps).
This takes two forward passes for every single number, which is why nobody trains with it, but it
knows nothing of the backward pass, and that makes it the right judge.

Students write `numerical_gradient` in ps04-backpropagation (chapter 6).
"""

import numpy as np

from course_lib.checks import check_number


def numerical_gradient(f, x, eps=1e-6):
    """Gradient of the scalar function ``f`` at ``x`` by central differences, element by element.

    Parameters
    ----------
    f : callable
        ``f(x)`` is a number. It gets ``x`` itself, one element of which is changed in place for the
        call and restored after; so it may also read ``x`` from elsewhere, such as from a layer.
    x : ndarray of float64
    eps : float
        Half the distance between the two points. The error of the formula grows as eps^2, that of
        rounding as 1 / eps; in float64 the sum is smallest near 1e-5 to 1e-6.

    Returns
    -------
    ndarray, same shape as ``x``

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> numerical_gradient(lambda x: (x**2).sum(), x).round(6).tolist()
    [2.0, 4.0, 6.0]
    """
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        raise ValueError("x must be an array of float64, or rounding hides the gradient, but is "
                         f"{getattr(x, 'dtype', type(x).__name__)}")
    check_number("eps", eps, above=0)
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + eps
        above = f(x)
        x[index] = value - eps
        below = f(x)
        x[index] = value
        gradient[index] = (above - below) / (2 * eps)
    return gradient


def relative_error(a, b):
    """Largest difference of two arrays, relative to the largest entry of either (at least 1e-8).

    >>> relative_error(np.array([1.0, 2.0]), np.array([1.0, 2.2])) < 0.1
    True
    """
    if a.shape != b.shape:
        raise ValueError(f"a gradient has shape {a.shape}, but the shape of its array is {b.shape}")
    scale = max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0), 1e-8)
    return float(np.abs(a - b).max(initial=0.0) / scale)


def check_gradients(layer, x, rng, eps=1e-6, training=False):
    """Relative error of every gradient that a layer (or a network) computes.

    The loss is sum(dy * forward(x)) with a *random* upstream gradient dy. A fixed dy of ones would
    let a backward pass slip through that ignores dy.

    Parameters
    ----------
    layer : Layer or Network
        With float64 parameters.
    x : ndarray of float64, shape (N, ...)
    rng : numpy.random.Generator
    eps : float
    training : bool
        Passed on to ``forward``. A layer that draws random numbers must draw the same ones each
        time.

    Returns
    -------
    dict of str to float
        ``"x"`` and each parameter's name, with the relative error. Around 1e-8 is right, above 1e-5
        is wrong; in between look for a kink (ReLU at 0, ties in a pool).

    Examples
    --------
    >>> from course_lib.nn import Dense
    >>> rng = np.random.default_rng(0)
    >>> layer = Dense(3, 2, rng, dtype=np.float64)
    >>> errors = check_gradients(layer, rng.normal(size=(4, 3)), rng)
    >>> sorted(errors), max(errors.values()) < 1e-7
    (['W', 'b', 'x'], True)
    """
    x = np.array(x)  # a copy: it is changed while we work
    dy = rng.normal(size=layer.forward(x, training).shape)

    def loss(_):  # whatever is changed, x or a parameter: the layer reads it where it stands
        return float((dy * layer.forward(x, training)).sum())

    loss(x)
    dx = np.array(layer.backward(dy))
    analytic = {"x": dx, **{name: np.array(g) for name, g in layer.grads.items()}}
    places = {"x": x, **layer.params}
    return {name: relative_error(analytic[name], numerical_gradient(loss, places[name], eps))
            for name in places}
