"""Checks of arguments, the same for the whole library.

Each one returns its argument, or raises a ValueError that names it and says what was expected and
what came.
"""

from numbers import Integral, Real

import numpy as np


def check_number(name, value, at_least=-np.inf, above=-np.inf, at_most=np.inf, below=np.inf):
    """Return a number that lies within the limits; NaN and infinity do not.

    >>> check_number("momentum", 0.9, at_least=0, below=1)
    0.9
    >>> check_number("momentum", 3, at_least=0, below=1)
    Traceback (most recent call last):
    ValueError: momentum must be a number (at least 0, below 1), but is 3
    """
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not (fits and at_least <= value <= at_most and above < value < below):
        limits = {"at least": at_least, "above": above, "at most": at_most, "below": below}
        raise _error(name, "a number", limits, value)
    return value.item() if isinstance(value, np.generic) else value


def check_whole(name, value, at_least=-np.inf, at_most=np.inf):
    """Return a whole number (an int of Python or NumPy) that lies within the limits.

    >>> check_whole("k", 2.5, at_least=1)
    Traceback (most recent call last):
    ValueError: k must be a whole number (at least 1), but is 2.5
    """
    fits = isinstance(value, Integral) and not isinstance(value, bool)
    if not (fits and at_least <= value <= at_most):
        raise _error(name, "a whole number", {"at least": at_least, "at most": at_most}, value)
    return int(value)


def check_flag(name, value):
    """Return True or False as it is."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} must be True or False, but is {value!r}")
    return bool(value)


def check_dtype(dtype):
    """Return float32 or float64 as a NumPy dtype.

    >>> check_dtype("float32")
    dtype('float32')
    """
    try:
        known = np.dtype(dtype) in (np.float32, np.float64)
    except TypeError:
        known = False
    if not known:
        raise ValueError(f"dtype must be float32 or float64, but is {dtype!r}")
    return np.dtype(dtype)


def check_generator(rng):
    """Return a generator of random numbers as it is."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError("rng must be a generator of random numbers, such as "
                         f"np.random.default_rng(0), but is {rng!r}")
    return rng


def _error(name, kind, limits, value):
    told = ", ".join(f"{word} {limit}" for word, limit in limits.items() if np.isfinite(limit))
    return ValueError(f"{name} must be {kind}{told and f' ({told})'}, but is {value!r}")
