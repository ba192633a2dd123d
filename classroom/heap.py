"""What crosses between the two processes, and what stays behind a name.

Numbers, text, None and tuples cross as they are. Arrays, lists, dicts and generators cross with a
number, under which both sides keep their own copy; where one side changes its copy in place, the
next message brings the other one up to date. Whatever else there is stays where it was made, and
only its number crosses.

Even numbers belong to the process that grades, odd ones to the student's.
"""

import base64
import json
import math

import numpy as np

from classroom.generators import set_state
from classroom.protocol import (
    KINDS,
    LARGEST,
    MALFORMED,
    Violation,
    pack_array,
    unpack_array,
)

DEEPEST = 40
LONGEST = 1 << 20  # characters of a text
MOST = 1 << 30  # bytes of arrays that a side takes until it may forget them
NUMBERS = {np.dtype(code).type for code in "?bBhHiIlLqQefdgFDG"}


class Heap:
    """The numbered objects of one side.

    Parameters
    ----------
    first : int
        The first number to give: 0 or 1.

    Attributes
    ----------
    objects : dict from int to object
    outgoing : list
        What the message that is being written says about objects, the inner ones first.
    blobs : list of bytes
        The arrays of that message.
    reached : set of int
        The objects that it names.
    """

    def __init__(self, first):
        self.next = first
        self.clear()

    def clear(self):
        """Forget all objects; no number is given twice."""
        self.objects, self.ids, self.seen, self.taken = {}, {}, {}, 0
        self.begin()

    def begin(self, renaming=False):
        """Begin a message.

        With `renaming`, an object that has changed since the other side saw it gets another number:
        what was returned once stays what it was.
        """
        self.outgoing, self.blobs, self.reached, self.renaming = [], [], set(), renaming
        self.depth = 0

    def adopt(self, value, number=None):
        """Give an object a number."""
        if number is None:
            number, self.next = self.next, self.next + 2
        self.objects[number] = value
        self.ids[id(value)] = number
        return number

    # Writing

    def node(self, value):
        """Return the JSON for a value; what it holds is added to the message.

        Raises
        ------
        TypeError
            It can neither cross nor be named.
        """
        kind = type(value)
        if value is None or kind in (bool, float):
            return value
        if kind is int and value.bit_length() < 4096 or kind is str and len(value) < LONGEST:
            return value
        if kind is complex:
            return {"complex": [value.real, value.imag]}
        if kind in NUMBERS:
            data = base64.b64encode(value.tobytes()).decode()
            return {"number": [np.dtype(kind).str, data]}
        if kind is tuple:
            return {"tuple": self._nodes(value)}
        if isinstance(value, np.dtype) and value.kind in KINDS:
            return {"dtype": value.str}
        return {"ref": self.refer(value)}

    def _nodes(self, values):
        self.depth += 1
        if self.depth > DEEPEST:
            raise TypeError(f"more than {DEEPEST} lists, tuples or dicts inside each other")
        nodes = [self.node(value) for value in values]
        self.depth -= 1
        return nodes

    def refer(self, value):
        """Return the number of an object, after writing down what is new about it."""
        number = self.ids.get(id(value))
        if number in self.reached:
            return number
        if number is not None and self.renaming:
            if self.seen.get(number) == self.content(value)[1]:
                self.reached.add(number)
                return number
            number = None
        if number is None:
            number = self.adopt(value)
        self.reached.add(number)
        self.write(number)
        return number

    def write(self, number):
        """Write down what has changed in an object since the other side last saw it."""
        value = self.objects[number]
        content, mark = self.content(value)
        if self.seen.get(number) == mark:
            return
        self.seen[number] = mark
        if content[0] == "array":
            content.append(len(self.blobs))
            self.blobs.append(pack_array(value))
        self.outgoing.append([number, content])

    def content(self, value):
        """Return what crosses of an object, and a mark that is the same while that is the same."""
        kind = type(value)
        if kind is np.ndarray and value.dtype.kind in KINDS and value.dtype.names is None:
            if value.nbytes > LARGEST:
                raise TypeError(f"an array of shape {value.shape} is too large to hand over")
            layout = [list(value.strides), bool(value.flags.writeable)]
            if value.flags.c_contiguous and value.flags.writeable:
                layout = None
            return ["array", layout], (value.dtype.str, value.shape, value.tobytes())
        if kind is list:
            content = ["list", self._nodes(value)]
        elif kind is dict:
            content = ["dict", self._pairs(value.items())]
        else:
            content = self.special(value)
        return content, json.dumps(content)

    def _pairs(self, items):
        return [self._nodes(pair) for pair in items]

    def special(self, value):
        """Return the content of an object of a kind that only one side knows."""
        raise TypeError(f"{type(value).__name__} cannot cross")

    # Reading

    def read(self, objects, blobs, may_change):
        """Take in what a message says about objects.

        Parameters
        ----------
        objects : list
            Pairs of a number and a content.
        blobs : list of bytes
        may_change : callable
            Whether an object that is already here, given its number, may be changed.

        Returns
        -------
        list of int
            The objects that were here and have changed.

        Raises
        ------
        Violation
        """
        try:
            changed, fill = [], []
            self.taken += sum(map(len, blobs))
            if self.taken > MOST:
                raise Violation(f"more than {MOST >> 20} MiB have come over for one test")
            for number, content in objects:
                kind, known = content[0], number in self.objects
                if known and not may_change(number):
                    raise Violation("a message changes what it has no business with")
                if not known and (type(number) is not int or (number - self.next) % 2 == 0):
                    raise Violation("a message uses a number that it may not give")
                if kind == "array":
                    self._read_array(number, content, blobs, known)
                elif kind in ("list", "dict") and not known:
                    self.adopt([] if kind == "list" else {}, number)
                elif not known:
                    self.adopt(self.make(number, content), number)
                changed += [number] if known else []
                fill.append((number, content))
            for number, content in fill:
                if content[0] != "array":
                    self._fill(number, content)
                    self.seen[number] = json.dumps(content)
            return changed
        except (*MALFORMED, ImportError) as error:
            raise Violation(f"a message cannot be understood: {error!r:.200}") from error

    def _read_array(self, number, content, blobs, known):
        _, layout, place = content
        array = unpack_array(blobs[place])
        if known:
            old = self.objects[number]
            if old.shape != array.shape or old.dtype != array.dtype:
                raise Violation("an array that a function was given now has another shape or dtype")
            old[...] = array
        else:
            self.adopt(self.laid_out(array, layout), number)
        array = self.objects[number]
        self.seen[number] = (array.dtype.str, array.shape, array.tobytes())

    def laid_out(self, array, layout):
        """Return an array; the student's side gives it the strides of the other side."""
        return array

    def _fill(self, number, content):
        kind, value = content[0], self.objects[number]
        if kind == "list":
            value[:] = [self.value(node) for node in content[1]]
        elif kind == "dict":
            value.clear()
            value.update((self.value(key), self.value(item)) for key, item in content[1])
        elif kind == "generator":
            set_state(value, content)
        else:
            self.refill(value, content)

    def make(self, number, content):
        """Make an object of a kind that only one side knows."""
        raise Violation(f"a message with something of an unknown kind {content[0]!r:.50}")

    def refill(self, value, content):
        """Set what such an object holds, where it holds anything."""

    def value(self, node):
        """Return the value that a node stands for."""
        if not isinstance(node, dict):
            if isinstance(node, list):
                raise Violation("a message with a bare list")
            return node
        (kind, data), = node.items()
        if kind == "ref":
            return self.objects[data]
        if kind == "tuple":
            return tuple(self.value(item) for item in data)
        if kind == "complex":
            real, imaginary = data
            return complex(real, imaginary)
        if kind in ("dtype", "number"):
            dtype = np.dtype(data if kind == "dtype" else data[0])
            if kind == "dtype" and dtype.kind in KINDS:
                return dtype
            if dtype.type not in NUMBERS:
                raise Violation("a number that is none")
            return np.frombuffer(base64.b64decode(data[1]), dtype)[0]
        raise Violation(f"a message with {kind!r:.50}")


def spread(array, strides, writeable):
    """Copy an array into memory of these strides, unless that takes far more room.

    >>> spread(np.arange(3.0), [-16], True).strides
    (-16,)
    """
    steps = [stride * (n - 1) for stride, n in zip(strides, array.shape, strict=True)]
    low, high = sum(min(0, s) for s in steps), sum(max(0, s) for s in steps) + array.itemsize
    if array.size and high - low <= 16 * array.nbytes + 4096:
        memory = np.zeros(math.ceil((high - low) / 16) * 16, dtype=np.uint8)
        view = np.ndarray(array.shape, array.dtype, memory, -low, tuple(strides))
        view[...] = array
        array = view
    array.flags.writeable = writeable
    return array
