"""Say which of a student's lines an error comes from, and what on that line may be the reason."""

import inspect
import linecache
import re
import traceback
import types
from collections.abc import Callable
from types import FrameType

import numpy as np

from course_lib.grading.calls import in_short

# What Python and NumPy say where a float stands for a size or an index.
FLOAT_FOR_INTEGER = re.compile(
    r"'(numpy\.)?float(64)?' object cannot be interpreted as an integer|slice indices must be "
    r"integers|only integers, slices|arrays used as indices must be of integer|indices must be "
    r"integers.*not '?(numpy\.)?float|single integer, got '[-.\d]+'|must be of integral type|"
    r"sequence by non-int of type '(numpy\.)?float")


def explain(error: BaseException, function: Callable, test_file: str = "",
            known: str = "") -> list[str]:
    """Quote the student's line that raised, with the values on it and a likely reason.

    The line is the innermost one in the notebook: it may lie in another function than the one that
    was called. A line of the test is never quoted.

    Parameters
    ----------
    error : BaseException
    function : callable
        What the test called; the notebook is where its names live.
    test_file : str
        What Python calls the cell of the test.
    known : str
        What is told already, such as the values of the arguments.
    """
    if (told := getattr(error, "told", None)) is not None:  # raised, and explained, elsewhere
        return told
    frame, place = _innermost(error, function, test_file)
    if frame is None and isinstance(error, TypeError) and "argument" in str(error):
        told = ["Keep the arguments that the function came with: the test calls it as follows."]
        if (isinstance(function, types.MethodType)
                and [*inspect.signature(function.__func__).parameters][:1] != ["self"]):
            told.insert(0, "The first argument of a method is self.")
        return told
    if frame is None or not place.line:
        return []
    own = place.name in (getattr(function, "__name__", ""), "<module>")
    told = [f"The line is: {place.line}" if own else f"The line, in {place.name}, is: {place.line}"]

    names = _names(_part_that_raised(place))
    local = {name: frame.f_locals[name] for name in names if name in frame.f_locals}
    calls = [name for name in names if name not in local and _is_students(name, frame)]
    floats = [name for name, value in local.items() if isinstance(value, (float, np.floating))]
    nothing = [name for name, value in local.items() if value is None]
    if "only integers, slices" in str(error) and re.search(r"\[ *['\"]", _part_that_raised(place)):
        told.append("Only a dict has names in [ ]; an array has numbers there.")
        told += _values(local, names)
    elif FLOAT_FOR_INTEGER.search(str(error)):
        line, from_calls = _origin(floats, frame, place)
        told += _values(local, floats)
        told += [f"It was set by the line: {line}"] if line else []
        told.append("A size or an index must be an integer: // keeps integers, / does not.")
        calls = from_calls or calls
        told += [f"See first what {' and '.join(calls)} returned."] if calls else []
    elif "NoneType" in str(error):
        line, from_calls = _origin(nothing, frame, place)
        told += _values(local, nothing)
        told += [f"It was set by the line: {line}"] if line else []
        calls = from_calls or ([] if nothing else calls)
        told += [f"Did you forget return in {' or '.join(calls)}?"] if calls else []
    elif isinstance(error, (TypeError, ValueError, IndexError)):
        if "matmul" in str(error):
            told.append("In a @ b the last axis of a is as long as the last but one of b.")
        if "bitwise_xor" in str(error) or "for ^" in str(error):
            told.append("A power is written x**2; ^ is another operation.")
        if _lost_an_axis(str(error)) and _reduces(frame, place):
            told.append("One of the two lacks an axis: keepdims=True keeps one in a sum, "
                        "np.newaxis adds one.")
        told += _values(local, [name for name, value in local.items() if _is_plain(value)
                                and in_short(name, value) not in known])
    return told


def said_by(error: BaseException) -> str:
    """The text of an error, or as much of it as may be shown."""
    return getattr(error, "shown", str(error))


def stopped_at(error: BaseException, function: Callable, test_file: str = "") -> str:
    """Say which line of the notebook was running when a call was interrupted."""
    frame, place = _innermost(error, function, test_file)
    return f"It was running this line, in {place.name}: {place.line}" if frame else ""


def _innermost(error, function, test_file):
    """The last frame of the notebook that an error passed through, and where in it.

    The functions of a notebook share its global names; a test has a copy of them, see `check`.
    """
    owner = function.__init__ if isinstance(function, type) else function
    notebook = getattr(owner, "__globals__", None)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    places = traceback.extract_tb(error.__traceback__)
    for frame, place in zip(reversed(frames), reversed(places), strict=True):
        if frame.f_globals is notebook and place.filename != test_file:
            return frame, place
    return None, None


def _part_that_raised(place: traceback.FrameSummary) -> str:
    """The expression that raised, where Python knows it and it lies on one line; else the line."""
    text = linecache.getline(place.filename, place.lineno).encode()
    if place.colno is not None and place.end_lineno == place.lineno:
        text = text[place.colno:place.end_colno]
    return text.decode(errors="replace")


def _names(text: str) -> list[str]:
    """The names in a piece of code, but for attributes and for keywords of a call."""
    return list(dict.fromkeys(re.findall(r"(?<![\w.'\"])[A-Za-z_]\w*(?!\w|\s*=[^=])", text)))


def _origin(variables: list[str], frame: FrameType, place) -> tuple[str, list[str]]:
    """The nearest line above that gives one of the variables a value, and what it calls."""
    for number in range(place.lineno - 1, frame.f_code.co_firstlineno, -1):
        line = linecache.getline(place.filename, number).strip()
        left, equals, right = line.partition(" = ")
        if equals and set(_names(left)) & set(variables):
            return line, [name for name in _names(right) if _is_students(name, frame)]
    return "", []


def _lost_an_axis(text: str) -> bool:
    """Whether two shapes that do not fit would be the same but for one axis."""
    shapes = [tuple(re.findall(r"\d+", shape)) for shape in re.findall(r"\(([\d, ]+)\)", text)]
    if "broadcast together" not in text or len(shapes) != 2:
        return False
    short, long = sorted(shapes, key=len)
    return any(short == long[:i] + long[i + 1:] for i in range(len(long)))


def _reduces(frame: FrameType, place) -> bool:
    """Whether the function has a line, up to this one, with `axis` and without `keepdims`."""
    lines = (linecache.getline(place.filename, number)
             for number in range(frame.f_code.co_firstlineno, place.lineno + 1))
    return any(re.search(r"\baxis *=", line) and "keepdims" not in line for line in lines)


def _values(local: dict, names: list[str]) -> list[str]:
    return [f"There {', '.join(in_short(name, local[name]) for name in names)}."] if names else []


def _is_students(name: str, frame: FrameType) -> bool:
    """Whether a name is that of a function of the notebook."""
    value = frame.f_globals.get(name)
    return isinstance(value, types.FunctionType) and value.__globals__ is frame.f_globals


def _is_plain(value) -> bool:
    return type(value) in (np.ndarray, bool, int, float, str)
