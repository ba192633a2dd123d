"""Lists of grades: one of our own with every task, and what Canvas and Moodle import."""

import csv
from pathlib import Path

from classroom.rows import Row, label

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")  # what a spreadsheet may run begins so


def safe(value):
    """Return a value as a spreadsheet shows it, and never runs it.

    >>> safe("=HYPERLINK(1)"), safe("Ada"), safe(-1.5), safe(None)
    ("'=HYPERLINK(1)", 'Ada', '-1.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f"{value:g}"
    value = str(value).replace("\0", "")
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value


def grades(rows: list[Row], tests: dict[str, float]) -> list[list]:
    """Return our own list: one row for each student, one column for each task.

    A task without points is empty, so nobody takes "not gradable" for "wrong".
    """
    header = ["student", "name", "state", "score", "of", *map(label, tests), "late", "reason",
              "right once an earlier task is", "flags", "borrowed"]
    return [header] + [
        [row.student, row.name, row.state, row.score, sum(tests.values()),
         *(row.points.get(test) for test in tests), row.late, row.reason,
         ", ".join(map(label, row.followed)),
         "; ".join(f"{label(test)}: {why}" for test, why in row.flags.items()),
         " ".join(row.borrowed)] for row in rows]


def canvas(rows: list[Row], tests: dict[str, float], title: str, known: dict) -> list[list]:
    """Return what Canvas imports under Grades > Import; only whoever it knows and has a score.

    Its numbers of students come from the names of the files in its download.
    """
    ours = [row for row in rows if known.get(row.student, {}).get("platform") == "canvas"]
    if not ours:
        return []
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    return [head, ["    Points Possible", "", "", "", "", sum(tests.values())]] + [
        [row.name or row.student, known[row.student]["id"], "", "", "", row.score]
        for row in ours if row.score is not None]


def moodle(rows: list[Row], tests: dict[str, float], title: str, known: dict) -> list[list]:
    """Return what Moodle imports as the grading worksheet of an assignment."""
    ours = [row for row in rows if known.get(row.student, {}).get("platform") == "moodle"]
    if not ours:
        return []
    head = ["Identifier", "Full name", "Grade", "Maximum Grade", "Feedback comments"]
    return [head] + [
        [f"Participant {known[row.student]['id']}", row.name, row.score, sum(tests.values()), ""]
        for row in ours if row.score is not None]


def write_csv(path: Path, lines: list[list], encoding: str = "utf-8-sig") -> None:
    """Write a file in one step; it begins with a byte-order mark, or Excel misreads the names."""
    partial = path.with_name(f".{path.name}.part")
    with open(partial, "w", newline="", encoding=encoding) as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([map(safe, line) for line in lines])
    partial.replace(path)
