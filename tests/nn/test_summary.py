"""The table that `Network.summary` writes."""

import re

import numpy as np
import pytest

from course_lib import zoo
from course_lib.nn import BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, Network, ReLU


def parse(text):
    """Rows (name, shape, count) and totals by name."""
    rows = re.findall(r"^(\d+ \w+) +\((N.*)\) +([\d,]+)$", text, re.MULTILINE)
    totals = dict(re.findall(r"^([a-z ]+): ([\d,]+)$", text, re.MULTILINE))
    number = {key: int(value.replace(",", "")) for key, value in totals.items()}
    return [(name, shape, int(count.replace(",", ""))) for name, shape, count in rows], number


def test_lenet5_has_the_shapes_and_counts_that_everybody_knows(rng):
    rows, totals = parse(zoo.build("lenet5", rng).summary((28, 28, 1)))
    assert rows == [
        ("0 Conv2D", "N, 28, 28, 6", 156), ("1 MaxPool2D", "N, 14, 14, 6", 0),
        ("2 ReLU", "N, 14, 14, 6", 0), ("3 Conv2D", "N, 10, 10, 16", 2416),
        ("4 MaxPool2D", "N, 5, 5, 16", 0), ("5 ReLU", "N, 5, 5, 16", 0), ("6 Flatten", "N, 400", 0),
        ("7 Dense", "N, 120", 48120), ("8 ReLU", "N, 120", 0), ("9 Dense", "N, 84", 10164),
        ("10 ReLU", "N, 84", 0), ("11 Dense", "N, 10", 850),
    ]  # fmt: skip
    assert totals == {"total parameters": 61706, "trainable": 61706, "not trainable": 0}


def test_running_statistics_count_as_not_trainable(rng):
    network = Network([Conv2D(1, 4, 3, rng), BatchNorm(4), ReLU(), Flatten(), Dense(144, 10, rng)])
    rows, totals = parse(network.summary((8, 8, 1)))
    assert rows[1] == ("1 BatchNorm", "N, 6, 6, 4", 16)
    assert totals == {"total parameters": 1506, "trainable": 1498, "not trainable": 8}
    assert sum(count for _, _, count in rows) == totals["total parameters"]


def test_shapes_are_those_of_a_real_pass(rng):
    network = Network([Conv2D(2, 3, 3, rng, stride=2, padding="same"), MaxPool2D(2, stride=1),
                       Flatten(), Dense(36, 5, rng)])  # fmt: skip
    rows, _ = parse(network.summary((9, 8, 2)))
    x = np.zeros((7, 9, 8, 2), np.float32)
    for layer, (_, shape, _) in zip(network.layers, rows, strict=True):
        x = layer.forward(x)
        assert shape == "N, " + ", ".join(map(str, x.shape[1:]))


def test_columns_are_aligned(rng):
    lines = zoo.build("lenet5", rng).summary((28, 28, 1)).splitlines()[:-3]
    assert len({len(line) for line in lines}) == 1
    starts = {line.index("(N") for line in lines[1:]}
    assert starts == {lines[0].index("output shape")}


def test_an_image_that_is_too_small_is_named(rng):
    with pytest.raises(ValueError, match="does not fit"):
        zoo.build("lenet5", rng).summary((4, 4, 1))
