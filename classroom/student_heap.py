"""The student's side of what crosses: handles for what is no data, and what stands in for tests."""

import importlib
import inspect

import numpy as np

from classroom.generators import generator_content, make_generator
from classroom.heap import Heap, spread

SHORT = 2000  # characters of a message


class StudentHeap(Heap):
    """The student's side: what is no data gets a handle, what comes from a test can be called."""

    def __init__(self, call_back):
        super().__init__(first=1)
        self.call_back = call_back

    def special(self, value):
        number = self.ids.get(id(value))
        ours = number is None or number % 2
        if type(value) is np.random.Generator and not ours:
            return generator_content(value)
        if not ours:  # a course_lib object, or a function of the test's
            if type(value).__module__.startswith("course_lib."):
                return ["object", [type(value).__module__, type(value).__qualname__],
                        self._pairs(self._data(vars(value), self.seen_content[number]))]
            return self.seen_content[number]
        name = short(type(value).__name__)
        for base in (tuple, list, dict):
            if isinstance(value, base):
                items = self._pairs(base.items(value)) if base is dict else self._nodes(
                    base.__iter__(value))
                return ["kind of", base.__name__, name, items]
        return ["handle", {"type": name, "base": _course_class(type(value)),
                           "name": short(getattr(value, "__name__", "")),
                           "arguments": _arguments(value) if callable(value) else None}]

    def _data(self, attributes, known):
        """The attributes that it came with, as far as they can cross."""
        for key in known:
            value = attributes.get(key)
            if not callable(value) or id(value) in self.ids:
                yield key, value

    def laid_out(self, array, layout):
        return array if layout is None else spread(array, *layout)

    def make(self, number, content):
        kind = content[0]
        if kind == "generator":
            return make_generator(content)
        if kind == "object":
            module, name = content[1]
            return object.__new__(getattr(importlib.import_module(module), name))
        if kind == "library":
            module, name = content[1]
            return getattr(importlib.import_module(module), name)
        if kind == "function":
            return _Function(self.call_back, number, content[1])
        if kind == "peer":
            return _peer(self.call_back, number, *content[1:])
        return super().make(number, content)

    def refill(self, value, content):
        if content[0] == "object":
            vars(value).update((key, self.value(item)) for key, item in content[2])

    def read(self, objects, blobs, may_change=lambda number: True):
        for number, content in objects:
            if content[0] in ("function", "library", "peer"):
                self.seen_content[number] = content
            elif content[0] == "object":
                self.seen_content[number] = [key for key, _ in content[2]]
        return super().read(objects, blobs, may_change)

    def clear(self):
        super().clear()
        self.seen_content = {}


class _Function:
    """A function of the test's; calling it asks the other process."""

    def __init__(self, call_back, number, name):
        self._call_back, self._number, self.__name__ = call_back, number, name

    def __call__(self, *args, **kwargs):
        return self._call_back(self._number, None, args, kwargs)


def _peer(call_back, number, base, methods):
    """Make an object of a class of the test's; its methods are called there.

    A copy of it is no longer the test's: it does what the library's class does.
    """
    module, name = base
    base = getattr(importlib.import_module(module), name)

    def method(name):
        def call(self, *args, **kwargs):
            if self is value:
                return call_back(number, name, args, kwargs)
            return getattr(super(made, self), name)(*args, **kwargs)
        return call

    made = type(name, (base,), {name: method(name) for name in methods})
    value = made.__new__(made)
    base.__init__(value)
    return value


def _course_class(kind):
    """Where the nearest of the library's own classes stands that `kind` is derived from."""
    for base in kind.__mro__:
        if base.__module__.startswith("course_lib."):
            return [base.__module__, base.__qualname__]
    return None


def short(value):
    """Cut a text; anything that is none becomes empty."""
    return value[:SHORT] if type(value) is str else ""


def _arguments(function):
    try:
        return [short(name) for name in inspect.signature(function).parameters][:50]
    except Exception:  # noqa: BLE001  a callable of any kind
        return []
