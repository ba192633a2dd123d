"""How far a student's notebook is: its visible tests, run in a fresh process."""

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

from course_lib.desk.assignments import release_of
from course_lib.desk.borrowed import find_borrowed
from course_lib.desk.kernel import Outcome, run_cells
from course_lib.desk.notebook import grade_id, grading, is_solution, read_notebook, rebuild

DONE, WRONG, MISSING = "done", "wrong", "not written"
ANSWERED = "answered"  # what no visible test is about: a written question, graded by a person


@dataclass(frozen=True)
class Task:
    """One line of the report.

    Attributes
    ----------
    name : str
        For example "task-4".
    title : str
        Its heading, for example "Task 4: Adam".
    points : float
    state : str
        `DONE` (the visible tests pass), `WRONG`, `MISSING`, or `ANSWERED`.
    message : str
        What the first test that failed said; "" for none.
    """

    name: str
    title: str
    points: float
    state: str
    message: str = ""


@dataclass
class Progress:
    """What `check_notebook` found out.

    Attributes
    ----------
    notebook : Path
    tasks : list of Task
    borrowed : list of str
        Which answers use the library's own version.
    notes : list of str
        What went wrong in cells that no test is about.
    """

    notebook: Path
    tasks: list[Task]
    borrowed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong or missing."""
        return not any(task.state in (WRONG, MISSING) for task in self.tasks)

    @property
    def points(self) -> float:
        """All points of the notebook."""
        return sum(task.points for task in self.tasks)

    @property
    def points_open(self) -> float:
        """The points of what is wrong or missing."""
        return sum(task.points for task in self.tasks if task.state in (WRONG, MISSING))

    def as_dict(self) -> dict:
        """Everything, for JSON."""
        return {**asdict(self), "notebook": str(self.notebook), "points": self.points,
                "points_open": self.points_open, "passed": self.passed}


def check_notebook(path: Path, seconds: float = 60) -> Progress:
    """Run the visible tests of a student's notebook; the file is only read.

    The cells are put together and run as nbgrader does: the tests are the released ones, whatever
    became of them in the student's file.

    Parameters
    ----------
    path : Path
    seconds : float
        How long one cell may take.

    Raises
    ------
    ValueError
        The file is no notebook, or none with tasks.
    """
    submitted = read_notebook(path)
    released = release_of(Path(path))
    release = read_notebook(released) if released else submitted
    cells = rebuild(release, submitted) if released else submitted["cells"]
    if not any(grade_id(cell) for cell in submitted["cells"]) or not _tests(cells):
        raise ValueError(f"{path} holds no tasks that nbgrader would know; get a fresh copy with "
                         "'course start' and put your answers into that")

    last = cells.index(_tests(cells)[-1])
    code = [cell for cell in cells[:last + 1] if cell["cell_type"] == "code"]
    ran = run_cells([cell["source"] for cell in code], Path(path).resolve().parent, seconds)
    outcomes = {id(cell): outcome for cell, outcome in zip(code, ran, strict=True)}

    stubs = {grade_id(cell): cell["source"] for cell in release["cells"]}
    written = {name: source for cell in cells if (name := grade_id(cell)) and
               (source := cell["source"]).strip() != stubs[name].strip()}
    titles = _titles(release["cells"])
    progress = Progress(Path(path), [], [str(use) for use in find_borrowed(cells)])
    for cell in cells:
        name = grade_id(cell)
        if not is_solution(cell):
            continue
        points = sum(grading(c).get("points", 0) for c in cells
                     if grading(c).get("grade") and _belongs(grade_id(c), name))
        tests = [outcomes[id(c)] for c in _tests(cells) if _belongs(grade_id(c), name)]
        if tests:
            state, message = _judge(outcomes[id(cell)], tests)
        else:
            state, message = ANSWERED if name in written else MISSING, ""
        if state == DONE and outcomes[id(cell)].error:
            progress.notes.append(f"the cell of {name} raised {_say(outcomes[id(cell)])}")
        progress.tasks.append(Task(name, titles.get(name, name), points, state, message))
    for cell in code:
        if grade_id(cell) is None and outcomes[id(cell)].error:
            first = cell["source"].strip().split("\n")[0]
            progress.notes.append(f"a cell of your own, {first!r}, raised "
                                  f"{_say(outcomes[id(cell)])}")
    return progress


def _tests(cells) -> list[dict]:
    """The cells with visible tests: graded like the hidden ones, but for no points."""
    return [cell for cell in cells if cell["cell_type"] == "code" and grading(cell).get("grade")
            and not grading(cell).get("points") and re.search(r"-visible\b", grade_id(cell))]


def _belongs(test: str, task: str) -> bool:
    """Whether a cell is the task's own or one of its tests."""
    return test == task or test.startswith(f"{task}-")


def _judge(answer: Outcome, tests: list[Outcome]) -> tuple[str, str]:
    """State and first message of a task, from how its own cell and its tests ended."""
    failed = [test for test in tests if test.error]
    if not failed:
        return DONE, ""
    if answer.error not in ("", "NotImplementedError"):
        return WRONG, _say(answer)
    if answer.error or failed[0].error in ("NotWritten", "NotImplementedError"):
        return MISSING, failed[0].text
    return WRONG, _say(failed[0])


def _say(outcome: Outcome) -> str:
    ours = outcome.error in ("CheckFailed", "NotWritten", "Timeout", "Ended")
    return outcome.text if ours else f"{outcome.error}: {outcome.text}"


def _titles(cells) -> dict[str, str]:
    """Headings such as "## Task 4: Adam (5 points)", by the name of the task."""
    text = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    found = re.findall(r"^## ((Task|Question) (\d+): .*?)(?: \([\d.]+ points?\))?$", text, re.MULTILINE)
    return {f"{kind.lower()}-{number}": title for title, kind, number in found}
