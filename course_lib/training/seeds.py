"""One master seed, many streams of chance.

Everything random in a run is drawn from a generator that only depends on the master seed and on a number:
0 for the first weights, n for epoch n. So a run that stops after any epoch continues exactly, and no
generator has to be saved.
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
        Further numbers where one stream is not enough (one per layer, say).

    Examples
    --------
    >>> bool(generator(378039, 1).integers(100) == generator(378039, 1).integers(100))
    True
    """
    if seed < 0:
        raise ValueError(f"seed must not be negative, but is {seed}")
    return np.random.default_rng([seed, stream, *more])
