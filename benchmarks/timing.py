"""Time contenders side by side, and say when the machine was too busy for it to mean something.

Machines are shared and noisy, so a time alone says little. All contenders take turns in one run,
each is judged by the median of its turns, and what is reported is the ratio. A second program hits
contenders unequally: those that wait for their threads by spinning lose most. So the load before
the run and the spread of the turns are reported as well.
"""

import os
import time

import numpy as np
import psutil

BUSY_SHARE = 0.1  # of the machine's cores, used by other programs before the run
BUSY_SPREAD = 0.3  # between the quartiles of a contender's turns, as a share of the median


def turns(contenders, rounds=9, seconds=0.2):
    """Seconds per call of each contender, turn by turn.

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
    dict of str to ndarray, shape (rounds,)

    Examples
    --------
    >>> found = turns({"sleep": lambda: time.sleep(0.001)}, rounds=3, seconds=0.01)
    >>> found["sleep"].shape, bool(found["sleep"].min() >= 0.001)
    ((3,), True)
    """
    repeats = {}
    for name, call in contenders.items():
        call()  # warm up: first calls allocate
        start = time.perf_counter()
        call()
        repeats[name] = max(1, int(seconds / (time.perf_counter() - start)))
    found = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, call in contenders.items():
            start = time.perf_counter()
            for _ in range(repeats[name]):
                call()
            found[name].append((time.perf_counter() - start) / repeats[name])
    return {name: np.array(times) for name, times in found.items()}


def fastest(contenders, seconds=0.1):
    """Name of the contender with the smallest median of three short turns.

    One that takes three times as long as another at its second call has no turn.

    >>> fastest({"short": lambda: None, "long": lambda: time.sleep(0.01)}, seconds=0.01)
    'short'
    """
    once = {name: times.min() for name, times in turns(contenders, rounds=1, seconds=0).items()}
    near = {name: call for name, call in contenders.items() if once[name] <= 3 * min(once.values())}
    found = turns(near, rounds=3, seconds=seconds)
    return min(found, key=lambda name: np.median(found[name]))


def spread(times):
    """Distance between the quartiles of the turns, as a share of their median.

    >>> spread(np.array([1.0, 2.0, 2.0, 2.0, 9.0]))
    0.0
    """
    first, median, third = np.quantile(times, (0.25, 0.5, 0.75))
    return float((third - first) / median)


def load(seconds=2.0):
    """How busy the machine is with other programs, while this one waits for some seconds.

    ``share`` of all cores in use now, and the system's own load average over the last minute,
    which still counts what ended a moment ago.
    """
    average = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"share": psutil.cpu_percent(interval=seconds) / 100, "average": average}


def reasons_to_doubt(share, rows):
    """Why the times of a run cannot be trusted, one sentence each; none on a quiet machine.

    Parameters
    ----------
    share : float
        Of the cores, used by other programs before the run.
    rows : list of dict
        Each with ``name`` and ``spread``, a dictionary of numbers by contender.

    Examples
    --------
    >>> reasons_to_doubt(0.5, [{"name": "step", "spread": {"ours": 0.4, "PyTorch": 0.1}}])
    ... # doctest: +NORMALIZE_WHITESPACE
    ['other programs used 50 % of the processor before the run',
     'step: the turns of ours differ by 40 % between the quartiles']
    """
    found = []
    if share > BUSY_SHARE:
        found.append(f"other programs used {share:.0%} of the processor before the run"
                     .replace("%", " %"))
    for row in rows:
        found += [f"{row['name']}: the turns of {who} differ by {100 * value:.0f} % between the "
                  "quartiles" for who, value in row["spread"].items() if value > BUSY_SPREAD]
    return found
