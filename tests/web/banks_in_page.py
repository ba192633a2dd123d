"""Notebooks with answers of the banks in them, and what `course check` says of each."""

import json
import re
import sys
import warnings
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "assignments"))

from answers import pack, read_bank, shortened

from course_lib.desk.notebook import grade_id, is_solution, read_notebook
from course_lib.desk.progress import check_notebook
from web.exercises import inside

ASSIGNMENTS = sorted(path.name for path in (ROOT / "exercises").glob("ps*"))


def release(assignment):
    (path,) = (ROOT / "exercises" / assignment).glob("*.ipynb")
    return path


def filled(assignment, answers):
    """The text of the released notebook with these sources in its solution cells."""
    notebook = read_notebook(release(assignment))
    for cell in notebook["cells"]:
        if is_solution(cell):
            cell["source"] = answers.get(grade_id(cell), cell["source"])
    return json.dumps(notebook)


@cache
def students(assignment, short=True):
    """Notebooks among which every answer of the bank, or the first and last ones, are dealt out."""
    bank = read_bank(assignment)
    dealt = pack(shortened(bank) if short else bank)
    return [filled(assignment, {task: answer.source for task, answer in student.items()})
            for student in dealt]


def judged(text, assignment, folder, only="", seconds=60, **how):
    """The tasks of a notebook according to `course check`: (name, state, message)."""
    path = Path(folder) / release(assignment).name
    path.write_text(text, encoding="utf-8")
    main = sys.modules["__main__"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            progress = check_notebook(path, seconds, only=only, **how)
    finally:
        sys.modules["__main__"] = main
    return [(task.name, task.state, task.message) for task in progress.tasks]


def here(text, assignment, folder, only="", seconds=60):
    """The same, with the page's own way to run cells, in this process."""
    return judged(text, assignment, folder, only, seconds, run=inside.run_cells)


# What differs, and may: lines that Python 3.12 counts otherwise, measured times, the name of the
# default integer, the system's words for a number out of range, and the last digits of float32.
DIFFERENT = (
    (re.compile(r"executes [\d,]+ lines"), lambda match: "executes N lines"),
    (re.compile(r"used [\d.]+ MB"), lambda match: "used N MB"),
    (re.compile(r"\bint32\b"), lambda match: "int64"),
    (re.compile(r"OverflowError: \(\d+, '[^']*'\)"), lambda match: "OverflowError"),
    (re.compile(r"-?\b\d+\.\d+(e[+-]\d+)?"), lambda match: f"{float(match[0]):.5g}"),
    (re.compile(r" +"), lambda match: " "),
)


def alike(tasks):
    """Tasks without what may differ."""
    found = []
    for name, state, message in tasks:
        for pattern, word in DIFFERENT:
            message = pattern.sub(word, message)
        found.append((name, state, message))
    return found


__all__ = ["ASSIGNMENTS", "alike", "filled", "here", "judged", "read_bank", "release", "students"]
