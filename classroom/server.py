"""A process that is ready to judge notebooks: it has everything imported and forks for each one.

``python -m classroom.server`` reads requests from its standard input and answers on its standard
output, each a line with a length and then JSON. It ends when the input does. Whoever grades starts
one by `Judge`, once for many notebooks; one that brings down what judges it costs nothing else.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
import traceback

from classroom.cells import Cell
from classroom.judge import Judgment, Settings, judge
from classroom.nursery import Nursery
from classroom.sandbox import Limits
from classroom.tree import adopt_orphans, end_orphans
from course_lib.data import load_digits28

# Tests and pictures use these; what is imported here, no notebook has to import.
READY = ("course_lib.data", "course_lib.nn", "course_lib.zoo")
MEMORY = 6 << 30  # bytes that a test itself may use
GRACE = 60.0  # seconds beyond the limit of a notebook until its judge is ended too


class NotJudged(Exception):
    """A notebook was not judged, by no fault of its student; the text says why."""


class Judge:
    """A server of this process's own.

    Examples
    --------
    >>> with Judge() as ready:                                             # doctest: +SKIP
    ...     judgment = ready.judge(cells, reference, Settings(find_level()))
    """

    def __init__(self):
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.close()

    def judge(self, cells, reference, settings) -> Judgment:
        """Judge one notebook, as `classroom.judge.judge` does, in a process of its own.

        Raises
        ------
        NotJudged
        """
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "classroom.server"], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
        request = {"cells": [vars(cell) for cell in cells], "reference": reference,
                   "settings": {**vars(settings), "limits": vars(settings.limits)}}
        try:
            _write(self.process.stdin.fileno(), request)
            answer = _read(self.process.stdout.fileno())
        except (OSError, ValueError, EOFError) as error:
            self.close()
            raise NotJudged(f"the process that judges has ended ({error!r})") from error
        if "failed" in answer:
            raise NotJudged(answer["failed"])
        return Judgment.from_dict(answer)

    def close(self) -> None:
        """End the server."""
        if self.process is not None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            self.process = None


def _write(file, data):
    text = json.dumps(data).encode()
    view = memoryview(b"%d\n" % len(text) + text)
    while view:
        view = view[os.write(file, view):]


def _read(file):
    length = b""
    while not length.endswith(b"\n"):
        part = os.read(file, 1)
        if not part:
            raise EOFError
        length += part
    data = bytearray()
    while len(data) < int(length):
        part = os.read(file, int(length) - len(data))
        if not part:
            raise EOFError
        data += part
    return json.loads(data)


def serve(requests: int, answers: int) -> None:
    """Answer requests until there are no more."""
    adopt_orphans()
    for name in READY:
        importlib.import_module(name)
    load_digits28()
    gc.freeze()  # what is there by now is shared with all that is forked; no collector touches it
    nursery, tried = None, False
    while True:
        try:
            request = _read(requests)
        except EOFError:
            break
        if request["settings"]["level"] == "bubblewrap" and not tried:
            with contextlib.suppress(OSError):
                nursery = Nursery(Limits(**request["settings"]["limits"]))
            tried = True
        answer = _judge_apart(request, requests, nursery)
        end_orphans(kept=nursery.family() if nursery is not None else ())
        if answer is None:
            break
        _write(answers, answer)
    if nursery is not None:
        nursery.close()
    end_orphans()


def _judge_apart(request, requests, nursery):
    """Fork, judge there, and return the answer; None where nobody waits for it any more."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            _write(writing, _judge_here(request, nursery))
        finally:
            os._exit(0)
    os.close(writing)
    deadline = time.monotonic() + request["settings"]["limits"]["wall"] + GRACE
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    poll.register(requests, select.POLLIN)
    try:
        while time.monotonic() < deadline:
            events = dict(poll.poll(1000))
            if requests in events:
                return None
            if reading in events:
                try:
                    return _read(reading)
                except (EOFError, ValueError):
                    return {"failed": "the process that runs the tests has ended (memory?)"}
        return {"failed": "the tests took too long"}
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _judge_here(request, nursery):
    """Judge in this process, which is for this notebook alone."""
    try:
        adopt_orphans()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        settings = request["settings"]
        settings = Settings(**{**settings, "limits": Limits(**settings["limits"])})
        cells = [Cell(**cell) for cell in request["cells"]]
        return judge(cells, request["reference"], settings, nursery).as_dict()
    except BaseException as error:  # noqa: BLE001  every notebook gets an answer
        traceback.print_exc()
        return {"failed": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    output = os.dup(1)
    os.dup2(2, 1)  # what a test prints must not get between the answers
    serve(0, output)
