"""What the tests of assignments share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `answers`, `graders` and `banks`

from graders import Course, make_course


@pytest.fixture(scope="session")
def course_of(tmp_path_factory):
    """Give the course of an assignment; one directory for all is made once and shared."""
    path = tmp_path_factory.mktemp("course")
    make_course(path)
    return lambda assignment: Course(path, assignment)
