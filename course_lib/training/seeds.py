"""One master seed, many streams of chance.

Everything random in a run is drawn from a generator that only depends on the master seed and on a
number: 0 for the first weights, n for epoch n. So a run that stops after any epoch continues
exactly, and no generator has to be saved.
"""

import numpy as np

WEIGHTS = 0


def generator(seed, stream, *more):
    """Random generator number ``stream`` of the master seed.

    Parameters
    ----------
    seed : int
        Master seed, not negative.
    stream : int
        0 for the first weights, n for epoch n.
    more : int
        Further numbers, from 1, where one stream is not enough: worker, layer. (Not from 0: NumPy
        fills short lists of seeds up with zeros, so [5, 1] and [5, 1, 0] are the same stream.)

    Examples
    --------
    >>> bool(generator(378039, 1).integers(100) == generator(378039, 1).integers(100))
    True
    """
    if seed < 0:
        raise ValueError(f"seed must not be negative, but is {seed}")
    if 0 in more:
        raise ValueError(f"further numbers must not be 0, but are {more}")
    return np.random.default_rng([seed, stream, *more])
