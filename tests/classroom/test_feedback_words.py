"""What a page of feedback says of answers without marks, of files that cannot be read, of errors."""

import html
import json
import re

import pytest
from small_course import FILE, NAME, RIGHT, SmallCourse

BROKEN = {"task-1": "def double(x:\n    return 2 * x"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = SmallCourse(tmp_path_factory.mktemp("words") / "course")
    course.submit("ada", course.notebook())
    course.submit("bob", course.notebook(BROKEN))
    course.submit("dan", b"{")
    left_out = json.loads((course.folder / "exercises" / NAME / FILE).read_text())
    for cell in left_out["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = RIGHT.get(name, cell["source"])
    course.submit("eve", json.dumps(left_out).encode())
    course.submit("fay", course.notebook(why="Marked already."))
    course.course("grade", "91", "--quiet", "--workers", "1")
    with course.gradebook() as book:
        for student, cell in (("fay", "why"), ("dan", "task-1-hidden")):
            grade = book.find_grade(cell, "tiny", NAME, student)
            grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()
    course.nbgrader("generate_feedback", NAME)
    return course


def page(course, student):
    return (course.folder / "grading" / "feedback" / student / NAME / "tiny.html").read_text()


def rows(course, student):
    """Each row of the table at the top: title, result, points."""
    found = re.findall(r"<tr class=\"\w+\">(.*?)</tr>", page(course, student), re.DOTALL)
    cells = [[html.unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in
              re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in found]
    return [[title, result.strip("✓✗◐✎… –"), points] for title, result, points in cells]


def words(course, student):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page(course, student))).split())


def test_an_answer_that_nobody_has_marked_is_not_marked_yet(course):
    assert rows(course, "ada")[-1] == ["Why?", "Not marked yet", "? / 2"]
    assert "9 of 11 points 2 points are not marked yet: the total may still rise." in words(
        course, "ada")
    assert "0 / 2" not in words(course, "ada")
    assert "? / 2 points" in words(course, "ada")  # beside the answer itself


def test_what_a_person_has_marked_says_so(course):
    assert rows(course, "fay")[-1] == ["Why?", "Read by a person", "1.5 / 2"]
    assert "not marked yet" not in words(course, "fay").lower()


def test_an_answer_that_is_left_out_needs_nobody(course):
    assert rows(course, "eve")[-1] == ["Why?", "Not answered", "0 / 2"]
    assert "not marked yet" not in words(course, "eve").lower()


def test_what_is_no_notebook_is_not_called_wrong(course):
    said = words(course, "dan")
    assert "This file could not be read as a notebook: " in said
    assert "Not right yet" not in said and "0 / " not in said
    assert [result for _, result, _ in rows(course, "dan")] == [
        "Read by a person", "Not graded", "Not graded", "Not graded"]
    assert "1.5 of 11 points 9 points are not marked yet" in said


def test_a_syntax_error_is_the_cause_that_its_tests_name(course):
    said = words(course, "bob")
    assert said.count("'(' was never closed") >= 3  # the cell itself, and both its tests
    assert ("Task 1 (double): double is not defined. Likely cause: The cell of task 1 stopped with "
            "SyntaxError: '(' was never closed The line is 1: def double(x:") in said
    assert "Run the cell that defines it" not in said
