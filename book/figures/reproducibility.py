"""Drawings of chapter 13."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import subplots


def by_cause(spreads):
    """A dot for each run, one row for each source of chance; ``spreads`` maps it to accuracies."""
    figure, ax = subplots(size=(6.4, 0.5 * len(spreads) + 0.9))
    for place, values in enumerate(list(spreads.values())[::-1]):
        ax.plot(values, [place] * len(values), "o", color=PALETTE["blue"], markersize=6, alpha=0.6)
    ax.set_yticks(range(len(spreads)), list(spreads)[::-1])
    ax.set(xlabel="accuracy on test images, %", ylim=(-0.5, len(spreads) - 0.5))
    ax.grid(axis="x")
    return figure


def sums(values, exact):
    """Histogram of sums of the same numbers in different orders, and the exact sum."""
    figure, ax = subplots(size=(6.4, 2.8))
    ax.hist(values, 40, color=PALETTE["blue"])
    ax.axvline(exact, color=PALETTE["vermilion"], linestyle="--", label="exact sum")
    ax.set(xlabel="sum", ylabel="orders")
    ax.ticklabel_format(axis="x", useOffset=False)
    ax.tick_params(axis="x", labelsize=9)
    ax.legend()
    return figure


def apart(distances):
    """How far two trainings are apart, step by step; ``distances`` maps a name to numbers."""
    figure, ax = subplots(size=(6.4, 3.2))
    for name, values in distances.items():
        steps = np.arange(1, len(values) + 1)
        ax.plot(steps, np.where(np.array(values) > 0, values, np.nan), label=name)
    ax.set(xscale="log", yscale="log", xlabel="training step", ylabel="largest difference of a weight")
    ax.grid(axis="y")
    ax.legend()
    return figure


def two_spreads(rows):
    """For each system its runs, and the interval that the test images allow for their mean.

    ``rows`` is a list of ``(name, scores, low, high)`` in percent.
    """
    figure, ax = subplots(size=(6.4, 0.45 * len(rows) + 0.9))
    for place, (_, scores, low, high) in enumerate(rows[::-1]):
        ax.barh(place, high - low, left=low, height=0.5, color="#D9D9D9")
        ax.plot(scores, [place] * len(scores), "o", color=PALETTE["blue"], markersize=5, alpha=0.8)
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows[::-1]])
    ax.set(xlabel="accuracy on test images, %")
    ax.grid(axis="x")
    return figure


def flattery(values):
    """Differences in points, a dot for each split, with mean and 95 % interval.

    ``values`` maps a name to ``(differences, mean, low, high)``.
    """
    figure, ax = subplots(size=(6.4, 0.55 * len(values) + 0.9))
    rng = np.random.default_rng(0)
    for place, (dots, mean, low, high) in enumerate(list(values.values())[::-1]):
        ax.plot(dots, place + rng.uniform(-0.1, 0.1, len(dots)), "o", color=PALETTE["blue"], markersize=4,
                alpha=0.6)
        ax.plot([low, high], [place - 0.28] * 2, "-", color=PALETTE["vermilion"], linewidth=2)
        ax.plot(mean, place - 0.28, "D", color=PALETTE["vermilion"], markersize=5)
    ax.axvline(0, color=PALETTE["ink"], linestyle=":", linewidth=1)
    ax.set_yticks(range(len(values)), list(values)[::-1])
    ax.set(xlabel="difference in points", ylim=(-0.6, len(values) - 0.5))
    ax.grid(axis="x")
    return figure
