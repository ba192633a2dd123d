"""What the tests of assignments share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `answers`, `graders` and `banks`

from graders import Course


@pytest.fixture(scope="session")
def course_of(tmp_path_factory):
    """Give the course directory of an assignment; it is made once and shared by all tests."""
    courses = {}

    def course(assignment):
        if assignment not in courses:
            courses[assignment] = Course(tmp_path_factory.mktemp(assignment), assignment)
        return courses[assignment]

    return course
