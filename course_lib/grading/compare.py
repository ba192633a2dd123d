"""Compare an answer with the expected value without trusting the answer.

An answer may be any object: a list where an array was asked for, an array of objects, an instance
of a class whose `==` always says yes. Only plain arrays and plain numbers are compared, and only
NumPy compares them; everything else is described in words and refused.
"""

import types
from collections.abc import Callable

import numpy as np

NUMBER_TYPES = (bool, int, float, *{t for t in np.sctypeDict.values() if issubclass(t, np.number)})
NUMBER_TYPES += (np.bool_,)


def as_data(value) -> np.ndarray | None:
    """Return a plain array or number as an array, and None for everything else.

    The *exact* type counts: a subclass could bring its own idea of arithmetic.

    >>> as_data(2.5)
    array(2.5)
    >>> as_data([2.5]) is None
    True
    """
    if type(value) is np.ndarray or type(value) in NUMBER_TYPES:
        array = np.asarray(value)
        if array.dtype.kind in "biufc":
            return array
    return None


def describe(value, reveal: bool = True) -> str:
    """Say in a few words what kind of thing `value` is, with `reveal` false without its size.

    >>> describe(np.zeros((2, 3))), describe(np.zeros((2, 3)), reveal=False)
    ('an array of float64 with shape (2, 3)', 'an array of float64 with 2 axes')
    >>> describe([1.0, 2.0])
    'a list of length 2'
    """
    if value is None:
        return "None"
    if type(value) is np.ndarray:
        shape = f"shape {value.shape}" if reveal else _axes(value)
        return f"an array of {value.dtype if value.dtype.kind in 'biufcO' else 'text'} with {shape}"
    if type(value) in (list, tuple, dict):
        length = f" of length {len(value)}" if reveal else ""
        return f"a {type(value).__name__}{length}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def if_none(result) -> str:
    """Give a hint for a result of None: most often nothing was returned."""
    return "Did you forget return? A function without it gives None." if result is None else ""


def _axes(array):
    return f"{array.ndim} axis" if array.ndim == 1 else f"{array.ndim} axes"


def show(value, prefix: str = "") -> str:
    """Write a plain array or number behind `prefix`, further rows under the first.

    Of an array with many axes those of length 1 are left out: an image stays an image.

    >>> print(show(np.array([[0.5, 1.0], [-2.0, 0.0]]), "got "))
    got [[ 0.5  1. ]
         [-2.   0. ]]
    >>> print(show(np.arange(6).reshape(1, 2, 3, 1), "got "))
    got [[0 1 2]
         [3 4 5]]  (shape (1, 2, 3, 1))
    """
    array = np.asarray(value)
    if array.ndim == 0:
        return prefix + (f"{array[()]:.10g}" if array.dtype.kind == "f" else str(array[()]))
    if array.ndim > 2 and 1 in array.shape:
        keep = [n for n in array.shape if n != 1]
        return f"{show(array.reshape(keep or 1), prefix)}  (shape {array.shape})"
    return prefix + np.array2string(array, prefix=prefix, precision=8, threshold=24, edgeitems=3,
                                    max_line_width=95)


def same(a: np.ndarray, b: np.ndarray, rtol: float, atol: float) -> np.ndarray | bool:
    """Compare element by element; False where the shapes differ; nan equals nan."""
    if a.shape != b.shape:
        return False
    if a.dtype.kind in "fc" or b.dtype.kind in "fc":
        return np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
    return a == b


def matches(got, wrong) -> bool:
    """Whether an answer is the one that a known mistake gives, to six digits.

    >>> matches(np.array([1.0, 2.0]), [1.0, 2.0]), matches(np.array([1.0, 2.0]), [1.0, 2.1])
    (True, False)
    """
    data, wrong = as_data(got), np.asarray(wrong)
    if data is None or (data.dtype == bool) != (wrong.dtype == bool):
        return False  # True is no 1 here: a mask is no number
    return bool(np.all(same(data, wrong, 1e-6, 1e-12)))


