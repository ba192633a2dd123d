"""A notebook of three small tasks, to grade what students and attackers write."""

import atexit
import functools

from classroom.cells import Cell
from classroom.judge import Settings, judge
from classroom.nursery import Nursery
from classroom.sandbox import Limits, find_level

QUICK = Limits(cell=2.0, submission=20.0, idle=2.0, wall=60.0, memory=1 << 30, file=4 << 20)
SETUP = "import numpy as np"
STUBS = {
    "task-1": "def double(x):\n    raise NotImplementedError('Not written yet: task 1 (double).')",
    "task-2": "def quadruple(x):\n    raise NotImplementedError('Not written yet: task 2.')",
    "task-3": "def total(x):\n    raise NotImplementedError('Not written yet: task 3.')",
}
RIGHT = {
    "task-1": "def double(x):\n    return 2 * x",
    "task-2": "def quadruple(x):\n    return double(double(x))",
    "task-3": "def total(x):\n    return float(np.sum(x))",
}
TESTS = {
    "task-1-visible": """
from course_lib.grading import visible_test
import math

@visible_test("Task 1 (double)")
def test(check):
    check.equal("y", check.watch(double)(np.array([1.0, 2.0])), [2.0, 4.0])
""",
    "task-1-hidden": """
from course_lib.grading import hidden_test

@hidden_test("Task 1 (double)")
def test(check):
    f = check.watch(double)
    x = np.array([3.0, -1234.5, 0.25])
    for _ in range(2):
        check.equal("y", f(x), [6.0, -2469.0, 0.5], mistakes={"Multiply by 2, not by 3.": 3 * x})
    check.equal("y of a number", f(617.25), 1234.5)
""",
    "task-2-hidden": """
from course_lib.grading import hidden_test

@hidden_test("Task 2 (quadruple)")
def test(check):
    check.equal("y", check.watch(quadruple)(np.array([5.0])), [20.0])
""",
    "task-3-hidden": """
from course_lib.grading import hidden_test

@hidden_test("Task 3 (total)")
def test(check):
    check.equal("s", check.watch(total)(np.array([5.0, 8.5])), 13.5)
""",
}
POINTS = {"task-1-hidden": 2.0, "task-2-hidden": 3.0, "task-3-hidden": 4.0}


def cells(answers, added=(), tests=None):
    """The cells of a student: answers in place of the right ones, added code at the top."""
    answers, tests = {**RIGHT, **answers}, {**TESTS, **(tests or {})}
    found = [Cell("setup", SETUP, "given")]
    found += [Cell(f"added-{i}", source, "student") for i, source in enumerate(added)]
    for task in RIGHT:
        found.append(Cell(task, answers[task], "student", stub=STUBS[task]))
        for name, source in tests.items():
            if name.startswith(task):
                found.append(Cell(name, source, "test", POINTS.get(name, 0.0)))
    return found


@functools.cache
def nursery():
    """One nursery for all tests; None where there can be none."""
    if find_level() != "bubblewrap":
        return None
    try:
        ready = Nursery(Limits())
    except OSError:
        return None
    atexit.register(ready.close)
    return ready


def graded(answers, added=(), level=None, limits=QUICK, tests=None, follow_through=True,
           seed=None):
    """Judge a student's answers in this process, with the nursery unless a level is named."""
    settings = Settings(level or find_level(), follow_through, True, limits, seed)
    return judge(cells(answers, added, tests), RIGHT, settings, None if level else nursery())


def points(judgment):
    """The points of every task."""
    return [POINTS[name] if judgment.outcomes[name].passed else 0.0 for name in POINTS]


def said(judgment):
    """All that a student may see of a notebook."""
    return "\n".join(f"{outcome.text}\n{' '.join(outcome.error)}"
                     for outcome in judgment.outcomes.values())
