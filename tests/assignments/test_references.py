"""The reference solutions keep what their docstrings say, and the tests ask no clock."""

import math
import re

import numpy as np
import pytest
from answers import read_bank
from graders import ASSIGNMENTS, grading, source_notebook

CLOCK = re.compile(r"\bimport time\b|\bfrom time\b|perf_counter|process_time|monotonic|timeit|"
                   r"\btime\.time\b|datetime")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_verdict_depends_on_a_clock(assignment):
    for cell in source_notebook(assignment).cells:
        if cell.cell_type == "code" and grading(cell).get("grade"):
            assert not CLOCK.search(cell.source), cell.id


def test_the_ends_of_wilsons_interval_are_rates():
    names = {"np": np, "math": math}
    exec(read_bank("ps09-ensembles").reference["task-3"].source, names)  # noqa: S102
    for n in range(1, 200):
        for errors in (0, n):
            for z in (0.5, 1.0, 1.96, 2.5758):
                low, high = names["wilson_interval"](errors, n, z)
                assert 0 <= low <= high <= 1, (errors, n, z)
