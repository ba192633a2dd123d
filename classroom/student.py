"""The student's process: it runs a student's cells and calls their functions when asked to.

It is started in a sandbox (see `classroom.sandbox`) with nothing at hand but the library, and is
given code and data only: no test, no expected value and no reference ever comes here. Whatever it
answers is taken for what the student's function returned, no more.
"""

import builtins
import collections
import contextlib
import os
import socket
import sys
import traceback
import types
import warnings

import numpy as np

from classroom.protocol import Channel, Closed, Violation
from classroom.student_cells import Cells
from classroom.student_heap import SHORT, StudentHeap, short
from course_lib.grading.calls import argument_names, in_short, lines_executed, peak_memory
from course_lib.grading.explain import explain

MEASURES = {"memory": peak_memory, "lines": lines_executed}


def plain(name):
    """A name without what is easily changed by mistake: capitals, underscores, a plural."""
    return name.replace("_", "").lower().rstrip("s")


_ONE = {0: np.zeros(0)}
ALONE = sys.getrefcount(_ONE[0])  # of what a dictionary holds and nothing else does


def held_elsewhere(objects, number):
    """Whether a student's code may still hold an array, and so may change it in a call.

    To look at no other halves the time of a test with thousands of calls.
    """
    return sys.getrefcount(objects[number]) > ALONE or objects[number].base is not None


