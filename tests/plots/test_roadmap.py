"""The road: every system at its place, published ones open, measured ones filled."""

import numpy as np
import pytest

from course_lib.plots import road


def point(accuracy, measured=False, year=1998, parameters=60000, label="", family="convolutional"):
    return {"accuracy": accuracy, "measured": measured, "year": year, "parameters": parameters,
            "label": label, "family": family}


def marks(ax):
    """What is drawn: (x, error in percent, whether filled) of every mark."""
    found = set()
    for line in ax.lines:
        filled = line.get_markerfacecolor() != "none"
        found |= {(x, round(y, 6), filled) for x, y in zip(*line.get_data())}
    return found


@pytest.mark.parametrize(("key", "x"), [("year", 1998), ("parameters", 60000)])
def test_marks_stand_where_they_belong(key, x):
    (ax,) = road([point(99.05), point(99.2, measured=True)], key, {}).axes
    assert marks(ax) == {(x, 0.95, False), (x, 0.8, True)}
    assert ax.get_xscale() == ("log" if key == "parameters" else "linear")


def test_unknown_years_are_left_out():
    (ax,) = road([point(99.0, year=None), point(98.0)], "year", {}).axes
    assert marks(ax) == {(1998, 2.0, False)}


def test_higher_is_better_and_a_step_is_a_tenth_of_the_errors():
    (ax,) = road([point(90.0)], "year", {}).axes
    heights = ax.transData.transform([(1998, e) for e in (10, 1, 0.1)])[:, 1]
    assert heights[0] < heights[1] < heights[2]
    assert np.isclose(heights[1] - heights[0], heights[2] - heights[1])


def test_only_wanted_labels_are_printed_beside_their_mark():
    (ax,) = road([point(99.0, label="A"), point(98.0, label="B")], "year", {"B": "right"}).axes
    (text,) = ax.texts
    assert (text.get_text(), text.xy) == ("B", (1998, 2.0))
    assert text.get_ha() == "right" and text.xyann[0] < 0


def test_the_legend_names_only_what_is_there():
    points = [point(99.0), point(92.0, family="dense", parameters=None)]
    for key, names in (("year", ["dense", "convolutional"]), ("parameters", ["convolutional"])):
        (ax,) = road(points, key, {}).axes
        texts = [text.get_text() for text in ax.get_legend().get_texts()]
        assert texts == [*names, "filled: measured here"]
