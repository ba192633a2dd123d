"""First values of the weights.

Weights must start different from each other, or all units of a layer would learn the same thing,
and at a size that lets signals pass through many layers without growing or dying.
"""

import numpy as np

from course_lib.checks import check_dtype, check_generator, check_whole


def glorot_uniform(shape, fan_in, fan_out, rng, dtype=np.float32):
    """Draw weights uniformly from [-a, a] with a = sqrt(6 / (fan_in + fan_out)).

    The variance a^2 / 3 = 2 / (fan_in + fan_out) is a compromise: 1 / fan_in keeps the variance of
    the signal on its way forward, 1 / fan_out that of the gradient on its way back (Glorot and
    Bengio 2010).

    Parameters
    ----------
    shape : tuple of int
    fan_in, fan_out : int
        How many inputs feed one output, and how many outputs one input feeds.
    rng : numpy.random.Generator
    dtype : numpy dtype

    Examples
    --------
    >>> w = glorot_uniform((784, 10), 784, 10, np.random.default_rng(0))
    >>> bool(abs(w).max() <= np.sqrt(6 / 794))
    True
    """
    _check(fan_in, fan_out, rng, dtype)
    limit = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, size=shape).astype(dtype)


def he_normal(shape, fan_in, fan_out, rng, dtype=np.float32):
    """Draw weights from a normal distribution with variance 2 / fan_in.

    The factor 2 makes up for ReLU, which sets half of the signal to zero (He et al. 2015).
    ``fan_out`` is not used; it stands here so that all initializers are called alike.

    Examples
    --------
    >>> w = he_normal((784, 300), 784, 300, np.random.default_rng(0))
    >>> bool(abs(w.std() - np.sqrt(2 / 784)) < 1e-3)
    True
    """
    _check(fan_in, fan_out, rng, dtype)
    return rng.normal(0.0, np.sqrt(2.0 / fan_in), size=shape).astype(dtype)


def _check(fan_in, fan_out, rng, dtype):
    check_whole("fan_in", fan_in, at_least=1)
    check_whole("fan_out", fan_out, at_least=1)
    check_generator(rng)
    check_dtype(dtype)
