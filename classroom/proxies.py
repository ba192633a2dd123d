"""A student's functions as a test sees them: they look ordinary and run in the other process.

What crosses, by a survey of all tests of the ten notebooks:

- Arguments: arrays of numbers of any memory layout, numbers, text, None, lists and tuples of these
  (the ``params`` of ps04), dicts (the caches that the tests of ps06 and ps07 bring along), random
  generators (ps02, ps06, ps08, ps09), functions (ps04 differentiates one), and networks of the
  library's layers, one of them with a layer of the test's own (ps08 trains them in place).
- Results: arrays, numbers, tuples, lists of tuples, dicts; caches and states of any kind, which only
  go back to the same student (ps04, ps05, ps07); instances of a student's class, of which a method
  is called and an attribute is read (``EarlyStopping`` in ps06); a network, of which the tests read
  and overwrite parameters (ps08).
- Of a call besides: what was raised, warnings, the random generator's new state, arguments that were
  changed in place, and in ps03 how much memory it took.
"""

import builtins
import importlib
import inspect
import itertools
import types
import warnings

import numpy as np

from classroom.heap import Heap, generator_content, make_generator
from classroom.process import Stopped
from classroom.protocol import Violation

ERRORS = {kind.__name__: kind for kind in vars(builtins).values()
          if isinstance(kind, type) and issubclass(kind, Exception)
          and not issubclass(kind, (UnicodeError, ExceptionGroup, StopIteration, OSError))}
WARNINGS = {kind.__name__: kind for kind in vars(builtins).values()
            if isinstance(kind, type) and issubclass(kind, Warning)}
_numbers = itertools.count(1)


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
        return inspect.Signature([inspect.Parameter(name, kind) for name in self._about["arguments"]])

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
        base = next((base for base in kind.__mro__ if base.__module__.startswith("course_lib.")), None)
        if base is kind:
            return ["object", [kind.__module__, kind.__qualname__], self._pairs(vars(value).items())]
        if base is not None and not isinstance(value, types.FunctionType):
            methods = {name for part in kind.__mro__ if not part.__module__.startswith("course_lib.")
                       for name, item in vars(part).items() if isinstance(item, types.FunctionType)}
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
            return type(_name(content[2]), (base,), {})(items)
        if content[0] == "handle":
            about, kind = content[1], None
            if about["base"] is not None:
                kind = _library_class(*about["base"])
            arguments = about["arguments"]
            if arguments is not None:
                arguments = list(dict.fromkeys(map(_name, arguments)))
            about = {"class": kind, "arguments": arguments,
                     "name": about["name"] and _name(about["name"])}
            return type(_name(content[1]["type"]), (Handle,), {"__slots__": ()})(self.link, about)
        return super().make(number, content)

    def refill(self, value, content):
        if content[0] == "object":
            own = vars(value)
            own.update({key: self.value(node) for key, node in content[2] if key in own})


def _name(text):
    """A name that may stand in a message and in a signature."""
    text = "".join(c for c in str(text)[:60] if c.isalnum() or c == "_")
    return text if text.isidentifier() else "thing"


def _library_class(module, name):
    """A class of the library, already imported here or importable; never anything else."""
    if not str(module).startswith("course_lib.nn"):
        return None
    found = getattr(importlib.import_module(str(module)), str(name), None)
    return found if isinstance(found, type) else None


