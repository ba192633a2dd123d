"""``course check``: how far a student's notebook is; and, for a whole class, who borrowed."""

import json
import sys

from course_lib.desk.assignments import (
    course_folder,
    find_assignment,
    find_notebook,
    misnamed,
    notebooks_in,
    released_notebooks,
)
from course_lib.desk.borrowed import find_borrowed
from course_lib.desk.notebook import read_notebook
from course_lib.desk.progress import check_notebook
from course_lib.desk.rebuild import rebuild, remarks


def run(options):
    if options.submitted:
        return _check_class(options)
    progress = check_notebook(find_notebook(options.name), options.seconds, _tell)
    print(json.dumps(progress.as_dict(), indent=1) if options.json else _report(progress))
    return 0 if progress.passed else 1


def _tell(title):
    """Say what is being checked: a loop that never ends takes its time."""
    print(f"checking {title} ...", file=sys.stderr, flush=True)


def _report(progress):
    rows = [("", "points", "")] + [(t.title, f"{t.points:g}", t.state) for t in progress.tasks]
    width = max(len(title) for title, _, _ in rows)
    lines = [f"{progress.notebook}", ""]
    lines += [f"{title:<{width}}  {points:>6}  {state}".rstrip() for title, points, state in rows]
    lines += ["", f"{progress.points_open:g} of {progress.points:g} points are open."]
    if progress.passed:
        lines.append("All visible tests pass. The grader runs further tests.")
    for task in progress.tasks:
        if task.message and task.state in ("wrong", "waiting"):
            lines += ["", task.title, *(f"  {line}" for line in task.message.split("\n"))]
    missing = [task for task in progress.tasks if task.state == "not written"]
    if missing:
        lines += ["", f"Next: {missing[0].message or missing[0].title}"]
    lines += [line for use in progress.borrowed for line in ("", use)]
    lines += [line for note in progress.notes for line in ("", f"Note: {note}")]
    return "\n".join(lines)


def _check_class(options):
    """List the answers of all submissions that use the library's own version; nothing runs.

    What nbgrader will not find or cannot read is listed too, and answers that lost their names.
    """
    assignment = find_assignment(options.name)
    released = released_notebooks()[assignment]
    folder = course_folder() / "grading" / "submitted"
    rows, unread, notes, count = [], [], [], 0
    for own in sorted(folder.glob(f"*/{assignment}")):
        student, path = own.parent.name, own / released.name
        for other in notebooks_in(own):
            if other != path:
                unread.append({"student": student, "error": misnamed(other, released)})
        if not path.is_file():
            continue
        count += 1
        try:
            given, submitted = read_notebook(released), read_notebook(path)
        except (ValueError, OSError) as error:
            unread.append({"student": student, "error": str(error)})
            continue
        notes += [{"student": student, "note": text} for text in remarks(given, submitted)]
        rows += [{"student": student, "task": use.task, "uses": use.name}
                 for use in find_borrowed(rebuild(given, submitted))]
    if not count and not unread:
        raise ValueError(f"there are no submissions of {assignment} in {folder}; expected "
                         f"{folder / 'STUDENT' / assignment / released.name}")
    if options.json:
        print(json.dumps({"assignment": assignment, "submissions": count, "borrowed": rows,
                          "unread": unread, "notes": notes}, indent=1))
    else:
        print(f"{assignment}: {count} submissions, {len(rows)} answers that use the library's "
              "own version")
        widths = [max((len(row[key]) for row in rows), default=0) for key in ("student", "task")]
        for row in rows:
            print(f"{row['student']:<{widths[0]}}  {row['task']:<{widths[1]}}  {row['uses']}")
        for row in unread + notes:
            print(f"{row['student']}: {row.get('error') or row['note']}")
    return 1 if rows or unread else 0
