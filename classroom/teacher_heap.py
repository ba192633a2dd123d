"""The grader's side of what crosses: what a test has made, and handles, which it never opens."""

import importlib
import inspect
import math
import sys
import types

import numpy as np

from classroom.generators import generator_content
from classroom.heap import Heap
from classroom.protocol import LARGEST, Violation

RECORDS = "course_lib.training.recorder"


class Handle:
    """Something of the student's that stays in its process: it can be called and asked."""

    __slots__ = ("_about", "_link")

    def __init__(self, link, about):
        self._link, self._about = link, about

    @property
    def __class__(self):
        """The library's class that it is an instance of, so that `isinstance` says so."""
        return self._about["class"] or type(self)

    @property
    def __name__(self):
        if not self._about["name"]:
            raise AttributeError("__name__")
        return self._about["name"]

    @property
    def __signature__(self):
        if self._about["arguments"] is None:
            raise AttributeError("__signature__")
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        return inspect.Signature(
            [inspect.Parameter(name, kind) for name in self._about["arguments"]])

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self._link.get(self, name)

    def __call__(self, *args, **kwargs):
        return self._link.call(self, args, kwargs)

    def __bool__(self):
        raise TypeError(f"the student's {type(self).__name__} is neither true nor false")


class TeacherHeap(Heap):
    """The grader's side: it hands over what a test has made, and never looks into a handle."""

    def __init__(self, link):
        super().__init__(first=0)
        self.link = link

    def special(self, value):
        kind, number = type(value), self.ids.get(id(value))
        if isinstance(kind, type) and issubclass(kind, Handle) or number is not None and number % 2:
            return ["known"]
        if kind is np.random.Generator:
            return generator_content(value)
        if isinstance(value, (type, types.FunctionType)) and _is_public(value):
            return ["library", [value.__module__, value.__qualname__]]
        base = next((base for base in kind.__mro__ if _is_data(base)), None)
        if base is kind:
            # What a layer keeps of its last forward pass is large, and the next one makes it anew.
            state = [(key, item) for key, item in vars(value).items() if key != "cache"]
            return ["object", [kind.__module__, kind.__qualname__], self._pairs(state)]
        if base is not None and not isinstance(value, types.FunctionType):
            methods = {name for part in kind.__mro__[:kind.__mro__.index(base)]
                       for name, item in vars(part).items() if isinstance(item, types.FunctionType)}
            if kind.__module__ == RECORDS:
                base = kind
            return ["peer", [base.__module__, base.__qualname__],
                    sorted(name for name in methods if not name.startswith("_"))]
        if callable(value):
            return ["function", str(getattr(value, "__name__", "the function"))]
        raise TypeError(f"the test hands over {kind.__name__}, which cannot cross")

    def write(self, number):
        if self.content(self.objects[number])[0] != ["known"]:
            super().write(number)

    def make(self, number, content):
        if content[0] == "kind of":
            base = {"tuple": tuple, "list": list, "dict": dict}[content[1]]
            items = ([(self.value(k), self.value(v)) for k, v in content[3]] if base is dict
                     else [self.value(node) for node in content[3]])
            return type(self._name(content[2]), (base,), {})(items)
        if content[0] == "handle":
            about, kind = content[1], None
            if about["base"] is not None:
                kind = _library_class(*about["base"])
            arguments = about["arguments"]
            if arguments is not None:
                arguments = list(dict.fromkeys(map(self._name, arguments)))
            about = {"class": kind, "arguments": arguments,
                     "name": about["name"] and self._name(about["name"])}
            return type(self._name(content[1]["type"]), (Handle,),
                        {"__slots__": (), "__module__": "__main__"})(self.link, about)
        return super().make(number, content)

    def read(self, objects, blobs, may_change):
        changed = super().read(objects, blobs, may_change)
        if any(isinstance(self.objects[number], (list, dict)) for number in changed):
            touched = self.objects  # whatever holds what has changed
        else:
            touched = [number for number, _ in objects]
        self._refuse_endless([self.objects[number] for number in touched])
        return changed

    def whole(self, node):
        """Return the value of a node, which a test may compare and make arrays of."""
        value = self.value(node)
        self._refuse_endless([value])
        return value

    def _refuse_endless(self, values):
        """Raise `Violation` where a value is far larger written out than in a message.

        A list that holds another one twice, which again holds one twice, is short as long as nobody
        goes through it.
        """
        known = {}
        if any(written_out(value, known) > 4 * LARGEST for value in values):
            raise Violation("lists that hold each other so often that nobody can go through them")

    def _name(self, text):
        """A name that may stand in a message."""
        discreet = self.link.discreet
        return plain_name(text) if discreet is None else discreet.name(text)

    def refill(self, value, content):
        if content[0] == "object":
            own = vars(value)
            own.update({key: self.value(node) for key, node in content[2] if key in own})


def _is_data(kind):
    """Whether instances of a class cross with all that they hold: those of the library's classes.

    Those that write down for a test what is done with them stay here, and are called back.
    """
    return kind.__module__.startswith("course_lib.") and kind.__module__ != RECORDS


def handles_in(values) -> set[int]:
    """Find, by their identity, the student's objects in those of the library's among some values.

    What a test learns of a network that it handed over it learns from the network's layers.
    """
    waiting, seen, found = [value for value in values if _is_data(type(value))], set(), set()
    for value in waiting:
        kind = type(value)
        if id(value) in seen:
            continue
        seen.add(id(value))
        if issubclass(kind, Handle):
            found.add(id(value))
        elif issubclass(kind, (list, tuple)):
            waiting += value
        elif issubclass(kind, dict):
            waiting += value.values()
        elif _is_data(kind):
            waiting += vars(value).values()
    return found


def _is_public(value):
    """Whether a class or a function is the library's, and can be found there by its name."""
    module = str(value.__module__)
    return (module.startswith("course_lib.")
            and getattr(sys.modules.get(module), value.__qualname__, None) is value)


def written_out(value, known) -> float:
    """Return about how many bytes a value takes where what it holds twice is written twice.

    >>> pair = [1.0, 2.0]
    >>> written_out([pair, pair], {}), written_out([pair, pair, pair], {})
    (224, 320)
    >>> pair.append(pair)
    >>> written_out(pair, {})
    inf
    """
    if not isinstance(value, (list, tuple, dict)):
        return 32 + (value.nbytes if type(value) is np.ndarray else 0)
    if id(value) not in known:
        known[id(value)] = math.inf  # while this is going on: it may hold itself
        items = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        known[id(value)] = 32 + sum(written_out(item, known) for item in items)
    return known[id(value)]


def plain_name(text):
    """A name that may stand in a message and in a signature."""
    text = "".join(c for c in str(text)[:60] if c.isalnum() or c == "_")
    return text if text.isidentifier() else "thing"


def _library_class(module, name):
    """A class of the library, already imported here or importable; never anything else."""
    if not str(module).startswith("course_lib.nn"):
        return None
    found = getattr(importlib.import_module(str(module)), str(name), None)
    return found if isinstance(found, type) else None
