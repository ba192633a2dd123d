"""What became of every student of an assignment: the rows of summaries and of lists of grades."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field

import nbformat

from classroom.course import Course
from classroom.fingerprints import Assignment
from classroom.writer import missing
from course_lib.desk.notebook import grade_id, is_solution

CAUSE = "Likely cause: "
STATES = ("graded", "waits for marks", "not gradable", "not graded yet", "not handed in")


@dataclass
class Row:
    """One student.

    Attributes
    ----------
    student, name : str
        As nbgrader knows the student, and as the learning platform does.
    state : str
        One of `STATES`. Zero points that are "graded" were earned; no other zero was.
    reason : str
        Why it is not graded.
    points : dict from str to float or None
        By task; None where there are none (yet).
    score : float or None
        All of them, less a penalty for being late; None unless there are some for every task.
    followed, flags : dict
        As in the record of the judge.
    causes : dict from str to str
        By test that failed, the likely cause that it named, else what it said first.
    borrowed : list of str
    late : str
    code : dict from str to str
        The answers, by task.
    """

    student: str
    name: str = ""
    state: str = "not handed in"
    reason: str = ""
    points: dict = field(default_factory=dict)
    score: float | None = None
    followed: dict = field(default_factory=dict)
    flags: dict = field(default_factory=dict)
    causes: dict = field(default_factory=dict)
    borrowed: list = field(default_factory=list)
    late: str = ""
    code: dict = field(default_factory=dict)


def read_rows(course: Course, assignment: Assignment) -> list[Row]:
    """Read the rows of an assignment from the gradebook and the records of the judge."""
    known, handed_in = roster(course), set(course.students(assignment.name))
    with course.gradebook() as book:
        entries = {submission.student_id: _entry(submission)
                   for submission in book.assignment_submissions(assignment.name)}
        students = {student.id for student in book.students}
    rows = []
    for student in sorted(students | handed_in):
        row = Row(student, known.get(student, {}).get("name", ""))
        if student in handed_in:
            _fill(row, course, assignment, entries.get(student))
        rows.append(row)
    return rows


def roster(course: Course) -> dict[str, dict]:
    """Return what `course collect` learned of the students: platform, number there, name."""
    path = course.root / "grading" / "students.json"
    return json.loads(path.read_text()) if path.exists() else {}


def _entry(submission):
    grades = {grade.name: grade for notebook in submission.notebooks for grade in notebook.grades
              if grade.max_score > 0}
    points = {name: None if grade.manual_score is None and grade.auto_score is None
              else grade.score for name, grade in grades.items()}
    return {"points": points, "penalty": submission.late_submission_penalty or 0.0,
            "marked": {n for n, grade in grades.items() if grade.manual_score is not None},
            "open": {n for n, grade in grades.items() if grade.needs_manual_grade},
            "late": submission.total_seconds_late}


def _fill(row, course, assignment, entry):
    """Add what is known of a submission."""
    folder = course.submitted(row.student, assignment.name)
    row.late = _late(folder, entry)
    record = course.record(row.student, assignment.name)
    if not (folder / assignment.file).is_file():
        row.state, row.reason = "not gradable", missing(course, row.student, assignment.name)
    elif record is None or entry is None:
        row.state, row.reason = "not graded yet", "grade it with 'course grade'"
        return
    else:
        row.state, row.reason = "graded", record["problem"]
        row.followed, row.flags = record["followed"], record["flags"]
        row.borrowed = record.get("borrowed", [])
    if entry is None:
        return
    row.points = entry["points"]
    if row.reason:  # only what a person gave counts
        row.points = {name: points if name in entry["marked"] else None
                      for name, points in row.points.items()}
        row.state = "not gradable"
    if not row.reason and entry["open"]:
        row.state = "waits for marks"
        row.points = {name: None if name in entry["open"] - entry["marked"] else points
                      for name, points in row.points.items()}
    if row.reason and None not in row.points.values():
        row.state = "graded"  # by a person
    if None not in row.points.values() and row.state == "graded":
        row.score = max(0.0, sum(row.points.values()) - entry["penalty"])
    if record is not None and not row.reason:
        _read_notebook(row, course, assignment)


def _read_notebook(row, course, assignment):
    path = course.autograded(row.student, assignment.name) / assignment.file
    try:
        cells = nbformat.read(path, as_version=4).cells
    except (OSError, ValueError):
        return
    for cell in cells:
        if cell.cell_type != "code":
            continue
        if is_solution(cell) and cell.source.strip() != assignment.stubs[grade_id(cell)].strip():
            row.code[grade_id(cell)] = cell.source
        for output in cell.outputs:
            if output.output_type == "error" and grade_id(cell):  # cells of their own have none
                _note_cause(row.causes, grade_id(cell), output.evalue, assignment.points)


def _note_cause(causes, name, message, tests):
    """Note what a test said; the visible and the hidden one of a task count as one."""
    test = re.sub("-visible$", "-hidden", name)
    if test not in tests:
        return
    named = [line for line in message.split("\n") if line.startswith(CAUSE)]
    if named:  # that says more than anything else
        causes[test] = named[0].removeprefix(CAUSE)
    else:
        causes.setdefault(test, message.split("\n")[0])


def _late(folder, entry):
    collected = folder / "collected.json"
    told = json.loads(collected.read_text()) if collected.is_file() else {}
    seconds = entry["late"] if entry else 0
    if seconds:
        hours = seconds / 3600
        return f"{hours:.1f} h late" if hours < 48 else f"{hours / 24:.0f} days late"
    return "late" if told.get("late") else ""


def count_causes(rows: list[Row], test: str, points: float) -> list[tuple[str, int]]:
    """Return what those who got less than full marks ran into, the most frequent first."""
    return Counter(row.causes[test] for row in rows if test in row.causes
                   and (row.points.get(test) or 0.0) < points).most_common()


def label(test: str) -> str:
    """Return how a task is called in a table.

    >>> label("task-1-hidden")
    'task 1'
    """
    return test.removesuffix("-hidden").replace("-", " ")
