"""Time contenders side by side.

These machines are shared and noisy, so a time alone says little. All contenders take turns in one
run, each is judged by the median of its turns, and what is reported is the ratio.
"""

import time

import numpy as np


def interleave(contenders, rounds=9, seconds=0.2):
    """Median seconds per call of each contender.

    Parameters
    ----------
    contenders : dict of str to callable
        Called without arguments.
    rounds : int
        How many turns each contender has.
    seconds : float
        About how long a turn lasts; short calls are repeated within a turn.

    Returns
    -------
    dict of str to float
    """
    repeats = {}
    for name, call in contenders.items():
        call()  # warm up: first calls allocate
        start = time.perf_counter()
        call()
        repeats[name] = max(1, int(seconds / (time.perf_counter() - start)))
    turns = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, call in contenders.items():
            start = time.perf_counter()
            for _ in range(repeats[name]):
                call()
            turns[name].append((time.perf_counter() - start) / repeats[name])
    return {name: float(np.median(t)) for name, t in turns.items()}
