"""The road of the book in one picture."""

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from course_lib.plots.style import FAINT, PALETTE, subplots

_ACCURACIES = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995]


def road(systems):
    """Accuracy of every system against its year and against its number of parameters.

    The height is the logarithm of the error rate: from 90 to 99 and from 99 to 99.9 % are equal
    steps, each to a tenth of the errors.

    ``systems`` is a list of dictionaries with the keys ``name`` (printed beside the point),
    ``year``, ``parameters`` and ``accuracy`` (between 0 and 1, below 1). A system whose year or
    parameters are None (nearest neighbors have no parameters) is left out of that half.

    Examples
    --------
    >>> lenet5 = {"name": "LeNet-5", "year": 1998, "parameters": 61706, "accuracy": 0.9905}
    >>> knn = {"name": "5-NN", "year": 1967, "parameters": None, "accuracy": 0.9688}
    >>> figure = road([lenet5, knn])
    >>> [len(ax.collections[0].get_offsets()) for ax in figure.axes]
    [2, 1]
    """
    figure, axes = subplots(1, 2, (8.4, 6.0), sharey=True)
    axes[0].set(ylabel="accuracy, %", yscale="log")
    axes[0].yaxis.set_major_locator(FixedLocator([1 - a for a in _ACCURACIES]))
    axes[0].yaxis.set_major_formatter(lambda error, _: f"{100 * (1 - error):.4g}")
    axes[0].yaxis.set_minor_locator(NullLocator())
    axes[0].invert_yaxis()
    axes[1].set(xscale="log")
    shown = []
    for ax, key in zip(axes, ("year", "parameters")):
        known = [s for s in systems if s[key] is not None]
        x = [s[key] for s in known]
        error = [1 - s["accuracy"] for s in known]
        ax.scatter(x, error, s=30, color=PALETTE["blue"], zorder=3)
        ax.set(xlabel={"year": "year", "parameters": "number of parameters"}[key])
        ax.margins(x=0.05, y=0.07)
        ax.grid(axis="y", color=FAINT)
        shown.append([(a, b, s["name"]) for a, b, s in zip(x, error, known)])
    figure.draw_without_rendering()  # only now it is known where on the page each point lies
    for ax, points in zip(axes, shown):
        _label(ax, points)
    return figure


def _label(ax, points):
    """Print a name beside each point, to its right or left, moved up or down until it is free."""
    to_points = 72 / ax.figure.dpi  # the unit of font sizes and offsets, 72 to an inch
    places = ax.transData.transform([(x, y) for x, y, _ in points]) * to_points
    frame = ax.get_window_extent()
    taken = [(x - 3, x + 3, y) for x, y in places]  # left end, right end, height: first the dots
    for i in np.argsort(-places[:, 1], kind="stable"):
        (x, y), name = places[i], points[i][2]
        width = 4.7 * len(name)  # about, at this font size
        sides = {"left": (x + 6, x + 6 + width), "right": (x - 6 - width, x - 6)}  # by alignment
        free = (
            (side, y + shift)
            for shift in sorted(range(-200, 200), key=abs)
            for side, (start, end) in sides.items()
            if start > frame.x0 * to_points and end < frame.x1 * to_points
            and not any(abs(y + shift - b) < 9 and a < end and start < e for a, e, b in taken)
        )
        side, level = next(free, ("left", y))
        taken.append((*sides[side], level))
        line = {"arrowstyle": "-", "color": "#8C8C8C", "linewidth": 0.6}
        ax.annotate(name, points[i][:2], (6 if side == "left" else -6, level - y), ha=side,
                    va="center", textcoords="offset points", fontsize=8, in_layout=False,
                    arrowprops=line if abs(y - level) > 3 else None)
