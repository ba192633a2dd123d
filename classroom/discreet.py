"""What may be told of a student's code when a hidden test has called it.

The student's process may say anything then, and with it what it was given: in the text of an error,
in the name of a class, in a warning. So of its words only those pass that were known before:
reasons of Python and NumPy from a list, and names, lines and texts that stand in the student's own
cells. Numbers never do, but for lines of code and bytes of memory that a test itself measures.
"""

import ast
import builtins
import functools
import re

import numpy as np

import course_lib.nn
from course_lib.grading.explain import FLOAT_FOR_INTEGER

# What an error or a warning says -> what is told of it; the first that is found.
REASONS = {
    "was stopped: look for a loop": "it took too long and was stopped: look for a loop that never "
                                    "ends",
    "without computing anything": "it waited without computing anything and was stopped",
    "cannot cross|inside each other|too large to hand over": "what it returns cannot be judged",
    "mismatch in its core dimension|shapes .* not aligned": "the axes do not fit together",
    "broadcast": "the shapes do not fit together",
    "too many indices": "there are more indices than axes",
    "index .*out of (bounds|range)": "an index lies outside of the array or list",
    "axis .* is out of bounds": "there is no such axis",
    "cannot reshape": "an array of this size cannot have that shape",
    "input array dimensions|same number of dimensions|same shape": "the shapes are not the same",
    "shape": "a shape does not fit",
    "divi(de|sion) by zero|modulo by zero": "divide by zero",
    "overflow": "a number is too large (overflow)",
    "invalid value": "invalid value, such as 0 / 0 or the log of a negative number",
    "truth value of an": "the truth value of an array is asked for; use .any() or .all()",
    "NoneType": "there is None where a value should be",
    FLOAT_FOR_INTEGER.pattern: "there is a float where an integer should be",
    "[Cc]annot cast": "the result does not fit the dtype of the array",
    "required .*argument|takes .* argument|unexpected keyword|multiple values for": (
        "it is called with other arguments than it has"),
    "to unpack": "there are more or fewer values than names for them",
    "unsupported operand|can only concatenate|could not be resolved|did not contain a loop": (
        "this operation does not exist for these types"),
    "not callable": "what is called is no function",
    "not subscriptable": "what is indexed has no elements",
    "not iterable": "what should be gone through has no elements",
    "has no attribute": "there is no such attribute",
    "recursion": "it calls itself without end",
    "allocate|memory": "there is not enough memory",
    "read-only": "the array may not be changed",
    "not defined|referenced before|not associated with a value": "a name has no value yet",
}
SENTENCES = {
    "A size or an index must be an integer: // keeps integers, / does not.",
    "In a @ b the last axis of a is as long as the last but one of b.",
    "Keep the arguments that the function came with: the test calls it as follows.",
    "The first argument of a method is self.",
    "Only a dict has names in [ ]; an array has numbers there.",
    "A power is written x**2; ^ is another operation.",
    "One of the two lacks an axis: keepdims=True keeps one in a sum, np.newaxis adds one.",
}
WITH_LINE = re.compile(r"(?:The line|The line, in (\w+),|It was set by the line|It was running) ?"
                       r"(?:is)?: (.*)")
WITH_NAMES = re.compile(r"See first what (.*) returned\.|Did you forget return in (.*)\?"
                        r"|There (\w+)=None\.")


class Discreet:
    """What is known of a student's notebook before a hidden test.

    Parameters
    ----------
    sources : iterable of str
        The cells that have run.

    Examples
    --------
    >>> discreet = Discreet(["def f(x):\\n    y = x @ x\\n    raise ValueError('Too few.')"])
    >>> discreet.reason("matmul: ... a mismatch in its core dimension 0 (size 5 is not 3)")
    'the axes do not fit together'
    >>> discreet.reason("Too few."), discreet.reason("0.123")
    ('Too few.', '')
    >>> discreet.told(["The line is: y = x @ x", "The line is: 0.123", "There x=0.123."])
    ['The line is: y = x @ x']
    >>> discreet.name("f"), discreet.name("ValueError"), discreet.name("secret_1234")
    ('f', 'ValueError', 'thing')
    """

    def __init__(self, sources):
        sources = list(sources)
        self.lines = {line.strip() for source in sources for line in source.splitlines()}
        self.words = {*re.findall(r"[^\W\d]\w*", "\n".join(sources)), *vars(builtins),
                      *vars(np), *vars(course_lib.nn), "function", "generator", "module", "method"}
        self.texts = {text for source in sources for text in _constants(source)}

    def name(self, text) -> str:
        """Return a name that the student wrote or that everybody knows; else "thing"."""
        return text if type(text) is str and text in self.words else "thing"

    def reason(self, text) -> str:
        """Return what may be told of the text of an error or of a warning."""
        text = str(text)
        if text in self.texts:
            return text
        name = re.fullmatch("name '(.*)' is not defined", text)
        if name and name[1] in self.words:
            return text
        return next((told for said, told in REASONS.items() if re.search(said, text)), "")

    def told(self, lines) -> list[str]:
        """Return those lines of an explanation that hold nothing but what was known."""
        return [line for line in lines if line in SENTENCES or self._is_known(line)]

    def _is_known(self, line):
        if quoted := WITH_LINE.fullmatch(line):
            return quoted[2] in self.lines and (quoted[1] or "x") in self.words | {"x"}
        if named := WITH_NAMES.fullmatch(line):
            names = re.split(" and | or ", next(filter(None, named.groups())))
            return len(names) < 4 and all(name in self.words for name in names)
        return False


@functools.cache  # the same cells come before each test
def _constants(source):
    """All texts that are written out in a cell."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [node.value for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)]
