"""`course grade`: what it grades, what it leaves alone, and what a person did there."""

import csv
import json
import os
import shutil
import sqlite3
import warnings

import pytest
from small_course import NAME, UNWRITTEN, WRONG, SmallCourse

from classroom.course import Course
from classroom.grade import prepare
from classroom.rows import read_rows
from classroom.workers import judged

BORROWED = {"task-1": "from course_lib.metrics import accuracy\n\n\ndef double(x):\n"
            "    accuracy(np.array([1]), np.array([1]))\n    return 2 * x"}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return SmallCourse(tmp_path_factory.mktemp("template") / "course")


@pytest.fixture
def course(template, tmp_path):
    copy = SmallCourse.__new__(SmallCourse)
    copy.folder = tmp_path / "my course"
    shutil.copytree(template.folder, copy.folder)
    return copy


@pytest.fixture(scope="module")
def graded(template, tmp_path_factory):
    """A class of several kinds, graded once by the command."""
    course = SmallCourse.__new__(SmallCourse)
    course.folder = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(template.folder, course.folder)
    course.submit("ada", course.notebook())
    course.submit("bob", course.notebook(WRONG))
    course.submit("cleo", course.notebook(UNWRITTEN))
    course.submit("dan", b"{")
    course.submit("eve", course.notebook(), "tiny (1).ipynb")
    course.submit("fay", b"%PDF-1.4", "answers.pdf")
    course.submit("gus", course.notebook(BORROWED))
    course.said = course.course("grade", "91", "--workers", "2")
    return course


