"""The student's process: it runs a student's cells and calls their functions when asked to.

It is started in a sandbox (see `classroom.sandbox`) with nothing at hand but the library, and is
given code and data only: no test, no expected value and no reference ever comes here. Whatever it
answers is taken for what the student's function returned, no more.
"""

import ast
import base64
import builtins
import contextlib
import importlib
import inspect
import io
import linecache
import os
import socket
import sys
import time
import traceback
import tracemalloc
import types
import warnings

import numpy as np

from classroom.heap import Heap, generator_content, make_generator, spread
from classroom.protocol import Channel, Closed, Violation

SHORT = 2000  # characters of a message
MAGIC = "get_ipython"


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
                        self._pairs(self._data(vars(value)))]
            return self.seen_content[number]
        name = _text(type(value).__name__)
        for base in (tuple, list, dict):
            if isinstance(value, base):
                items = self._pairs(base.items(value)) if base is dict else self._nodes(
                    base.__iter__(value))
                return ["kind of", base.__name__, name, items]
        return ["handle", {"type": name, "base": _course_class(type(value)),
                           "name": _text(getattr(value, "__name__", "")),
                           "arguments": _arguments(value) if callable(value) else None}]

    def _data(self, attributes):
        """The attributes that can cross."""
        for key, value in attributes.items():
            if type(key) is str and (not callable(value) or id(value) in self.ids):
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
            if content[0] in ("function", "peer"):
                self.seen_content[number] = content
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
    """Make an object of a class that a test derived from one of the library's."""
    module, name = base
    base = getattr(importlib.import_module(module), name)

    def method(name):
        return lambda self, *args, **kwargs: call_back(number, name, args, kwargs)

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


def _text(value):
    return value[:SHORT] if type(value) is str else ""


def _arguments(function):
    try:
        return [_text(name) for name in inspect.signature(function).parameters][:50]
    except Exception:  # noqa: BLE001  a callable of any kind
        return []


