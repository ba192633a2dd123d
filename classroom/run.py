"""Run the cells of one notebook: a student's in the sandbox, the tests here.

The tests meet the student's functions as proxies (`classroom.proxies`). A test has passed when its
cell ran to its end here without an exception; nothing that the student's process says or does
decides it.
"""

import ast
import builtins
import contextlib
import io
import linecache
import warnings

from classroom.cells import Cell, Outcome
from classroom.discreet import Discreet
from classroom.process import Stopped
from classroom.reads import uses
from classroom.student_run import Student
from classroom.world import free_names, measured_over_there, other_seeds
from course_lib.grading import CheckFailed

AGAIN = 5.0  # seconds for what uses a cell that has used up its time before


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
        self.ran = []
        self.left_out = set()  # cells that ended an earlier process, and are not run here
        self.looped = set()  # the student's cells whose code has used up its time
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
        self._allow(cell)
        self.ran.append(cell)
        outcome = self.student.run(cell.name, cell.source)
        self._note_loop()
        return outcome

    def replace(self, cell: Cell) -> None:
        """Run the reference in place of a student's cell, whatever that has done."""
        self.left_out.discard(cell.name)
        self.looped.discard(cell.name)
        self.students(cell)

    def _allow(self, cell):
        """Set how long a cell may compute: not long if it uses what was stopped before."""
        again = self.looped and self.looped & uses([cell], self.ran)
        most = self.student.limits.cell
        self.student.seconds = min(most, AGAIN) if again else most

    def _note_loop(self):
        late, self.student.late = self.student.late, None
        if late is not None and self.student.seconds == self.student.limits.cell:
            own = [cell.name for cell in self.ran if cell.kind == "student"]
            self.looped.add(late if late in own else own[-1])

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
            self._allow(cell)
            link = self.student.ready()
            link.discreet = None if shown else Discreet(ran.source for ran in self.ran)
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
        self._note_loop()
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
