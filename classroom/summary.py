"""``course summary``: what became of a class, as one page, and the lists of grades beside it."""

from html import escape
from pathlib import Path

from classroom.course import Course, instructors_folder
from classroom.fingerprints import Assignment
from classroom.gradesheet import canvas, grades, moodle, write_csv
from classroom.likeness import near_identical
from classroom.picture import draw
from classroom.rows import STATES, Row, count_causes, label, read_rows, roster
from course_lib.data.atomic import atomic_write
from course_lib.desk.assignments import find_assignment

# Nothing on this page may run or be fetched, whatever a student wrote.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #bbb; padding: .3rem .7rem; text-align: left;
  vertical-align: top; }
th { font-weight: 600; }
td:last-child { overflow-wrap: anywhere; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
img { max-width: 100%; }
"""


def run(options):
    course = Course(instructors_folder())
    for name in options.names:
        name = find_assignment(name)
        assignment = Assignment(name, course.release(name), course.source(name))
        for line in write_summary(course, assignment):
            print(line)


def write_summary(course: Course, assignment: Assignment) -> list[str]:
    """Write the page and the lists of grades; return what to tell the instructor."""
    rows, name, tests = read_rows(course, assignment), assignment.name, assignment.points
    if not rows:
        raise ValueError(f"there are no students of {name} yet; 'course collect' puts a download "
                         "from Canvas or Moodle where it is graded")
    folder, known = course.folder("summary"), roster(course)
    files = {f"{name}.csv": grades(rows, tests),
             f"{name}-canvas.csv": canvas(rows, tests, name, known),
             f"{name}-moodle.csv": moodle(rows, tests, name, known)}
    with atomic_write(folder / f"{name}.html", overwrite=True) as file:
        file.write(page(name, rows, tests).encode())
    written = [folder / f"{name}.html"]
    for file, lines in files.items():
        if lines:
            write_csv(folder / file, lines)
            written.append(folder / file)
    return [f"{name}: {len(rows)} students: {_counts(rows)}", *map(_short, written)]


def _counts(rows):
    counts = {state: sum(row.state == state for row in rows) for state in STATES}
    return ", ".join(f"{n} {state}" for state, n in counts.items() if n)


def _short(path: Path) -> str:
    try:
        return f"  {path.relative_to(Path.cwd())}"
    except ValueError:
        return f"  {path}"


def page(name: str, rows: list[Row], tests: dict[str, float]) -> str:
    """Return the page; everything that comes from students is text in it.

    Parameters
    ----------
    name : str
        Of the assignment.
    rows : list of Row
    tests : dict from str to float
        The points of each task.
    """
    picture, words = draw(rows, tests)
    scores = sorted(row.score for row in rows if row.score is not None)
    middle = f"{scores[(len(scores) - 1) // 2]:g}" if scores else "-"
    counts = _counts(rows)
    parts = [
        f"<h1>{escape(name)}</h1>",
        (f"<p>{len(rows)} students: {counts}. With a final score: {len(scores)}; the one in the "
         f"middle has {middle} of {sum(tests.values()):g} points.</p>"),
        f'<img src="data:image/png;base64,{picture}" alt="{escape(words)}">',
        _tasks(rows, tests), _people(rows), _alike(rows), _followed(rows, tests)]
    return ("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(name)}: summary</title>\n<style>{STYLE}</style></head><body>\n"
            + "\n".join(parts) + "\n</body></html>\n")


def _table(header, lines, numbers=()):
    """A table; all cells are escaped."""
    def row(cells):
        return "<tr>" + "".join(
            f'<td{" class=n" if i in numbers else ""}>{escape(str(cell))}</td>'
            for i, cell in enumerate(cells)) + "</tr>"

    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in header)
    return (f"<table><thead><tr>{head}</tr></thead>\n<tbody>"
            + "\n".join(map(row, lines)) + "</tbody></table>")


def _tasks(rows, tests):
    judged = [row for row in rows if row.state in ("graded", "waits for marks")]
    lines = []
    for test, points in sorted(tests.items(), key=lambda t: -_share_lost(judged, *t)):
        marks = [row.points[test] for row in judged if row.points.get(test) is not None]
        causes = "; ".join(f"{text} ({n})" for text, n in count_causes(judged, test, points)[:3])
        lines.append([label(test), f"{points:g}", len(marks), sum(m >= points for m in marks),
                      sum(m <= 0 for m in marks), f"{_share_lost(judged, test, points):.0%}",
                      causes or "-"])
    return ("<h2>Tasks, the hardest first</h2>" + _table(
        ["task", "points", "marked", "full marks", "no points", "points lost",
         "what they ran into most"], lines, (1, 2, 3, 4, 5)))


def _share_lost(rows, test, points):
    marks = [row.points[test] for row in rows if row.points.get(test) is not None]
    return 1 - sum(marks) / (points * len(marks)) if marks else 0.0


def _people(rows):
    lines = []
    for row in rows:
        why = [row.reason] if row.reason else []
        why += [f"{label(test)}: {text}" for test, text in row.flags.items()]
        why += row.borrowed
        why += [row.late] if row.late else []
        lines += [[row.student, row.name, row.state, text] for text in why]
    if not lines:
        return "<h2>For a person to look at</h2><p>Nothing.</p>"
    return "<h2>For a person to look at</h2>" + _table(["student", "name", "state", "why"], lines)


def _alike(rows):
    pairs = near_identical({row.student: row.code for row in rows if row.code})
    title = "<h2>Submissions that are nearly the same</h2>"
    if not pairs:
        return title + "<p>None.</p>"
    return (title + "<p>Code alone, whatever names, comments and spaces are. Short answers may be "
            "alike by chance: read both before you ask.</p>"
            + _table(["student", "student", "shared"],
                     [[one, other, f"{share:.0%}"] for one, other, share in pairs], (2,)))


def _followed(rows, tests):
    lines = [[row.student, label(test), ", ".join(map(label, tasks)), f"{tests[test]:g}"]
             for row in rows for test, tasks in row.followed.items()]
    title = "<h2>Points kept although an earlier task is wrong</h2>"
    if not lines:
        return title + "<p>None.</p>"
    return title + _table(["student", "right", "once this is right", "points"], lines, (3,))
