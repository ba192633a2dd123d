"""Drawings of chapter 12."""

import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter

from course_lib.plots import PALETTE
from course_lib.plots.style import subplots

MARKERS = "os^Dv*"


def steps(names, microseconds):
    """Time for one image on a logarithmic axis, one bar for each way to compute."""
    figure, ax = subplots(size=(6.4, 0.5 * len(names) + 0.9))
    places = np.arange(len(names))[::-1]
    ax.barh(places, microseconds, color=PALETTE["blue"], height=0.6)
    for place, value in zip(places, microseconds):
        ax.text(value * 1.15, place, f"{value:,.0f}" if value >= 10 else f"{value:.1f}", va="center", fontsize=10)
    ax.set_yticks(places, names)
    ax.set(xscale="log", xlabel="microseconds for one image",
           xlim=(min(microseconds) / 3, max(microseconds) * 8))
    ax.grid(axis="x")
    return figure


def roofline(bandwidth, peak, points):
    """Arithmetic per second against arithmetic per byte.

    ``bandwidth`` in bytes per second, ``peak`` in operations per second; ``points`` maps a name to
    (operations per byte, operations per second).
    """
    figure, ax = subplots(size=(6.4, 4.0))
    x = np.geomspace(0.05, 500, 200)
    ax.plot(x, np.minimum(bandwidth * x, peak) / 1e9, "-", color=PALETTE["ink"], label="roof")
    ax.axvline(peak / bandwidth, color=PALETTE["ink"], linestyle=":", linewidth=1)
    colors = [PALETTE[name] for name in ("blue", "vermilion", "green", "purple")]
    for i, (name, (intensity, rate)) in enumerate(points.items()):
        ax.plot(intensity, rate / 1e9, MARKERS[i % 6], color=colors[i % 4], markersize=8, label=name)
    ax.set(xscale="log", yscale="log", xlabel="operations for each byte from memory",
           ylabel="billion operations per second")
    ax.grid()
    ax.legend(fontsize=9, loc="lower right")
    return figure


def by_layer(names, forward, backward):
    """Microseconds of a training step by layer; forward and backward are two parts of each bar."""
    figure, ax = subplots(size=(6.4, 0.34 * len(names) + 0.9))
    places = np.arange(len(names))[::-1]
    ax.barh(places, forward, color=PALETTE["blue"], label="forward")
    ax.barh(places, backward, left=forward, color=PALETTE["vermilion"], alpha=0.75, hatch="///",
            edgecolor="white", label="backward")
    ax.set_yticks(places, names)
    ax.set_xlabel("microseconds")
    ax.legend()
    return figure


def beside(names, ratios):
    """Our time divided by that of the peer, one bar each; 1 is a draw."""
    figure, ax = subplots(size=(6.4, 0.38 * len(names) + 0.9))
    places = np.arange(len(names))[::-1]
    for place, ratio in zip(places, ratios):
        ahead = ratio <= 1
        ax.barh(place, ratio, color=PALETTE["blue" if ahead else "vermilion"], height=0.6,
                hatch="" if ahead else "///", edgecolor="white")
        ax.text(ratio + 0.02, place, f"{ratio:.2f}", va="center", fontsize=10)
    ax.axvline(1, color=PALETTE["ink"], linestyle=":", linewidth=1.2)
    ax.set_yticks(places, names)
    ax.set(xlabel="our time / time of the other library", xlim=(0, max(ratios) * 1.15))
    return figure


def seeds(accuracies, goal):
    """One dot for each run, by its accuracy on the test images; the mean is a line, the goal dotted."""
    figure, ax = subplots(size=(6.4, 2.4))
    percents = np.round(100 * np.sort(accuracies), 2)
    heights = [int(np.sum(percents[:i] == value)) for i, value in enumerate(percents)]
    ax.plot(percents, heights, "o", color=PALETTE["blue"], markersize=7)
    ax.axvline(percents.mean(), color=PALETTE["blue"], linewidth=1.2, label="mean")
    ax.axvline(100 * goal, color=PALETTE["ink"], linestyle=":", linewidth=1.2, label="goal")
    ax.set(xlabel="right answers on the test images, percent", yticks=[], ylim=(-0.7, max(heights) + 0.9))
    ax.legend(fontsize=9, loc="upper left")
    return figure


def growth(panels):
    """Four panels on logarithmic axes: a title, the unit of each axis, and the points (size, cost)."""
    figure, axes = subplots(2, 2, size=(6.4, 5.4))
    for ax, (title, size, cost, points) in zip(axes.flat, panels):
        sizes, costs = np.array(points, float).T
        ax.plot(sizes, costs, "o-", color=PALETTE["blue"], markersize=5)
        ax.plot(sizes, costs[-1] * sizes / sizes[-1], ":", color=PALETTE["ink"], linewidth=1.2)
        ax.set(xscale="log", yscale="log", title=title, xlabel=size, ylabel=cost)
        ax.set_xticks(sizes[::2], [f"{n:,.0f}" for n in sizes[::2]])
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter("{x:g}")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_minor_formatter(NullFormatter())
        ax.grid()
    return figure
