"""No figure relies on color alone: what differs in color differs in something else as well."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_lib import plots

FAMILIES = ("classical", "dense", "convolutional", "capsules", "several networks that vote")
ONE = {"clean": 0.99, "accuracy": {"noise": [0.98, 0.9], "blur": [0.97, 0.8]}}


def by_color_alone(ax):
    """Pairs of colors that nothing else tells apart, among bars and among lines with their marks.

    Bars may differ by their hatch as well, lines by dashes, mark, and whether the mark is filled.
    """
    bars = {(to_hex(bar.get_facecolor()), bar.get_hatch() or "")
            for bar in ax.patches if bar.get_height()}
    lines = {(to_hex(line.get_color()), (line.get_linestyle(), line.get_marker(),
              to_hex(line.get_markerfacecolor()) == to_hex(line.get_color())))
             for line in ax.lines if len(line.get_xdata())}  # without data: a line of the legend
    found = set()
    for group in (bars, lines):
        for color, look in group:
            found |= {tuple(sorted((color, other))) for other, same in group
                      if other != color and same == look}
    return found


def figures():
    """One figure of each kind that uses colors to tell things apart."""
    rng = np.random.default_rng(0)
    labels, proba = rng.integers(0, 3, 60), rng.dirichlet(np.ones(3), 60)
    parts, keys = ("train", "validation"), ("loss", "accuracy")
    epoch = {f"{part}_{key}": 0.5 for part in parts for key in keys}
    run = [{"epoch": e, **epoch} for e in (1, 2)]
    points = [{"family": family, "accuracy": 95.0 + i, "measured": measured, "label": "",
               "year": 2000 + i, "parameters": 10 + i}
              for i, family in enumerate(FAMILIES) for measured in (False, True)]
    names = "abcde"
    yield "prediction_gallery", plots.prediction_gallery(
        np.zeros((60, 4, 4)), labels, proba, correct=False)
    yield "reliability_diagram", plots.reliability_diagram(labels, proba)
    yield "class_balance", plots.class_balance({name: labels for name in names[:4]})
    yield "performance_view", plots.performance_view(np.eye(3, dtype=int) * 5 + 1)
    yield "training_curves", plots.training_curves({name: run for name in names})
    yield "road", plots.road(points, "year", {})
    yield "robustness_curves", plots.robustness_curves({name: ONE for name in names})


@pytest.mark.parametrize("name, figure", [pytest.param(*pair, id=pair[0]) for pair in figures()])
def test_no_figure_relies_on_color_alone(name, figure):
    colors = {color for ax in figure.axes for color in by_color_alone(ax)}
    if name == "prediction_gallery":  # gray: neither truth nor answer, which the title names
        colors = {pair for pair in colors if "#8c8c8c" not in pair}
    assert not colors


def test_color_alone_is_seen():
    figure, ax = plt.subplots()
    plt.close(figure)
    ax.bar([0, 1], [1, 1], color=["red", "green"])
    ax.plot([0, 1], color="red")
    ax.plot([0, 1], color="blue")
    assert by_color_alone(ax) == {("#008000", "#ff0000"), ("#0000ff", "#ff0000")}
    ax.patches[0].set_hatch("///")
    ax.lines[0].set_linestyle("--")
    assert not by_color_alone(ax)