class Here:
    """The steps of `course grade` in this process, one submission at a time."""

    def __init__(self, course, monkeypatch, again=False):
        monkeypatch.chdir(course.folder)
        monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(course.folder / "none"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.course = Course(course.folder)
            self.job = prepare(self.course, NAME, again)
        self.todo = self.job.todo

    def grade(self, student, answer=None):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = self.course.submitted(student, NAME) / self.job.assignment.file
            cells, _ = self.job.assignment.cells(path.read_bytes())
            if answer is None:
                answer = judged(cells, self.job.assignment.reference, self.job.settings,
                                self.job.levels) if cells else {}
            self.course.api.config.JudgeNotebook.seed = self.job.settings.seed
            return self.job.writer.write(student, cells, answer)


@pytest.mark.parametrize("student, points", {
    "ada": [2.0, 3.0, 4.0], "bob": [0.0, 3.0, 4.0], "cleo": [2.0, 3.0, 0.0],
    "gus": [2.0, 3.0, 4.0], "dan": [0.0] * 3, "eve": [0.0] * 3, "fay": [0.0] * 3}.items())
def test_everybody_has_a_row(graded, student, points):
    assert graded.points(student) == points
    person = any(grade[3] for cell, grade in graded.grades()[student].items() if cell != "why")
    assert person is (student in ("dan", "eve", "fay"))


def test_it_says_who_needs_a_person_and_why(graded):
    assert "dan: This file could not be read as a notebook: it is damaged, or only a part of one" in graded.said
    assert "eve: tiny (1).ipynb will not be graded: nbgrader looks for tiny.ipynb" in graded.said
    assert "fay: no notebook was handed in, but answers.pdf" in graded.said


def test_what_is_graded_is_left_alone(graded):
    before = {path: path.stat().st_mtime_ns for path in graded.folder.rglob("*.ipynb")}
    graded.course("grade", NAME)
    assert before == {path: path.stat().st_mtime_ns for path in graded.folder.rglob("*.ipynb")}


def test_the_seed_is_secret_and_recorded(graded):
    seed = json.loads((graded.folder / "grading" / "seeds.json").read_text())[NAME]
    record = json.loads((graded.graded("ada") / "tiny.verdicts.json").read_text())
    assert record["seed"] == seed


def test_what_was_judged_is_what_nbgrader_would_judge(course, monkeypatch):
    """So the writer finds a verdict on the very cells that it is about to grade."""
    course.submit("ada", course.notebook(WRONG))
    here = Here(course, monkeypatch)
    assert here.grade("ada") == ""
    assert here.job.writer.verdicts.missed == 0
    assert course.points("ada") == [0.0, 3.0, 4.0]


def test_what_has_changed_is_graded_again(course, monkeypatch):
    course.submit("ada", course.notebook(WRONG))
    course.submit("bob", course.notebook())
    here = Here(course, monkeypatch)
    assert here.todo == ["ada", "bob"]
    here.grade("ada")
    here.grade("bob")
    assert Here(course, monkeypatch).todo == []
    assert Here(course, monkeypatch, again=True).todo == ["ada", "bob"]
    course.submit("ada", course.notebook())
    here = Here(course, monkeypatch)
    assert here.todo == ["ada"]
    here.grade("ada")
    assert course.points("ada") == [2.0, 3.0, 4.0]
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.JudgeNotebook.timeout = 50\n")
    assert Here(course, monkeypatch).todo == ["ada", "bob"]


@pytest.mark.parametrize("damage", ["stamp", "notebook", "record", "half a record", "a list for a record",
                                    "gradebook", "points"])
def test_what_is_half_graded_is_graded_again(course, monkeypatch, damage):
    course.submit("ada", course.notebook())
    Here(course, monkeypatch).grade("ada")
    names = {"stamp": "tiny.graded.json", "notebook": "tiny.ipynb", "record": "tiny.verdicts.json"}
    if damage in names:
        (course.graded("ada") / names[damage]).unlink()
    elif "record" in damage:
        text = '{"verdicts": {}}' if damage == "half a record" else "[]"
        (course.graded("ada") / names["record"]).write_text(text)
        here = Here(course, monkeypatch)
        (row,) = read_rows(here.course, here.job.assignment)
        assert row.state == "not graded yet"
    elif damage == "gradebook":
        (course.folder / "grading" / "gradebook.db").unlink()
    else:
        with course.gradebook() as book:
            book.find_grade("task-1-hidden", "tiny", NAME, "ada").auto_score = 1.0
            book.db.commit()
    here = Here(course, monkeypatch)
    assert here.todo == ["ada"]
    here.grade("ada")
    assert course.points("ada") == [2.0, 3.0, 4.0]


def test_a_persons_marks_survive(course, monkeypatch):
    course.submit("ada", course.notebook(WRONG))
    Here(course, monkeypatch).grade("ada")
    with course.gradebook() as book:
        why = book.find_grade("why", "tiny", NAME, "ada")
        why.manual_score, why.extra_credit, why.needs_manual_grade = 1.5, 0.5, False
        book.find_grade("task-1-hidden", "tiny", NAME, "ada").manual_score = 1.0
        book.find_comment("why", "tiny", NAME, "ada").manual_comment = "Nearly."
        book.db.commit()
    Here(course, monkeypatch, again=True).grade("ada")
    assert course.grades()["ada"]["why"] == (None, 1.5, 0.5, False)  # the same text: not asked again
    assert course.grades()["ada"]["task-1-hidden"][:2] == (0.0, 1.0)
    course.submit("ada", course.notebook((), "Another answer."))
    Here(course, monkeypatch).grade("ada")
    assert course.grades()["ada"]["why"] == (None, 1.5, 0.5, True)  # what was marked is another text
    assert course.grades()["ada"]["task-1-hidden"][:2] == (2.0, 1.0)
    with course.gradebook() as book:
        assert book.find_comment("why", "tiny", NAME, "ada").manual_comment == "Nearly."


def test_a_failed_regrade_leaves_no_old_points(course, monkeypatch):
    course.submit("ada", course.notebook())
    Here(course, monkeypatch).grade("ada")
    course.submit("ada", course.notebook(WRONG))
    here = Here(course, monkeypatch)
    assert "a person must look" in here.grade("ada", {"failed": "no memory"}).lower()
    assert course.points("ada") == [0.0] * 3
    here = Here(course, monkeypatch)
    assert here.todo == ["ada"]  # it was no fault of hers

    def broken(*arguments):
        raise TypeError("planted")

    monkeypatch.setattr(here.course, "autograde", broken)
    assert "planted" in here.grade("ada")
    assert all(grade[3] and not grade[0] for grade in course.grades()["ada"].values())
    here = Here(course, monkeypatch)
    here.grade("ada")
    assert course.points("ada") == [0.0, 3.0, 4.0]


def test_a_stop_in_the_middle_of_a_regrade_leaves_no_old_points(course, monkeypatch):
    course.submit("ada", course.notebook())
    Here(course, monkeypatch).grade("ada")
    course.submit("ada", course.notebook(WRONG))
    here = Here(course, monkeypatch)

    def killed(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(here.course, "autograde", killed)
    with pytest.raises(KeyboardInterrupt):
        here.grade("ada")
    assert all(grade[0] is None and grade[3] for grade in course.grades()["ada"].values())
    assert Here(course, monkeypatch).todo == ["ada"]


def test_a_changed_hidden_test_grades_again(course, monkeypatch):
    """The gradebook's copy of the source follows `solutions/`; what is released stays."""
    course.submit("ada", course.notebook())
    Here(course, monkeypatch).grade("ada")
    source = course.folder / "solutions" / NAME / "tiny.ipynb"
    released = (course.folder / "exercises" / NAME / "tiny.ipynb").read_bytes()
    source.write_text(source.read_text().replace("5.0, 8.5])), 13.5", "5.0, 8.5])), 13.0"))
    here = Here(course, monkeypatch)
    assert here.todo == ["ada"]
    here.grade("ada")
    assert course.points("ada") == [2.0, 3.0, 0.0]
    assert (course.folder / "exercises" / NAME / "tiny.ipynb").read_bytes() == released


def test_a_release_that_is_another_one_is_named(course, monkeypatch):
    course.submit("ada", course.notebook())
    source = course.folder / "solutions" / NAME / "tiny.ipynb"
    source.write_text(source.read_text().replace("## Why?", "## How?"))
    with pytest.raises(ValueError, match="is not what .*generate_assignment ps91-tiny"):
        Here(course, monkeypatch)


def test_wrong_calls_say_where_to_go(course, tmp_path, monkeypatch, template):
    assert "no submissions of ps91-tiny; expected" in course.course("grade", "91", code=1)
    assert "name the assignments" in course.course("grade", code=1)
    assert "--workers" in course.course("grade", "91", "--workers", "0", code=1)
    elsewhere = SmallCourse.__new__(SmallCourse)
    elsewhere.folder = tmp_path / "elsewhere"
    elsewhere.folder.mkdir()
    said = elsewhere.course("grade", "ps05", code=1)
    assert "is not the folder of a course" in said and "first go to" in said


def test_a_students_name_may_have_any_letters(course, monkeypatch):
    names = ["Émile Łoś", "{x}", "o'neil, pat", "100%"]
    for name in names:
        course.submit(name, course.notebook())
    here = Here(course, monkeypatch)
    assert here.todo == sorted(names)
    assert [here.grade(name) for name in here.todo] == [""] * 4
    assert [course.points(name) for name in names] == [[2.0, 3.0, 4.0]] * 4
    assert Here(course, monkeypatch).todo == []
    course.submit("a[b]", course.notebook())  # nbgrader looks for files by such patterns
    with pytest.raises(ValueError, match=r"rename a\[b\] in "):
        Here(course, monkeypatch)


def test_a_gradebook_that_is_locked_is_named(course):
    course.submit("ada", course.notebook())
    course.course("grade", "91", "--quiet")
    course.submit("ada", course.notebook(WRONG))
    with sqlite3.connect(course.folder / "grading" / "gradebook.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "database is locked" in course.course("grade", "91", "--quiet", code=1)
    course.course("grade", "91", "--quiet")
    assert course.points("ada") == [0.0, 3.0, 4.0]


@pytest.mark.slow
def test_four_times_as_many_jobs_as_cores_give_the_same_marks(course):
    """Time limits count processor time, so what else runs makes no difference."""
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.JudgeNotebook.timeout = 3\n")
    loop = {"task-1": "def double(x):\n    while True:\n        pass"}
    busy = {"task-3": "import time\n\ndef total(x):\n    end = time.process_time() + 1\n"
                      "    while time.process_time() < end:\n        pass\n"
                      "    return float(np.sum(x))"}
    kinds = [(), WRONG, loop, busy]
    for i in range(16):
        course.submit(f"s{i:02}", course.notebook(kinds[i % 4]))
    course.course("grade", "91", "--quiet", "--workers", "1")
    alone = course.grades()
    assert [alone["s02"]["task-1-hidden"][0], alone["s03"]["task-3-hidden"][0]] == [0.0, 4.0]
    course.course("grade", "91", "--quiet", "--again", "--workers", str(4 * os.cpu_count()))
    assert course.grades() == alone


def test_two_at_once_are_refused(course, monkeypatch):
    from course_lib.runs.claim import claim

    course.submit("ada", course.notebook())
    with claim(course.folder / "grading" / "grade.claim"):
        assert "claim" in course.course("grade", "91", code=1)


def test_the_summary_is_written(graded):
    folder = graded.folder / "grading" / "summary"
    assert {path.name for path in folder.iterdir()} == {f"{NAME}.html", f"{NAME}.csv"}
    with open(folder / f"{NAME}.csv", newline="", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert {name: row["state"] for name, row in rows.items()} == {
        "ada": "waits for marks", "bob": "waits for marks", "cleo": "waits for marks",
        "gus": "waits for marks", "dan": "not gradable", "eve": "not gradable", "fay": "not gradable"}
    tasks = ["task 1", "task 2", "task 3", "why"]
    assert [rows["bob"][task] for task in tasks] == ["0", "3", "4", ""]
    assert [rows["dan"][task] for task in tasks] == [""] * 4
    assert rows["bob"]["right once an earlier task is"] == "task 2"
    assert "course_lib.metrics" in rows["gus"]["borrowed"] and not rows["ada"]["borrowed"]
    page = (folder / f"{NAME}.html").read_text()
    assert "Multiply by 2, not by 3. (1)" in page and "answers.pdf" in page


def test_nbgraders_export_tells_no_points_from_zero(graded):
    def exported(*words):
        graded.nbgrader("export", "--to", "out.csv", *words)
        with open(graded.folder / "out.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    rows = {row["student_id"]: row for row in exported()}
    assert {row["state"] for row in rows.values()} == {"waits for marks", "not gradable"}
    assert [row["score"] for row in rows.values()] == [""] * 7
    assert "could not be read as a notebook" in rows["dan"]["reason"]
    assert {row["max_score"] for row in rows.values()} == {"11"}
    assert [row["student_id"] for row in exported("--student", '["bob"]')] == ["bob"]
    assert exported("--assignment", '["other"]') == []
    with graded.gradebook() as book:
        grade = book.find_grade("why", "tiny", NAME, "bob")
        grade.manual_score, grade.needs_manual_grade = 0.0, False
        book.db.commit()
    (bob,) = exported("--student", '["bob"]')
    assert (bob["state"], bob["score"], bob["raw_score"]) == ("graded", "7", "7")
    with graded.gradebook() as book:
        grade = book.find_grade("why", "tiny", NAME, "bob")
        grade.manual_score, grade.needs_manual_grade = None, True
        book.db.commit()


def test_a_mark_by_hand_makes_it_final(graded):
    with graded.gradebook() as book:
        for name in ("why", "task-1-hidden", "task-2-hidden", "task-3-hidden"):
            grade = book.find_grade(name, "tiny", NAME, "dan")
            grade.manual_score, grade.needs_manual_grade = 1.0, False
        grade = book.find_grade("why", "tiny", NAME, "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()
    said = graded.course("summary", "91")
    assert "7 students: 2 graded, 3 waits for marks, 2 not gradable" in said
    with open(graded.folder / "grading" / "summary" / f"{NAME}.csv", newline="",
              encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["ada"]["score"], rows["dan"]["score"], rows["bob"]["score"]) == ("10.5", "4", "")
