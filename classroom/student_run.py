"""A student's side of one notebook: a process, and another one where that has ended."""

import base64

from classroom.cells import Outcome
from classroom.process import Stopped, StudentProcess
from classroom.protocol import MALFORMED
from classroom.proxies import Link, error_of

STARTS = 25  # how many processes one submission may use up


def _is_picture(text):
    """Whether this is a PNG file in base64, and nothing else that a page would show."""
    try:
        return base64.b64decode(text, validate=True).startswith(b"\x89PNG\r\n")
    except (ValueError, TypeError):
        return False


class Student:
    """Runs the student's cells, and has a process at hand in which they have run."""

    def __init__(self, level, limits, deadline, nursery=None):
        self.level, self.limits, self.deadline = level, limits, deadline
        self.nursery = nursery
        self.done, self.process, self.link = [], None, None
        self.spent, self.starts, self.over = 0.0, 0, ""
        self.left_out = set()  # cells that ended the process, or that something outlived
        self.seconds = limits.cell  # that the next cell may compute
        self.late = None  # the cell whose code used up its time, "" where that is not known

    def run(self, name: str, source: str) -> Outcome:
        """Run a cell of the student's."""
        try:
            self.ready()
            outcome = self._run(name, source)
        except Stopped as stopped:
            outcome = Outcome(error=("Stopped", str(stopped)))
        if self.link is not None and not self.link.broken and not self.process.spoiled:
            self.done.append((name, source))
            self.process.tidy(threads=False)  # one that a cell starts would start again
        else:
            self.left_out.add(name)
        outcome.text += self.text()
        outcome.flag = self.broken()
        self.settle()
        return outcome

    def _run(self, name, source):
        reply = self.link.ask({"op": "run", "name": name, "source": source})
        try:
            pictures = [p for p in reply["pictures"][:10] if _is_picture(p)]
            if "error" not in reply:
                return Outcome(pictures=pictures)
            error, line = error_of(reply["error"]), reply["error"]["line"]
            text = str(error) + (f"\nThe line is {int(line[0])}: {error.line}" if line else "")
            return Outcome(error=(type(error).__name__, text), pictures=pictures)
        except MALFORMED as error:
            raise self.link.breach(error) from None

    def ready(self) -> Link:
        """Have a process in which all cells so far have run.

        Raises
        ------
        Stopped
            There can be none any more.
        """
        if self.link is not None:
            self.process.begin_cell(self.seconds)
            try:
                self.link.names(set())  # a message that came late is found here, not in a test
            except Stopped:
                self.settle()
        while self.link is None:
            if self.starts >= STARTS:
                raise Stopped("The Python process has ended too often.")
            if self.over:
                raise Stopped(self.over)
            self.starts += 1
            self.process = StudentProcess(self.level, self.limits, self.spent, self.deadline,
                                          self.nursery)
            self.link = Link(self.process.exchange)
            for i, (name, source) in enumerate(self.done):
                try:
                    self.process.begin_cell(self.limits.cell)
                    self._run(name, source)
                except Stopped:
                    del self.done[i]  # it ran before; now it is left out
                    self.settle()
                    break
            if self.process is not None:
                self.process.take_output()
        self.process.begin_cell(self.seconds)
        return self.link

    def stopped(self) -> str:
        """Why the last call was stopped, "" if it was not."""
        return self.process.reason if self.process is not None else ""

    def broken(self) -> str:
        """Why the process can no longer be asked, in full; "" while it can."""
        return f"{self.link.broken} {self.link.detail}".strip() if self.link is not None else ""

    def text(self) -> str:
        """What was printed since the last time."""
        return self.process.take_output() if self.process is not None else ""

    def settle(self) -> None:
        """Let go of a process that has ended or broken the rules, or where something still runs."""
        if self.link is None:
            return
        self.late = self.process.late
        if not self.link.broken and not self.process.spoiled:
            self.process.tidy()
        if self.link.broken or self.process.spoiled:
            if "whole notebook" in self.link.broken:
                self.over = self.link.broken
            self.close()

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.close()
            self.spent += self.process.used
            self.process = self.link = None
