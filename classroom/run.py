"""Run the cells of one notebook: a student's in the sandbox, the tests here.

The tests meet the student's functions as proxies (`classroom.proxies`). A test has passed when its
cell ran to its end here without an exception; nothing that the student's process says or does
decides it.
"""

import ast
import base64
import builtins
import contextlib
import io
import linecache
import warnings
from dataclasses import dataclass, field

from classroom.discreet import Discreet
from classroom.process import Stopped, StudentProcess
from classroom.proxies import Link, error_of
from classroom.world import free_names, measured_over_there, other_seeds
from course_lib.grading import CheckFailed

STARTS = 25  # how many processes one submission may use up


@dataclass(frozen=True)
class Cell:
    """A cell of code of a rebuilt notebook.

    Attributes
    ----------
    name : str
        Its grade_id; one that a student added has a name of its own.
    source : str
    kind : str
        "student": a solution, or a cell that a student added. "test": it earns points, or shows
        a student how it stands. "given": any other cell of the instructor's.
    points : float
    stub : str
        What stood in a solution cell before the student came.
    """

    name: str
    source: str
    kind: str
    points: float = 0.0
    stub: str = ""


@dataclass
class Outcome:
    """What became of a cell.

    Attributes
    ----------
    passed : bool
        Of a test: it was passed.
    error : tuple of str
        What it raised: the name and the text; empty for nothing.
    text : str
        What it printed.
    pictures : list of str
        PNG files in base64.
    flag : str
        Why an instructor may want to look at it: the process was stopped, has ended, or broke a
        rule; "" for nothing.
    """

    passed: bool = False
    error: tuple = ()
    text: str = ""
    pictures: list = field(default_factory=list)
    flag: str = ""


def _is_picture(text):
    """Whether this is a PNG file in base64, and nothing else that a page would show."""
    try:
        return base64.b64decode(text, validate=True).startswith(b"\x89PNG\r\n")
    except (ValueError, TypeError):
        return False


class Student:
    """A student's side of one notebook: a process, and another one where that has ended."""

    def __init__(self, level, limits, deadline, nursery=None):
        self.level, self.limits, self.deadline = level, limits, deadline
        self.nursery = nursery
        self.done, self.process, self.link = [], None, None
        self.spent, self.starts, self.over = 0.0, 0, ""
        self.left_out = set()  # cells that ended the process, or that something outlived

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
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self.link.breach(error) from None

    def ready(self) -> Link:
        """Have a process in which all cells so far have run.

        Raises
        ------
        Stopped
            There can be none any more.
        """
        if self.link is not None:
            self.process.begin_cell()
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
                    self.process.begin_cell()
                    self._run(name, source)
                except Stopped:
                    del self.done[i]  # it ran before; now it is left out
                    self.settle()
                    break
            if self.process is not None:
                self.process.take_output()
        self.process.begin_cell()
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


class NotebookRun:
    """All cells in their order, with a student's process at hand.

    Parameters
    ----------
    level : str
    limits : Limits
    deadline : float
    nursery : Nursery, optional
    seed : int, optional
        Mixed into the seeds of all random generators that tests with points make.
    """

    def __init__(self, level, limits, deadline=float("inf"), nursery=None, seed=None):
        self.seed = seed
        self.student = Student(level, limits, deadline, nursery)
        self.names = {}  # what the instructor's cells before the first task define
        self.sources = []
        self.left_out = set()  # cells that ended an earlier process, and are not run here
        self.solutions_begun = False

    def given(self, cell: Cell) -> Outcome:
        """Run an instructor's cell that is no test; those at the top run for the tests too."""
        if not self.solutions_begun:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
                exec(compile(cell.source, f"<{cell.name}>", "exec"), self.names)  # noqa: S102
        return self._run(cell)

    def students(self, cell: Cell) -> Outcome:
        """Run a cell of the student's."""
        self.solutions_begun = True
        return self._run(cell)

    def _run(self, cell):
        if cell.name in self.left_out:
            return Outcome()
        self.sources.append(cell.source)
        return self.student.run(cell.name, cell.source)

    def test(self, cell: Cell, shown: bool) -> Outcome:
        """Run a test cell here, and reach its verdict.

        Parameters
        ----------
        cell : Cell
        shown : bool
            Whether all that the student's functions print and say may be shown; not where inputs
            are hidden: then it may be no more than was known before (`classroom.discreet`).
        """
        outcome, printed, link = Outcome(), io.StringIO(), None
        file = f"<{cell.name}>"
        linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(True), file)
        try:
            tree = ast.parse(cell.source, file)
            link = self.student.ready()
            link.discreet = None if shown else Discreet(self.sources)
            namespace = {"__name__": "__main__", **self.names}
            known = namespace.keys() | vars(builtins).keys()
            namespace |= link.names(free_names(tree, file) - known)
            with (contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed),
                  warnings.catch_warnings(), measured_over_there(link),
                  other_seeds(None if shown else self.seed)):
                warnings.simplefilter("ignore")
                exec(compile(tree, file, "exec"), namespace)  # noqa: S102
            if link.broken or link.tampered:
                raise CheckFailed(link.broken or link.tampered)
            outcome.passed = bool(tree.body)
            if not outcome.passed:
                raise CheckFailed("This cell tests nothing.")
            link.forget()
        except CheckFailed as failed:
            outcome.error = (type(failed).__name__, str(failed))
        except Stopped as stopped:
            outcome.error = ("Stopped", str(stopped))
        except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a test raises
            outcome.error = (type(error).__name__, f"The test stopped with {type(error).__name__}.")
        outcome.passed = outcome.passed and not outcome.error
        if link is not None:
            outcome.flag = self.student.broken() or link.tampered or self.student.stopped()
        text = self.student.text()
        outcome.text = printed.getvalue() + (text if shown else "")
        with contextlib.suppress(Stopped):
            if link is not None and not link.broken and outcome.error:
                link.forget()
        self.student.settle()
        if shown:
            self.share_imports(cell)
        return outcome

    def share_imports(self, cell: Cell) -> None:
        """In a notebook, what a visible test imports is there for the student's next cells."""
        imports = [node for node in ast.parse(cell.source).body
                   if isinstance(node, (ast.Import, ast.ImportFrom))]
        if imports:
            self.student.run("imports", ast.unparse(ast.Module(imports, [])))

    def close(self) -> None:
        """End the student's process."""
        self.student.close()
