"""Counting errors and taking the time, in the same way for all kinds of system."""

import time
from contextlib import contextmanager

import numpy as np


def count_errors(predicted, labels):
    """How many answers are wrong: as a whole, and in the first and the second half of them.

    The first half of MNIST's test set was written by high-school students, the second by employees
    of the census bureau.

    Parameters
    ----------
    predicted, labels : ndarray of int, shape (N,)

    Returns
    -------
    dict
        ``accuracy``, ``errors``, ``n``, ``errors_by_half``.

    Examples
    --------
    >>> count_errors(np.array([1, 2, 3, 4]), np.array([1, 2, 9, 9]))
    {'accuracy': 0.5, 'errors': 2, 'n': 4, 'errors_by_half': [0, 2]}
    """
    wrong = np.asarray(predicted) != labels
    half, errors = len(wrong) // 2, int(wrong.sum())
    return {"accuracy": 1 - errors / len(wrong), "errors": errors, "n": len(wrong),
            "errors_by_half": [int(wrong[:half].sum()), int(wrong[half:].sum())]}


@contextmanager
def stopwatch():
    """A dictionary that has two times after the ``with`` block.

    ``seconds`` on the clock, and ``processor_seconds``, all threads together, which other programs
    lengthen far less.

    >>> with stopwatch() as times:
    ...     _ = sum(range(1000))
    >>> sorted(times)
    ['processor_seconds', 'seconds']
    """
    times = {}
    start, processor_start = time.perf_counter(), time.process_time()
    yield times
    times["seconds"] = time.perf_counter() - start
    times["processor_seconds"] = time.process_time() - processor_start
