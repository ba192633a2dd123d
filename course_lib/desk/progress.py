"""How far a student's notebook is: its visible tests, run in a fresh process."""

import ast
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from course_lib.command import command
from course_lib.desk.assignments import notebooks_in, release_of
from course_lib.desk.borrowed import find_borrowed
from course_lib.desk.kernel import Outcome, run_cells
from course_lib.desk.names import parse
from course_lib.desk.notebook import grade_id, grading, is_solution, read_notebook
from course_lib.desk.reads import free_names
from course_lib.desk.rebuild import functions_of, rebuild, recognize, remarks

DONE, WRONG, MISSING = "done", "wrong", "not written"
WAITING = "waiting"  # it calls a function of another task that is wrong or not written
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
        `DONE` (the visible tests pass), `WRONG`, `MISSING`, `WAITING` or `ANSWERED`.
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
        return all(task.state in (DONE, ANSWERED) for task in self.tasks)

    @property
    def points(self) -> float:
        """All points of the notebook."""
        return sum(task.points for task in self.tasks)

    @property
    def points_open(self) -> float:
        """The points of what is wrong or missing."""
        return sum(task.points for task in self.tasks if task.state not in (DONE, ANSWERED))

    def as_dict(self) -> dict:
        """Everything, for JSON."""
        return {**asdict(self), "notebook": str(self.notebook), "points": self.points,
                "points_open": self.points_open, "passed": self.passed}


def check_notebook(path: Path, seconds: float = 60,
                   tell: Callable[[str], None] = lambda title: None, only: str = "",
                   run: Callable = run_cells) -> Progress:
    """Run the visible tests of a student's notebook; the file is only read.

    The cells are put together and run as nbgrader does: the tests are the released ones, whatever
    became of them in the student's file.

    Parameters
    ----------
    path : Path
    seconds : float
        How long one cell may compute.
    tell : callable
        Called with the title of each task before its test runs, which may take as long.
    only : str
        The name of a task: nothing runs that it does not need, and it alone is reported.
    run : callable
        Runs the cells, as `run_cells` does.

    Raises
    ------
    ValueError
        The file is no notebook, or none with tasks.
    """
    submitted = read_notebook(path)
    released = release_of(Path(path))
    release = read_notebook(released) if released else submitted
    cells = rebuild(release, submitted)
    if not any(recognize(release, submitted)) or not _tests(cells):
        raise ValueError(f"{path} holds no tasks that nbgrader would know; get a fresh copy with "
                         f"'{command('start', 'NAME')}' and put your answers into that")

    if only:
        cells = _needed(cells, release, only)
    last = cells.index(_tests(cells)[-1])
    code = [cell for cell in cells[:last + 1] if cell["cell_type"] == "code"]
    titles, tests = _titles(release["cells"]), [id(cell) for cell in _tests(cells)]

    def begin(i):
        name = re.split("-visible", grade_id(code[i]) or "")[0]
        if id(code[i]) in tests:
            tell(titles.get(name, name))

    ran = run([cell["source"] for cell in code], Path(path).resolve().parent, seconds, begin)
    outcomes = {id(cell): outcome for cell, outcome in zip(code, ran, strict=True)}

    tasks = [task for task in _judge_all(cells, release, outcomes) if only in ("", task.name)]
    progress = Progress(Path(path), tasks, [str(use) for use in find_borrowed(cells)])
    for cell in code:
        outcome, name = outcomes[id(cell)], grade_id(cell)
        done = any(task.name == name and task.state == DONE for task in progress.tasks)
        if outcome.error and done:
            progress.notes.append(f"the cell of {name}{_ended(outcome)}")
        elif outcome.error and name is None:
            first = cell["source"].strip().split("\n")[0]
            progress.notes.append(f"a cell of your own, {first!r}{_ended(outcome, ',')}")
        elif is_solution(cell) and only in ("", name):
            progress.notes += _of_examples(cell, cells, release["cells"])
    progress.notes += remarks(release, submitted)
    progress.notes += _on_the_name(Path(path), released)
    return progress


