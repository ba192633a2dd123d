"""What is another way round for a test cell that runs away from the student's functions."""

import contextlib

import numpy as np

import course_lib.grading


@contextlib.contextmanager
def measured_over_there(link):
    """Let memory and lines be measured where the student's function runs."""
    def measure(what):
        def measured(function, *args):
            link.measure = what
            try:
                return function(*args), link.measured
            finally:
                link.measure = ""
        return measured

    here = {name: getattr(course_lib.grading, name) for name in ("peak_memory", "lines_executed")}
    course_lib.grading.peak_memory = measure("memory")
    course_lib.grading.lines_executed = measure("lines")
    try:
        yield
    finally:
        vars(course_lib.grading).update(here)


@contextlib.contextmanager
def other_seeds(seed):
    """Let `numpy.random.default_rng` mix a number into the seed that it is given."""
    make = np.random.default_rng

    def default_rng(given=None):
        return make([given, seed] if type(given) is int else given)

    np.random.default_rng = default_rng if seed is not None else make
    try:
        yield
    finally:
        np.random.default_rng = make


def free_names(tree, file):
    """All names that a cell reads, also in its functions."""
    def names(code):
        yield from code.co_names
        for part in code.co_consts:
            if hasattr(part, "co_names"):
                yield from names(part)

    return set(names(compile(tree, file, "exec")))
