"""What is counted and kept around a call is the same on every machine, and the student's own."""

import sys
import threading

import numpy as np
import pytest

from course_lib.grading import Check, CheckFailed, lines_executed


def helper(x):
    total = 0.0
    for value in x:
        total += value
    return total


def looping(x):
    return helper(x)


def vectorized(x):
    y = np.tensordot(x, x, axes=1)  # some dozens of lines of Python in NumPy
    return float(y)


def test_lines_count_work_and_not_what_a_library_does():
    small, large = np.ones(10), np.ones(1000)
    assert lines_executed(vectorized, small) == (10.0, 2)
    assert lines_executed(vectorized, large)[1] == 2
    few, many = (lines_executed(looping, x)[1] for x in (small, large))
    assert many - few == 2 * 990


@pytest.mark.parametrize("loop", [
    lambda x: [value for value in x],
    lambda x: sum(value for value in x),
    lambda x: list(map(lambda value: value, x)),  # noqa: C417
    lambda x: np.vectorize(lambda value: 2 * value)(x),
    lambda x: np.array([a * b for a in x[:2] for b in x]),
], ids=["comprehension", "generator", "map", "vectorize", "two loops"])
def test_a_loop_in_one_line_counts_as_often_as_it_runs(loop):
    few, many = (lines_executed(loop, np.ones(n))[1] for n in (10, 1010))
    assert many - few >= 1000


def test_the_count_is_the_same_on_a_busy_machine():
    stop = threading.Event()

    def burn():
        while not stop.is_set():
            helper(range(1000))

    quiet = lines_executed(looping, np.ones(3000))
    others = [threading.Thread(target=burn) for _ in range(3)]
    for other in others:
        other.start()
    try:
        assert lines_executed(looping, np.ones(3000)) == quiet
    finally:
        stop.set()
        for other in others:
            other.join()


def test_a_trace_function_of_someone_else_stays():
    def trace(frame, event, argument):
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        lines_executed(vectorized, np.ones(2))
        assert sys.gettrace() is trace
        with pytest.raises(TypeError):
            lines_executed(looping, 5)
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)


def test_a_result_that_a_later_call_changes_is_noticed():
    buffer = np.zeros(2)

    def f(x):
        buffer[...] = 2 * x
        return buffer

    check = Check("Task 1 (f)", reveal=False)
    f = check.watch(f)
    assert f(np.ones(2))[0] == 2
    with pytest.raises(CheckFailed, match="changed what an earlier call returned"):
        f(np.full(2, 3.0))


def test_a_result_among_several_is_noticed_too():
    buffer = np.zeros(2)

    def f(x):
        buffer[...] = 2 * x
        return x + 1, buffer

    f = Check("Task 1 (f)", reveal=False).watch(f, returns=("y", "mask"))
    f(np.ones(2))
    with pytest.raises(CheckFailed, match="changed what an earlier call returned"):
        f(np.zeros(2))


def test_an_argument_that_is_returned_belongs_to_the_test():
    x = np.ones(4)
    f = Check("Task 1 (f)", reveal=False).watch(lambda x: x[1:])
    f(x)
    x[:] = 7.0  # by the test
    assert f(x=x)[0] == 7.0
    x[:] = 8.0
    f(np.zeros(4))