def _needed(cells, release, only: str) -> list[dict]:
    """The cells without the tests of any task but this one and those whose functions it calls."""
    stubs = {grade_id(cell): cell["source"] for cell in release["cells"]}
    answer = next((cell["source"] for cell in cells if grade_id(cell) == only), "")
    wanted = {only} | {name for cell in cells if is_solution(cell)
                       for name in [grade_id(cell)]
                       for function in functions_of([{**cell, "source": stubs[name]}])
                       if re.search(rf"\b{function}\(", answer)}
    if not any(_belongs(grade_id(test), only) for test in _tests(cells)):
        raise ValueError(f"{only} has no test that could be run")
    unwanted = {id(test) for test in _tests(cells)
                if not any(_belongs(grade_id(test), name) for name in wanted)}
    return [cell for cell in cells if id(cell) not in unwanted]


def _on_the_name(path: Path, released: Path | None) -> list[str]:
    """What a student should know about the name and the place of the file."""
    if released is None:
        return ["no released notebook has this name or these functions: its own tests were run"]
    if path.name != released.name:
        return [f"what you hand in must be named {released.name}; this file is named {path.name}"]
    others = [other.name for other in notebooks_in(path.parent)
              if other.name != path.name and release_of(other) == released]
    told = []
    if others:
        told.append(f"{path.name} is the name that counts; not checked: {', '.join(others)}")
    if path.resolve() == released.resolve():
        told.append("this is the released notebook itself; "
                    f"'{command('start', released.parent.name)}' makes a copy of your own")
    return told


def _judge_all(cells, release, outcomes: dict[int, Outcome]) -> list[Task]:
    """Say how far each task is, and which ones stand on others that are not right yet."""
    stubs = {grade_id(cell): cell["source"] for cell in release["cells"]}
    titles = _titles(release["cells"])
    tasks, functions = [], {}  # a function -> the task whose it is
    for cell in cells:
        if not is_solution(cell):
            continue
        name = grade_id(cell)
        written = cell["source"].strip() != stubs[name].strip()
        points = sum(grading(c).get("points", 0) for c in cells
                     if grading(c).get("grade") and _belongs(grade_id(c), name))
        tests = [outcomes[id(c)] for c in _tests(cells) if _belongs(grade_id(c), name)]
        if tests:
            state, message = _judge(outcomes[id(cell)], tests)
        else:
            state, message = ANSWERED if written else MISSING, ""
        open_tasks = [task for function, task in functions.items()
                      if task.state not in (DONE, ANSWERED)
                      and re.search(rf"\b{function}\(", cell["source"])]
        if state in (WRONG, MISSING) and written and open_tasks:
            others = " and ".join(dict.fromkeys(task.title for task in open_tasks))
            state, message = WAITING, f"It calls what is not right yet: {others}.\n{message}"
        task = Task(name, titles.get(name, name), points, state, message)
        tasks.append(task)
        if cell["cell_type"] == "code":
            functions |= dict.fromkeys(functions_of([{**cell, "source": stubs[name]}]), task)
    return tasks


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
    return outcome.text if ours else f"{outcome.error}: {outcome.text}".replace(": \n", "\n", 1)


def _ended(outcome: Outcome, comma: str = "") -> str:
    """The end of a sentence about a cell that did not run to its end."""
    if outcome.error in ("Timeout", "Ended"):
        return f": {outcome.text}"
    return f"{comma} raised {_say(outcome)}"


def _of_examples(answer: dict, cells: list[dict], release: list[dict]) -> list[str]:
    """Tell of variables that an answer reads and that an example sets: most often by mistake."""
    examples = [cell for cell in release if cell["cell_type"] == "code" and grade_id(cell)
                and not is_solution(cell) and not grading(cell).get("grade")]
    own = [answer, *(cell for cell in cells if cell["cell_type"] == "code" and not grade_id(cell))]
    read = sorted(_variables(examples) & free_names(answer["source"]) - _variables(own))
    return [f"{grade_id(answer)} reads {name}, which is no argument but a variable of an example: "
            "is it a misspelled name?" for name in read]


def _variables(cells: list[dict]) -> set[str]:
    """The variables that cells set, outside of functions."""
    statements = [statement for cell in cells for statement in parse(cell["source"])
                  if not isinstance(statement, (ast.FunctionDef, ast.ClassDef))]
    return {node.id for statement in statements for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _titles(cells) -> dict[str, str]:
    """Headings such as "## Task 4: Adam (5 points)", by the name of the task."""
    text = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    found = re.findall(r"^## ((Task|Question) (\d+): .*?)(?: \([\d.]+ points?\))?$", text,
                       re.MULTILINE)
    return {f"{kind.lower()}-{number}": title for title, kind, number in found}
