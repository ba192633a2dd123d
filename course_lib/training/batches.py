"""Cutting a shuffled training set into mini-batches."""

import numpy as np


def mini_batches(n, batch_size, rng, last="fill"):
    """Indices of the mini-batches of one epoch.

    Parameters
    ----------
    n : int
        Number of examples.
    batch_size : int
    rng : numpy.random.Generator
    last : {"fill", "keep", "drop"}
        What to do with a last batch that is too short: fill it up with examples drawn from the
        whole set, keep it short, or leave it out.

    Returns
    -------
    list of ndarray of int

    Examples
    --------
    >>> [len(b) for b in mini_batches(10, 4, np.random.default_rng(0))]
    [4, 4, 4]
    >>> [len(b) for b in mini_batches(10, 4, np.random.default_rng(0), last="keep")]
    [4, 4, 2]
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, but is {batch_size}")
    order = rng.permutation(n)
    rest = n % batch_size
    if rest and last == "fill":
        order = np.concatenate([order, rng.integers(n, size=batch_size - rest)])
    elif rest and last == "drop":
        order = order[:-rest]
        if not len(order):
            raise ValueError(
                f"there is no full batch of {batch_size} in {n} examples; use a smaller "
                "batch_size, or last='keep'"
            )
    elif last not in ("fill", "keep", "drop"):
        raise ValueError(f"last must be 'fill', 'keep' or 'drop', but is {last!r}")
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
