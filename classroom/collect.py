"""``course collect``: put the download of Canvas or Moodle where submissions are graded.

Of each student the newest notebook of the assignment is taken, under the name that nbgrader looks
for. What was there before is moved to `grading/submitted_before/`, never overwritten.
"""

import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from classroom.course import Course, instructors_folder
from classroom.downloads import Found, by_student, content, read_download
from course_lib.data.atomic import atomic_write
from course_lib.desk.assignments import find_assignment, release_of

COLLECTED = "collected.json"


@dataclass
class Collected:
    """What is taken from a student: files by name, and what is worth telling."""

    files: dict[str, bytes]
    facts: dict
    notes: list[str]


def run(options):
    course = Course(instructors_folder())
    name = find_assignment(options.name)
    found, strange = read_download(options.file)
    counts, left = {}, 0
    with zipfile.ZipFile(options.file) as archive:
        for student, files in by_student(found).items():
            taken = choose(archive, files, course.release(name))
            outcome, why = put(course, name, student, taken)
            counts[outcome] = counts.get(outcome, 0) + 1
            left += outcome == "left alone"
            for note in [*taken.notes, *why]:
                print(f"  {student}: {note}")
    remember(course, found)
    late = len({one.student for one in found if one.late})
    told = ", ".join(f"{n} {outcome}" for outcome, n in counts.items())
    print(f"{name}: {len(by_student(found))} students in {options.file}: {told}"
          + (f"; {late} of them late" if late else ""))
    for path in strange:
        print(f"course collect: nobody knows whose {path!r} is; it was left out", file=sys.stderr)
    return 1 if strange or left else 0


def choose(archive: zipfile.ZipFile, files: list[Found], release: Path) -> Collected:
    """Choose from all files of a student what is graded; nothing is written."""
    notes, data = [], {}
    for one in files:
        try:
            data[one] = content(archive, one)
        except ValueError as error:
            notes.append(str(error))
    right = [one for one in data if ".ipynb" in one.name.lower()
             and belongs(one, data[one], release)]
    newest = right[:1] or list(data)[:1]
    kept = {release.name if right else plain(one.name): data[one] for one in newest}
    if not right:
        others = [one for one in data if plain(one.name) not in kept]
        kept |= {plain(one.name): data[one] for one in others}
        notes.append("no notebook of this assignment; a person must look at "
                     + (", ".join(kept) or "the download"))
    elif len(right) > 1:
        notes.append(f"{len(right)} notebooks of this assignment; the newest is "
                     f"{newest[0].name}, left out: {', '.join(one.name for one in right[1:])}")
    first = newest[0] if newest else files[0]
    facts = {"platform": first.platform, "name": first.name, "late": any(f.late for f in files),
             "attempt": list(first.attempt)}
    if first.platform == "moodle" and first.attempt[:1] > (1980,):  # the year of no time at all
        when = datetime(*first.attempt).astimezone(UTC)
        kept["timestamp.txt"] = f"{when:%Y-%m-%d %H:%M:%S} UTC\n".encode()
    return Collected(kept, facts, notes)


def belongs(one: Found, data: bytes, release: Path) -> bool:
    """Whether a notebook is of this assignment, by its name or by what its cells define."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, plain(one.name))
        path.write_bytes(data)
        return release_of(path) == release


def plain(name: str) -> str:
    """Return a file name without anything that a path or a terminal could take otherwise."""
    name = re.sub(r"[^\w. ()-]+", "-", Path(name.replace("\\", "/")).name).lstrip(". ")[-100:]
    return f"their-{name}" if name in ("", COLLECTED, "timestamp.txt") else name


def put(course: Course, assignment: str, student: str, taken: Collected):
    """Write what was taken into a student's folder.

    Returns
    -------
    outcome : str
    why : list of str
        Where that is not plain.
    """
    folder = course.submitted(student, assignment)
    old = read_folder(folder)
    told = old.pop(COLLECTED, None)
    if old and old == taken.files:
        return "unchanged", []
    if old and told is None:
        return "left alone", [f"{folder} was not collected from a download; move it away first"]
    why, outcome = [], "new"
    if old:
        before = json.loads(told)
        if (before["platform"] == taken.facts["platform"]
                and before["attempt"] > taken.facts["attempt"]):
            return "older than what is there", [f"{before['name']} is newer and stays"]
        kept = set_aside(course, folder, student, assignment)
        why, outcome = [f"a newer one; the one before lies in {kept}"], "newer"
    with tempfile.TemporaryDirectory(dir=course.folder("")) as scratch:
        new = Path(scratch, "new")
        new.mkdir()
        for name, data in taken.files.items():
            (new / name).write_bytes(data)
        (new / COLLECTED).write_text(json.dumps(taken.facts, indent=1))
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            folder.rmdir()  # it is empty
        os.replace(new, folder)
    return outcome, why


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder by name; empty where there is none."""
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}


def set_aside(course: Course, folder: Path, student: str, assignment: str) -> Path:
    """Move a submission out of the way, to a place that is free."""
    place = course.folder("submitted_before") / student / assignment
    place.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(path.name) for path in place.iterdir() if path.name.isdigit()), default=0)
    shutil.move(folder, place / str(number))
    return place / str(number)


def remember(course: Course, found: list[Found]) -> None:
    """Add to `grading/students.json` who the students are on their platform."""
    path = course.folder("") / "students.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known |= {one.student: {"platform": one.platform, "id": one.id, "name": one.who}
              for one in found}
    with atomic_write(path, overwrite=True) as file:
        file.write(json.dumps(known, indent=1, sort_keys=True).encode())
