"""The road of the book in one picture."""

import numpy as np

from course_lib.plots.style import FAINT, PALETTE, subplots


def road(systems):
    """Accuracy of every system against its year and against its number of parameters.

    ``systems`` is a list of dictionaries with the keys ``name``, ``year``, ``parameters`` and
    ``accuracy`` (between 0 and 1). A system whose year or parameters are None, as nearest neighbors have no
    parameters, is left out of that half. The height is the logarithm of the error rate: each step up
    the scale means half, a fifth, a tenth of the errors.

    Examples
    --------
    >>> lenet5 = {"name": "LeNet-5", "year": 1998, "parameters": 61706, "accuracy": 0.9905}
    >>> figure = road([lenet5, {"name": "5-NN", "year": 1967, "parameters": None, "accuracy": 0.9688}])
    >>> [len(ax.collections[0].get_offsets()) for ax in figure.axes]
    [2, 1]
    """
    figure, axes = subplots(1, 2, (9.6, 5.0), sharey=True)
    for ax, key in zip(axes, ("year", "parameters")):
        known = [s for s in systems if s[key] is not None]
        x = np.array([s[key] for s in known], dtype=float)
        error = 1 - np.array([s["accuracy"] for s in known])
        ax.scatter(x, error, s=34, color=PALETTE["blue"], zorder=3)
        _label_points(ax, x, error, [s["name"] for s in known])
        ax.set(xlabel=key if key == "year" else "number of parameters", yscale="log")
        ax.grid(axis="y", color=FAINT)
    return figure


def _label_points(ax, x, y, names):
    for a, b, name in zip(x, y, names):
        ax.annotate(name, (a, b), (5, 0), textcoords="offset points", va="center", fontsize=8)
