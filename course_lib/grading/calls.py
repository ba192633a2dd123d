"""What `Check` needs to call a student's function and to speak about the call afterwards."""

import collections
import inspect
import sys
import tracemalloc
from collections.abc import Callable, Iterable

import numpy as np

from course_lib.grading.compare import same


def snapshot(value, own: Iterable = ()):
    """Copy an array of numbers, or a list, tuple or dict of such; None for anything else.

    What stands in `own` is not looked into: it is what a student's function returned earlier,
    and its inside is the student's affair.

    >>> snapshot([np.zeros(2), 3.0])
    {0: array([0., 0.]), 1: None}
    """
    if type(value) is np.ndarray and value.dtype != object:
        return value.copy()
    if type(value) in (list, tuple, dict) and not any(value is theirs for theirs in own):
        return {key: snapshot(item, own) for key, item in _items(value)}
    return None


def unchanged(before, value) -> bool:
    """Compare a value with its snapshot; what was moved and put back may differ by rounding.

    >>> x = np.zeros(2)
    >>> before = snapshot(x)
    >>> x[0] = x[0] + 0.1 - 0.3 + 0.2
    >>> x[0] == 0, unchanged(before, x)
    (np.False_, True)
    >>> x += 1
    >>> unchanged(before, x)
    False
    """
    if before is None:
        return True
    if type(before) is np.ndarray:
        return before.dtype == value.dtype and (
            np.array_equal(before, value)  # nearly always, and quick
            or bool(np.all(same(before, value, 1e-12, 1e-16))))
    now = dict(_items(value))
    return before.keys() == now.keys() and all(unchanged(before[key], now[key]) for key in now)


def how_not_to_change(name: str, value) -> str:
    """Say how to leave an argument alone.

    >>> how_not_to_change("cache", {"W": 1.0})
    'Leave it, and all in it, as it is: work on copies, or put back what you change.'
    """
    if type(value) is np.ndarray:
        return (f"Make a new array instead: {name} = {name} - y, not {name} -= y; "
                "or put back what you change.")
    return "Leave it, and all in it, as it is: work on copies, or put back what you change."


def _items(value):
    return value.items() if type(value) is dict else enumerate(value)


class Results:
    """The arrays that a student's functions returned last, and what these held then.

    >>> results, y = Results(), np.zeros(2)
    >>> results.keep(y, given=())
    >>> results.hold()
    True
    >>> y += 1
    >>> results.hold()
    False
    """

    def __init__(self):
        self._kept = collections.deque(maxlen=8)

    def keep(self, result, given: Iterable) -> None:
        """Keep the arrays of a result, but for those in what the test gave, which it may change."""
        for array in result if type(result) in (tuple, list) else [result]:
            if type(array) is np.ndarray and not any(
                    type(x) is np.ndarray and np.may_share_memory(array, x) for x in given):
                self._kept.append((array, snapshot(array)))

    def hold(self) -> bool:
        """Whether all hold what they held when they were returned."""
        return all(unchanged(before, array) for array, before in self._kept)


def peak_memory(function: Callable, *args) -> tuple:
    """Call a function; return its result and how many bytes it held at once, above what was there.

    Call it once before: a first call may import what it needs, and that counts too.

    >>> peak_memory(len, [0, 0])[0]
    2
    >>> 8000 <= peak_memory(np.zeros, 1000)[1] < 9000
    True
    """
    traced = tracemalloc.is_tracing()  # by the student, or by a call that never came back
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        result = function(*args)
        return result, tracemalloc.get_traced_memory()[1] - before
    finally:
        if not traced:
            tracemalloc.stop()


def lines_executed(function: Callable, *args) -> tuple:
    """Call a function; return its result and how many lines of its notebook were executed.

    Every line counts as often as it runs, those of other functions of the notebook too, but none
    of a library. Unlike seconds the number is the same on every machine, however busy.

    >>> lines_executed(lambda n: sum(i for i in range(n)), 1000)[0]
    499500
    >>> few, many = (lines_executed(lambda n: sum(i for i in range(n)), n)[1] for n in (10, 1000))
    >>> many - few >= 990
    True
    >>> lines_executed(lambda n: np.arange(n).cumsum(), 1000)[1]
    1
    """
    notebook, count = getattr(function, "__globals__", None), 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        # The functions of a notebook share their global names.
        return trace if frame.f_globals is notebook else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return function(*args), count
    finally:
        sys.settrace(before)


def argument_names(function: Callable, number: int) -> list[str]:
    """Name the first `number` positional arguments, for messages only.

    >>> argument_names(lambda w, g, lr: w, 2)
    ['w', 'g']
    """
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"number {i + 1}" for i in range(number)]


def in_short(name: str, value) -> str:
    """Write one argument of a call.

    >>> in_short("w", np.zeros((2, 3)))
    'w=array of shape (2, 3)'
    """
    if value is None or type(value) in (bool, int, float, str):
        return f"{name}={value!r}"
    if type(value) is np.ndarray:
        return f"{name}=array of shape {value.shape}"
    return f"{name}=..."
