"""What `Check` needs to call a student's function and to speak about the call afterwards."""

import inspect
import traceback
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
    """Compare a value with its snapshot.

    >>> x = np.zeros(2)
    >>> before = snapshot(x)
    >>> x += 1
    >>> unchanged(before, x)
    False
    """
    if before is None:
        return True
    if type(before) is np.ndarray:
        return before.dtype == value.dtype and bool(np.all(same(before, value, 0, 0)))
    now = dict(_items(value))
    return before.keys() == now.keys() and all(unchanged(before[key], now[key]) for key in now)


def _items(value):
    return value.items() if type(value) is dict else enumerate(value)


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


def line_of(error: BaseException, function: Callable) -> str:
    """Quote the line of the cell of `function` that raised, never one of the test's own cell.

    An error that was raised in another process says itself where: it has an attribute `line`.
    """
    if told := getattr(error, "line", ""):
        return f"The line is: {told}"
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.line for frame in frames if frame.filename == file and frame.line]
    return f"The line is: {lines[-1]}" if lines else ""