def likely_cause(got, expected: np.ndarray, mistakes: dict) -> str:
    """Name the known mistake that gives this answer, or "" where none does."""
    for sentence, wrong in mistakes.items():
        # A mistake that gives the expected value here cannot be the cause.
        if matches(got, wrong) and not matches(expected, wrong):
            return f"Likely cause: {sentence}"
    return ""


def misplaced(got, expected: np.ndarray, result) -> bool:
    """Whether a tuple of outputs has what is expected of one of them at the place of another.

    >>> x, y = np.zeros(2), np.ones(3)
    >>> misplaced(x, np.ones(3), (x, y)), misplaced(x, np.ones(2), (x, y))
    (True, False)
    """
    return (type(result) in (tuple, list) and any(got is item for item in result)
            and not matches(got, expected)
            and any(matches(item, expected) for item in result))


def kind_problem(got, expected: np.ndarray, reveal: bool = True) -> str | None:
    """Say how kind, dtype or shape of an answer are not those expected, or None.

    A float is expected as float64, an integer as any integer; an expected number may come as a
    number or as an array of shape (). With `reveal` false no length is told.

    >>> kind_problem(np.zeros((2, 3)), np.zeros((3, 2)), reveal=False)
    'Its axes do not have the right lengths, but those of the transposed array.'
    """
    data = as_data(got)
    if expected.ndim == 0:
        wanted = {"f": "a float", "i": "an integer", "b": "True or False"}[expected.dtype.kind]
    else:
        wanted = describe(expected, reveal)
    wrong = f"Expected {wanted}, got {describe(got, reveal)}."
    if data is None:
        return wrong + _way_to_data(got, expected)
    if data.shape != expected.shape:
        if reveal or data.ndim != expected.ndim:
            return wrong
        turned = ", but those of the transposed array" if data.shape == expected.T.shape else ""
        return f"Its axes do not have the right lengths{turned}."
    if expected.dtype.kind == "i":
        if data.dtype.kind == "f":
            wrong += " Division with // keeps integers."
        return None if data.dtype.kind in "iu" else wrong
    if data.dtype.kind == "b":
        wrong += " Multiplied by a number, True counts as 1 and False as 0."
    return None if data.dtype == expected.dtype else wrong


def _way_to_data(got, expected: np.ndarray) -> str:
    """A sentence on how an answer of the wrong kind may become one of the right kind."""
    if type(got) is tuple and len(got) == 1:
        return " A comma behind the value makes a tuple of it."
    if type(got) is list and expected.ndim:
        return " np.array makes an array of a list of numbers."
    if type(got) in (types.FunctionType, types.MethodType, types.BuiltinMethodType):
        return " Are the parentheses of a call missing?"
    return ""


def value_problem(name: str, got: np.ndarray, expected: np.ndarray, rtol: float, atol: float,
                  reveal: bool) -> str | None:
    """Say where two arrays of one shape first differ, or None where they agree.

    With `reveal` false no number is told: an answer may hold what the test gave to it.
    """
    differs = ~np.asarray(same(got, expected, rtol, atol))
    if not differs.any():
        return None
    first = tuple(int(i) for i in np.argwhere(differs)[0])  # () for a number
    if reveal:
        told = f"expected {show(expected[first])}, got {show(got[first])}"
        if first:
            count = np.count_nonzero(differs)
            told = (f"{count} of {differs.size} numbers {'differs' if count == 1 else 'differ'}. "
                    f"The first is {name}[{', '.join(map(str, first))}]: {told}")
    elif not first:
        told = "the number is not right"
    else:
        told = f"{'all' if differs.all() else 'some, not all,'} of its numbers differ"
    text = f"{told[0].upper()}{told[1:]}."
    if not np.isfinite(got).all() and np.isfinite(expected).all():
        text += "\nIt holds nan or inf: look for a division by zero or a number too large."
    return text


def numerical_gradient(f: Callable, x: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """Differentiate the number `f(x)` by every element of x with central differences.

    Every call of `f` gets a fresh float64 array, so `f` may be a student's function.

    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([3.0, -1.0])).round(6)
    array([ 6., -2.])
    """
    x = np.asarray(x, dtype=np.float64)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += eps
        below[index] -= eps
        gradient[index] = (f(above) - f(below)) / (2 * eps)
    return gradient