class Runner:
    """Serves the other process until it says goodbye."""

    def __init__(self, connection):
        self.channel = Channel(connection)
        self.heap = StudentHeap(self.call_back)
        self.main = types.ModuleType("__main__")
        sys.modules["__main__"] = self.main
        self.cells, self.files = Cells(self.main), set()
        self.error = None
        self.returned = collections.deque(maxlen=8)  # what calls have returned, as in `Results`
        builtins.exit = builtins.quit = sys.exit

    def serve(self):
        """Answer requests; return the one that is an answer to a call back."""
        while True:
            request, blobs = self.channel.receive()
            if request["op"] == "returned":
                return request, blobs
            answer = getattr(self, request["op"])
            # What this student wrote to the streams belongs to this request.
            reply = answer(request, blobs)
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            try:
                self.channel.send({"op": "reply", "id": request["id"], **reply,
                                   "objects": self.heap.outgoing}, self.heap.blobs)
            except Violation as error:
                self.heap.begin()
                self.channel.send({"op": "reply", "id": request["id"], "objects": [],
                                   "warnings": [],
                                   "error": self.describe(ValueError(str(error)), ())})

    # Requests

    def run(self, request, blobs):
        """Run a cell."""
        self.heap.begin()
        name, source = request["name"], request["source"]
        file = f"<{name}>"
        self.files.add(file)
        try:
            self.cells.run(source, file)
        except BaseException as error:  # noqa: BLE001  the cell may raise anything
            return {"error": self.describe(error, (file,)), "pictures": self.cells.pictures()}
        return {"pictures": self.cells.pictures()}

    def names(self, request, blobs):
        """Hand out what bears one of these names, or almost: a test tells a misspelled one."""
        self.heap.begin(renaming=True)
        found, near = {}, {plain(name) for name in request["names"]}
        for name, value in list(vars(self.main).items()):
            if name in request["names"] or plain(name) in near and callable(value):
                with contextlib.suppress(TypeError):
                    found[name] = self.heap.node(value)
        return {"names": found}

    def call(self, request, blobs):
        """Call a student's function."""
        held = self.held()
        self.heap.read(request["objects"], blobs)
        function = self.heap.value(request["function"])
        args = [self.heap.value(node) for node in request["args"]]
        kwargs = {key: self.heap.value(node) for key, node in request["kwargs"].items()}
        measure = MEASURES.get(request["measure"])
        if measure is not None:
            reply, result = self.attempt(lambda: measure(function, *args), function)
            if "error" not in reply:
                result, reply["measured"] = result
        else:
            reply, result = self.attempt(lambda: function(*args, **kwargs), function)
        if "error" in reply:
            reply["error"]["told"] = self.told(function, args, kwargs)
        reply = self.bring_up_to_date(request, reply, result, held)
        given = [x for x in (*args, *kwargs.values()) if type(x) is np.ndarray]
        for part in result if type(result) in (tuple, list) else [result]:
            if id(part) in self.heap.ids and (type(part) in (list, dict) or (
                    type(part) is np.ndarray
                    and not any(np.may_share_memory(part, x) for x in given))):
                self.returned.append(self.heap.ids[id(part)])
        return reply

    def get(self, request, blobs):
        """Look up an attribute."""
        held = self.held()
        self.heap.read(request["objects"], blobs)
        owner = self.heap.value(request["function"])
        reply, result = self.attempt(lambda: getattr(owner, request["name"]), owner)
        return self.bring_up_to_date(request, reply, result, held)

    def held(self):
        """The arrays of earlier calls that this one may change, and be the last to hold."""
        objects = self.heap.objects
        return [number for number in objects if number % 2 == 0
                and type(objects[number]) is np.ndarray and held_elsewhere(objects, number)]

    def attempt(self, action, function):
        """Do what is asked; return the error and the warnings, and the result."""
        file = getattr(getattr(function, "__code__", None), "co_filename", None)
        reply, result, self.error = {}, None, None
        with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn",
                                                                         under="ignore"):
            warnings.simplefilter("always")
            try:
                result = action()
            except BaseException as error:  # noqa: BLE001  whatever an answer raises
                self.error = error
                reply["error"] = self.describe(error, (file,))
        reply["warnings"] = [[warning.category.__name__, str(warning.message)[:SHORT]]
                             for warning in caught[:20]]
        return reply, result

    def told(self, function, args, kwargs):
        """Explain an error as the check of a notebook does, which cannot look in here."""
        with contextlib.suppress(Exception):
            names = argument_names(function, len(args))
            given = [*zip(names, args, strict=True), *kwargs.items()]
            known = ", ".join(in_short(*pair) for pair in given)
            return [short(line) for line in explain(self.error, function, known=known)][:20]
        return []

    def bring_up_to_date(self, request, reply, result, held):
        """Add the result, and all that the call has changed of what the other side knows."""
        heap, reached = self.heap, request["reached"]
        try:
            heap.begin(renaming=True)
            told = [number for number in dict.fromkeys((*reached, *held, *self.returned))
                    if number % 2 == 0
                    or type(heap.objects[number]) in (np.ndarray, list, dict)]
            # All of them keep their numbers, also where one that holds another is written first.
            heap.reached.update(told)
            for number in told:
                heap.write(number)
            if "error" not in reply:
                reply["result"] = heap.node(result)
        except (TypeError, RecursionError, RuntimeError) as error:
            heap.begin()
            reply["error"] = self.describe(error, ())
        return reply

    def forget(self, request, blobs):
        """Let go of all objects of the test that has ended."""
        self.heap.clear()
        self.returned.clear()
        return {}

    # Calls back

    def call_back(self, number, method, args, kwargs):
        """Call a function of the test's, in the other process."""
        heap = self.heap
        heap.begin(renaming=True)
        self.channel.send({
            "op": "call back", "function": number, "method": method,
            "args": [heap.node(arg) for arg in args],
            "kwargs": {key: heap.node(arg) for key, arg in kwargs.items()},
            "objects": heap.outgoing}, heap.blobs)
        reply, blobs = self.serve()
        heap.read(reply["objects"], blobs)
        if "error" in reply:
            name, text = reply["error"]
            raise getattr(builtins, name, RuntimeError)(text)
        return heap.value(reply["result"])

    def describe(self, error, files):
        """Say in plain data what was raised, and in which line of these files."""
        kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
        line = cell = ""
        with contextlib.suppress(Exception):
            frames = traceback.extract_tb(error.__traceback__)
            lines = [(f.lineno, f.line) for f in frames if f.filename in files and f.line]
            line = list(lines[-1]) if lines else ""
            cell = next((f.filename[1:-1] for f in frames[::-1] if f.filename in self.files), "")
        try:
            text = str(error)
            if isinstance(error, SyntaxError) and error.filename in files:
                text, line = str(error.msg), [int(error.lineno), str(error.text).strip()]
        except BaseException:  # noqa: BLE001
            text = ""
        return {"type": short(type(error).__name__), "kinds": kinds, "text": short(text),
                "line": line, "cell": cell}


def main(number):
    """Serve on the socket that has this number among the open files."""
    connection = socket.socket(fileno=number)
    os.set_inheritable(connection.fileno(), False)
    with contextlib.suppress(Closed):
        Runner(connection).serve()
