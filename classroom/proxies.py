"""A student's functions as a test sees them: they look ordinary and run in the other process.

What crosses, by a survey of all tests of the ten notebooks:

- Arguments: arrays of numbers of any memory layout, numbers, text, None, lists and tuples of these
  (the ``params`` of ps04), dicts (the caches that the tests of ps06 and ps07 bring along), random
  generators (ps02, ps06, ps08, ps09), functions (ps04 differentiates one), and networks of the
  library's layers, some of which write down for the test what passes (ps08 trains them in place).
- Results: arrays, numbers, tuples, lists of tuples, dicts; caches and states of any kind, which
  only go back to the same student (ps04, ps05, ps07); instances of a student's class, of which a
  method is called and an attribute is read (``EarlyStopping`` in ps06); a network, of which the
  tests read parameters and gradients (ps08).
- Of a call besides: what was raised and in which line, warnings, the new state of a random
  generator, what it has changed of its arguments or of earlier results, how much memory it took
  (ps03), and how many lines were executed (ps07).
"""

import builtins
import itertools
import warnings

import numpy as np

from classroom.process import Stopped
from classroom.protocol import MALFORMED, Violation
from classroom.teacher_heap import TeacherHeap, handles_in, plain_name

ERRORS = {kind.__name__: kind for kind in vars(builtins).values()
          if isinstance(kind, type) and issubclass(kind, Exception)
          and not issubclass(kind, (UnicodeError, ExceptionGroup, StopIteration, OSError))}
WARNINGS = {kind.__name__: kind for kind in vars(builtins).values()
            if isinstance(kind, type) and issubclass(kind, Warning)}
MOST = 10**9  # bytes or lines that a call may be said to have taken
_numbers = itertools.count(1)


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
    broken, detail : str
        Why the student's process can no longer be asked, "" while it can; and more for the
        instructor.
    discreet : Discreet, optional
        What may be told of the student's code; None for all of it.
    measure : str
        What calls are to measure: "memory", "lines", or "" for nothing; `measured` is the last.
    """

    def __init__(self, exchange):
        self.exchange = exchange
        self.heap = TeacherHeap(self)
        self.live, self.returned = set(), set()
        self.tampered, self.measure, self.measured = "", "", 0
        self.broken = self.detail = ""
        self.discreet = None

    def ask(self, request) -> dict:
        """Send a request that holds no objects."""
        return self._ask(request, [])

    def names(self, names) -> dict:
        """Return what bears these names in the student's notebook, at the beginning of a test."""
        self.tampered = ""
        reply = self._ask({"op": "names", "names": sorted(names)}, [])
        try:
            return {str(name): self.heap.whole(node) for name, node in reply["names"].items()
                    if self.discreet is None or name in self.discreet.words}
        except (*MALFORMED, Violation) as error:
            raise self.breach(error) from None

    def call(self, function, args, kwargs):
        """Call a function or a method of the student's."""
        result = self._attempt("call", function, {
            "args": [self._node(arg) for arg in self._begin(args)],
            "kwargs": {key: self._node(arg) for key, arg in kwargs.items()}})
        for part in result if type(result) in (tuple, list) else [result]:
            if type(part) in (np.ndarray, list, dict):
                self.returned.add(self.heap.ids[id(part)])
        return result

    def get(self, owner, name):
        """Read an attribute of an object of the student's.

        The arrays in it stay shared: what the test writes into them, the student's object has.
        """
        self._begin(())
        value = self._attempt("get", owner, {"name": name})
        self._share(value)
        return value

    def breach(self, error) -> Stopped:
        """Note that an answer could not be understood; return what to raise."""
        self.broken, self.detail = "It sent what no answer is.", f"{error!r:.200}"
        return Stopped(self.broken)

    def forget(self) -> None:
        """Let go of all objects; the test that had them has ended."""
        self.heap.clear()
        self.live.clear()
        self.returned.clear()
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
            self.measured = min(int(reply.get("measured", 0)), MOST)
            for kind, text in reply["warnings"][:20]:
                text = _line(text) if self.discreet is None else self.discreet.reason(text)
                warnings.warn(text, WARNINGS.get(kind, UserWarning), stacklevel=4)
            if "error" in reply:
                raise error_of(reply["error"], self.discreet)
            return self.heap.whole(reply["result"])
        except (*MALFORMED, Violation) as error:
            if isinstance(error, Remote):
                raise
            raise self.breach(error) from None

    def _ask(self, request, blobs, reached=frozenset()):
        if self.broken:
            raise Stopped(self.broken)
        try:
            return self._answer(request, blobs, reached)
        except Stopped as error:
            self.broken, self.detail = str(error), self.detail or error.detail
            raise

    def _answer(self, request, blobs, reached):
        number = next(_numbers)
        given = [self.heap.objects[n] for n in reached]
        theirs = handles_in(given)
        header, blobs = self.exchange({**request, "id": number}, blobs)
        while True:
            try:
                if header["op"] == "call back":
                    answer = self._called_back(header, blobs)
                    header, blobs = self.exchange(answer, self.heap.blobs)
                    continue
                if header["op"] != "reply" or header["id"] != number:
                    raise Violation("an answer to another question")
                changed = self.heap.read(header["objects"], blobs, 
                                         lambda n: n in reached or self._may_not_change(n))
            except (*MALFORMED, Violation) as error:
                raise self.breach(error) from None
            # A list or a dict that was returned may change, as in a notebook: the test sees it.
            if any(type(self.heap.objects[n]) is np.ndarray for n in changed if n not in reached):
                self.tampered = ("An array that was given to an earlier call, or returned by "
                "it, has "
                                 "been changed. Make a new array instead.")
            if changed and handles_in(given) - theirs:
                self.tampered = ("An object of your own has been put into a network that was "
                                 "given. Change the numbers in it, not its layers.")
            return header

    def _may_not_change(self, number):
        """Whether an array is told of that no call may change, though one has: a mistake to see."""
        return number in self.returned or (
            number % 2 == 0 and type(self.heap.objects[number]) is np.ndarray)

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
        args = [heap.whole(node) for node in header["args"]]
        kwargs = {str(key): heap.whole(node) for key, node in header["kwargs"].items()}
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
    """What a student's function raised; `line` and `told` are where and why, as far as known.

    `shown` is what a message may say of its text.
    """

    line, told, shown = "", (), ""

    def __str__(self):
        return self.args[0]


def error_of(told, discreet=None) -> Exception:
    """Make the exception that an answer tells of; its class bears the same name.

    With `discreet`, what is told of it is no more than what that lets pass.
    """
    base = next((ERRORS[name] for name in told["kinds"] if name in ERRORS), RuntimeError)
    if "SystemExit" in told["kinds"]:
        base = SystemExit
    name, line = plain_name(told["type"]), _line(told["line"][1]) if told["line"] else ""
    lines = [_line(line) for line in told.get("told", ())][:20]
    if name == "Timeout" and line:
        lines = [f"It was running: {line}"]
    text = shown = _line(told["text"])
    if discreet is not None:
        name = name if name in discreet.words or name == "Timeout" else base.__name__
        shown, lines = discreet.reason(text), discreet.told(lines)
    error = type(name, (Remote, base), {})(text)
    error.line, error.told, error.shown = line, lines, shown
    return error


def _line(text):
    """Text of a student's that may be printed, and written to a file."""
    text = str(text)[:2000].encode(errors="replace").decode()
    return "".join(c for c in text if c >= " " or c == "\n")