class Link:
    """Calls from a test to the student's process.

    Parameters
    ----------
    exchange : callable
        Sends a message to the student's process, and returns its answer.

    Attributes
    ----------
    tampered : str
        What was changed behind the test's back, "" for nothing.
    broken : str
        Why the student's process can no longer be asked, "" while it can.
    measure : bool
        Whether calls are to tell how much memory they take; `peak` is the largest.
    """

    def __init__(self, exchange):
        self.exchange = exchange
        self.heap = TeacherHeap(self)
        self.live, self.tampered, self.measure, self.peak = set(), "", False, 0
        self.broken = ""

    def ask(self, request) -> dict:
        """Send a request that holds no objects."""
        return self._ask(request, [])

    def names(self, names) -> dict:
        """Return what bears these names in the student's notebook."""
        reply = self._ask({"op": "names", "names": sorted(names)}, [])
        return {name: self.heap.value(node) for name, node in reply["names"].items()
                if name in names}

    def call(self, function, args, kwargs):
        """Call a function or a method of the student's."""
        return self._attempt("call", function, {
            "args": [self._node(arg) for arg in self._begin(args)],
            "kwargs": {key: self._node(arg) for key, arg in kwargs.items()}})

    def get(self, owner, name):
        """Read an attribute of an object of the student's.

        The arrays in it stay shared: what the test writes into them, the student's object has.
        """
        self._begin(())
        value = self._attempt("get", owner, {"name": name})
        self._share(value)
        return value

    def forget(self) -> None:
        """Let go of all objects; the test that had them has ended."""
        self.heap.clear()
        self.live.clear()
        self._ask({"op": "forget"}, [])

    def _begin(self, args):
        self.heap.begin()
        for number in self.live:
            self.heap.refer(self.heap.objects[number])
        return args

    def _node(self, value):
        return self.heap.node(value)

    def _share(self, value):
        if type(value) is np.ndarray:
            self.live.add(self.heap.ids[id(value)])
        elif isinstance(value, (list, tuple, dict)):
            for item in value.values() if isinstance(value, dict) else value:
                self._share(item)

    def _attempt(self, op, function, request):
        request |= {"op": op, "function": self._node(function), "measure": self.measure}
        reached = set(self.heap.reached)
        blobs, self.heap.blobs = self.heap.blobs, []
        reply = self._ask({**request, "reached": sorted(reached), "objects": self.heap.outgoing},
                          blobs, reached)
        try:
            self.peak = max(self.peak, int(reply.get("peak", 0)))
            for kind, text in reply["warnings"][:20]:
                warnings.warn(_line(text), WARNINGS.get(kind, UserWarning), stacklevel=4)
            if "error" in reply:
                raise error_of(reply["error"])
            return self.heap.value(reply["result"])
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            if isinstance(error, Remote):
                raise
            self.broken = f"It sent what no answer is: {error!r:.200}"
            raise Stopped(self.broken) from None

    def _ask(self, request, blobs, reached=frozenset()):
        if self.broken:
            raise Stopped(self.broken)
        try:
            return self._answer(request, blobs, reached)
        except Stopped as error:
            self.broken = str(error)
            raise

    def _answer(self, request, blobs, reached):
        number = next(_numbers)
        header, blobs = self.exchange({**request, "id": number}, blobs)
        while True:
            try:
                if header["op"] == "call back":
                    answer = self._called_back(header, blobs)
                    header, blobs = self.exchange(answer, self.heap.blobs)
                    continue
                if header["op"] != "reply" or header["id"] != number:
                    raise Violation("an answer to another question")
                changed = self.heap.read(header["objects"], blobs, lambda n: n in reached or (
                    n % 2 == 0 and type(self.heap.objects[n]) is np.ndarray))
            except (Violation, LookupError, TypeError, ValueError) as error:
                raise Stopped(f"It sent what no answer is: {error!s:.200}") from None
            if not reached.issuperset(changed):
                self.tampered = ("An array that was given to an earlier call has been changed, "
                                 "through what that call kept. Make a new array instead.")
            return header

    def _called_back(self, header, blobs):
        """Call a function of the test's for the student; what it says goes back."""
        heap = self.heap
        heap.read(header["objects"], blobs, lambda number: False)
        function = heap.objects[header["function"]]
        if header["function"] % 2 or isinstance(function, np.ndarray):
            raise Violation("a call back to something that is no function")
        if header["method"] is not None:
            if header["method"] not in heap.special(function)[2]:
                raise Violation("a call back to a method that was not handed over")
            function = getattr(function, header["method"])
        args = [heap.value(node) for node in header["args"]]
        kwargs = {str(key): heap.value(node) for key, node in header["kwargs"].items()}
        try:
            result = function(*args, **kwargs)
            heap.begin()
            return {"op": "returned", "result": heap.node(result), "objects": heap.outgoing}
        except Stopped:
            raise
        except Exception as error:  # noqa: BLE001  the student's arguments may be anything
            heap.begin()
            kind = type(error).__name__ if type(error).__name__ in ERRORS else "RuntimeError"
            return {"op": "returned", "error": [kind, str(error)[:500]], "objects": []}


class Remote:
    """What a student's function raised; `line` is where, as far as that is known."""

    line = ""

    def __str__(self):
        return self.args[0]


def error_of(told) -> Exception:
    """Make the exception that an answer tells of; its class bears the same name."""
    base = next((ERRORS[name] for name in told["kinds"] if name in ERRORS), RuntimeError)
    if "SystemExit" in told["kinds"]:
        base = SystemExit
    error = type(_name(told["type"]), (Remote, base), {})(_line(told["text"]))
    if told["line"]:
        error.line = _line(told["line"][1])
    return error


def _line(text):
    """Text of a student's that may be printed."""
    return "".join(c for c in str(text)[:2000] if c >= " " or c == "\n")
