"""`course grade` killed at any moment: the next call ends where an undisturbed one does."""

import random
import signal
import time

import psutil
import pytest
from small_course import NAME, SmallCourse, fill_class

DEADLINE = 120  # seconds to wait for something that must happen


def wait_until(condition):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def stamps(course):
    return {path: path.stat().st_mtime_ns
            for path in course.folder.glob(f"grading/autograded/*/{NAME}/tiny.graded.json")}


def kill_it(course, more, delay):
    """Start grading, kill it when `more` submissions are done and `delay` seconds have passed."""
    before = stamps(course)
    process = course.start("course_lib.cli", "grade", "91", "--quiet", "--workers", "2")
    wait_until(lambda: len(stamps(course)) >= len(before) + more or process.poll() is not None)
    time.sleep(delay)
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.send_signal(signal.SIGKILL)
    process.communicate()
    _, left = psutil.wait_procs(family, timeout=DEADLINE)
    assert not left, "processes outlive the grader"
    after = stamps(course)
    assert {path: after.get(path) for path in before} == before, "graded twice"
    return len(after) - len(before)


def leave_some(course, students, chance):
    """See to it that there is something to grade: half-graded folders, of which one is empty."""
    done = sorted(stamps(course))
    if len(done) > students - 4:
        for path in chance.sample(done, 5):
            path.unlink()
        path.with_name("tiny.ipynb").unlink()


def check_kills(tmp_path, students, kills):
    undisturbed = SmallCourse(tmp_path / "undisturbed")
    fill_class(undisturbed, students)
    undisturbed.course("grade", "91", "--quiet")
    course = SmallCourse(tmp_path / "course")
    fill_class(course, students)
    chance = random.Random()
    for _ in range(kills):
        leave_some(course, students, chance)
        # Some while it starts, some between two submissions, some while one is written.
        kill_it(course, chance.choice([0, 1, 1, 2]), chance.uniform(0, 0.4))
    leave_some(course, students, chance)
    before = stamps(course)
    course.course("grade", "91", "--quiet")
    after = stamps(course)
    assert {path: after[path] for path in before} == before
    assert len(after) == students
    assert course.grades() == undisturbed.grades()
    assert len(course.grades()) == students


def test_a_few_kills_change_nothing(tmp_path):
    check_kills(tmp_path, 8, 2)


@pytest.mark.slow
def test_kills_over_a_class_change_nothing(tmp_path):
    check_kills(tmp_path, 30, 6)
