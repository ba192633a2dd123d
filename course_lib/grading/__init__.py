"""Check an answer in an exercise notebook and say in words what is wrong with it.

A test cell holds one function under a decorator, which runs it at once::

    from course_lib.grading import visible_test

    @visible_test("Task 1 (double)")
    def test(check):
        step = check.watch(double)
        check.equal("double(3.0)", step(3.0), 6.0, mistakes={"Multiply, do not square.": 9.0})

`visible_test` prints what was expected and what came, `hidden_test` never prints a number. Both
give the function a `Check`, whose methods are all that a test needs. A failure is a `CheckFailed`
with a few lines of plain text; nothing is ever written to stderr, because nbgrader counts that as a
failure.
"""

from course_lib.grading.calls import lines_executed, peak_memory
from course_lib.grading.check import Check
from course_lib.grading.compare import numerical_gradient
from course_lib.grading.decorators import hidden_test, visible_test
from course_lib.grading.failed import CheckFailed

__all__ = [
    "Check", "CheckFailed", "hidden_test", "lines_executed", "numerical_gradient", "peak_memory",
    "visible_test",
]