class Runner:
    """Serves the other process until it says goodbye."""

    def __init__(self, connection):
        self.channel = Channel(connection)
        self.heap = StudentHeap(self.call_back)
        self.main = types.ModuleType("__main__")
        sys.modules["__main__"] = self.main
        self.shell = None
        builtins.get_ipython = self.get_shell
        self.drawn = []
        builtins.display = self.display
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
                                   "error": self.describe(ValueError(str(error)), ())})

    # Requests

    def run(self, request, blobs):
        """Run a cell."""
        self.heap.begin()
        name, source = request["name"], request["source"]
        file = f"<{name}>"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        if "IPython" in source:
            import IPython.display

            IPython.display.display = self.display
        try:
            tree = self.parse(source, file)
            if tree is None:
                self.run_in_shell(source)
            else:
                self.execute(tree, file)
        except BaseException as error:  # noqa: BLE001  the cell may raise anything
            return {"error": self.describe(error, (file,)), "pictures": self.pictures()}
        return {"pictures": self.pictures()}

    def parse(self, source, file):
        """Parse plain Python; None is for IPython, which says what is wrong with it if all is."""
        try:
            return ast.parse(source, file)
        except SyntaxError:
            lines = [line.lstrip() for line in source.splitlines()]
            special = any(line.startswith(("%", "!", "?")) or line.endswith("?") or
                          "= %" in line or "= !" in line or "await " in line for line in lines)
            if special:
                return None
            raise

    def execute(self, tree, file):
        """Run the statements of a cell; the value of a last expression is printed."""
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, file, "exec"), vars(self.main))  # noqa: S102
        if last is not None:
            value = eval(compile(ast.Expression(last.value), file, "eval"),  # noqa: S307
                         vars(self.main))
            if value is not None and not hasattr(value, "savefig"):
                print(repr(value))

    def get_shell(self):
        """Return an IPython for cells that use its own words; most never do."""
        if self.shell is None:
            from IPython.core.interactiveshell import InteractiveShell
            from traitlets.config import Config

            settings = Config()
            settings.HistoryManager.enabled = False
            self.shell = InteractiveShell.instance(
                config=settings, user_module=self.main, user_ns=vars(self.main))
            builtins.get_ipython = self.get_shell
        return self.shell

    def run_in_shell(self, source):
        """Run a cell as IPython does."""
        result = self.get_shell().run_cell(source, store_history=False)
        result.raise_error()

    def display(self, *values, **options):
        """Show values below the cell: figures as pictures, all else as text."""
        for value in values:
            if hasattr(value, "savefig"):
                self.draw(value)
            else:
                print(value if type(value) is str else repr(value))

    def draw(self, figure):
        """Keep the picture of a figure."""
        file = io.BytesIO()
        figure.savefig(file, format="png", bbox_inches="tight")
        if len(file.getvalue()) < 1 << 20 and len(self.drawn) < 10:
            self.drawn.append(base64.b64encode(file.getvalue()).decode())

    def pictures(self):
        """Draw and close the figures that a cell left open; return all pictures of the cell."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        with contextlib.suppress(BaseException):
            for number in pyplot.get_fignums() if pyplot else ():
                self.draw(pyplot.figure(number))
        with contextlib.suppress(BaseException):
            pyplot.close("all")
        drawn, self.drawn = self.drawn, []
        return drawn

    def names(self, request, blobs):
        """Hand out what bears one of these names."""
        self.heap.begin(renaming=True)
        found = {}
        for name in request["names"]:
            if name in vars(self.main):
                with contextlib.suppress(TypeError):
                    found[name] = self.heap.node(vars(self.main)[name])
        return {"names": found}

    def call(self, request, blobs):
        """Call a student's function."""
        self.heap.read(request["objects"], blobs)
        function = self.heap.value(request["function"])
        args = [self.heap.value(node) for node in request["args"]]
        kwargs = {key: self.heap.value(node) for key, node in request["kwargs"].items()}
        return self.attempt(request, lambda: function(*args, **kwargs), function)

    def get(self, request, blobs):
        """Look up an attribute."""
        self.heap.read(request["objects"], blobs)
        owner = self.heap.value(request["function"])
        return self.attempt(request, lambda: getattr(owner, request["name"]), owner)

    def attempt(self, request, action, function):
        """Do what is asked; tell the result or the error, the warnings and what has changed."""
        file = getattr(getattr(function, "__code__", None), "co_filename", None)
        reply, measured, result = {}, request["measure"], None
        with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn",
                                                                         under="ignore"):
            warnings.simplefilter("always")
            if measured:
                tracemalloc.start()
                tracemalloc.reset_peak()
                before = tracemalloc.get_traced_memory()[0]
            start = time.process_time()
            try:
                result = action()
            except BaseException as error:  # noqa: BLE001  whatever an answer raises
                reply["error"] = self.describe(error, (file,))
            reply["seconds"] = time.process_time() - start
            if measured and tracemalloc.is_tracing():
                reply["peak"] = tracemalloc.get_traced_memory()[1] - before
                tracemalloc.stop()
        reply["warnings"] = [[warning.category.__name__, str(warning.message)[:SHORT]]
                             for warning in caught[:20]]
        try:
            self.heap.begin(renaming=True)
            for number in (*request["reached"], *(n for n in self.heap.objects if n % 2 == 0)):
                value = self.heap.objects[number]
                if number not in self.heap.reached and (
                        number in request["reached"] or type(value) is np.ndarray):
                    self.heap.reached.add(number)
                    if number % 2 == 0 or type(value) in (np.ndarray, list, dict):
                        self.heap.write(number)
            if "error" not in reply:
                reply["result"] = self.heap.node(result)
        except (TypeError, RecursionError, RuntimeError) as error:
            self.heap.begin()
            reply["error"] = self.describe(error, ())
        return reply

    def forget(self, request, blobs):
        """Let go of all objects of the test that has ended."""
        self.heap.clear()
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
        line = ""
        with contextlib.suppress(Exception):
            frames = traceback.extract_tb(error.__traceback__)
            lines = [(f.lineno, f.line) for f in frames if f.filename in files and f.line]
            line = list(lines[-1]) if lines else ""
        try:
            text = str(error)
        except BaseException:  # noqa: BLE001
            text = ""
        return {"type": _text(type(error).__name__), "kinds": kinds, "text": _text(text),
                "line": line}


def main():
    """Serve on the socket whose number is the first argument."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    os.set_inheritable(connection.fileno(), False)
    with contextlib.suppress(Closed):
        Runner(connection).serve()


if __name__ == "__main__":
    main()
