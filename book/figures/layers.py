"""Drawings of chapter 5."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import subplots

MARKERS = "osD^v"


def regions(points, labels, readers, side=1.6):
    """Two classes of points and, behind them, where each reader says which class.

    ``readers`` maps a heading to a function from points (n, 2) to answers (n,).
    """
    figure, axes = subplots(2, 2, (6.4, 6.6))
    ticks = np.linspace(-side, side, 161)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    for ax, (name, reader) in zip(axes.flat, readers.items()):
        answers = reader(grid).reshape(161, 161)
        ax.contourf(ticks, ticks, answers, levels=[-0.5, 0.5, 1.5],
                    colors=[PALETTE["blue"], PALETTE["vermilion"]], alpha=0.18)
        ax.contour(ticks, ticks, answers, levels=[0.5], colors=[PALETTE["ink"]], linewidths=1)
        for label, marker, color in ((0, "o", PALETTE["blue"]), (1, "^", PALETTE["vermilion"])):
            part = points[labels == label]
            ax.plot(*part.T, marker, color=color, markersize=3.5)
        right = (reader(points) == labels).mean()
        ax.set_title(f"{name}\n{100 * right:.0f} % right", fontsize=10, fontweight="normal")
        ax.set(xticks=[], yticks=[], aspect="equal")
    return figure


def bends(functions):
    """Nonlinearities as curves; ``functions`` maps a name to a function."""
    figure, axes = subplots(1, len(functions), (6.8, 2.2), sharey=True)
    z = np.linspace(-4, 4, 401)
    for ax, (name, f) in zip(axes, functions.items()):
        ax.axhline(0, color=PALETTE["ink"], linewidth=0.6)
        ax.axvline(0, color=PALETTE["ink"], linewidth=0.6)
        ax.plot(z, f(z))
        ax.set_title(name, fontsize=10)
        ax.set(xlabel="z", ylim=(-1.4, 3))
    return figure


def by_depth(activations, depths, limit=3.0):
    """One row for each way to begin, one histogram for each of some layers.

    ``activations`` maps a heading to a list of arrays, one for each layer.
    """
    n = len(activations)
    figure, axes = subplots(n, len(depths), (6.8, 1.25 * n + 0.4), sharex=True)
    for row, (name, layers) in zip(axes, activations.items()):
        for ax, depth in zip(row, depths):
            values = layers[depth - 1].ravel()
            values = values[np.abs(values) < limit]
            if len(values):
                ax.hist(values, np.linspace(-limit, limit, 61), color=PALETTE["blue"])
            ax.set(yticks=[], xlim=(-limit, limit), xticks=[-2, 0, 2])
            ax.spines["left"].set_visible(False)
        row[0].set_title(name, fontsize=10, fontweight="normal", loc="left")
    for ax, depth in zip(axes[-1], depths):
        ax.set_xlabel(f"layer {depth}")
    return figure


def spread_by_depth(spreads):
    """Standard deviation of the activations against the layer, one line for each way to begin."""
    figure, ax = subplots(size=(6.4, 3.4))
    for (name, values), marker in zip(spreads.items(), MARKERS):
        ax.plot(np.arange(1, len(values) + 1), values, marker=marker, markersize=4, label=name)
    ax.set(yscale="log", xlabel="layer", ylabel="standard deviation")
    ax.grid(axis="y")
    ax.legend()
    return figure


def layers_and_accuracy(names, accuracies, parameters):
    """A dot for each run, a bar at the mean, one column for each number of layers."""
    figure, ax = subplots(size=(6.4, 3.2))
    for place, scores in enumerate(accuracies):
        ax.plot([place] * len(scores), scores, "o", color=PALETTE["blue"], markersize=5, alpha=0.7)
        ax.plot([place - 0.2, place + 0.2], [np.mean(scores)] * 2, "-", color=PALETTE["vermilion"])
    ax.set_xticks(range(len(names)), [f"{name}\n{n:,} numbers" for name, n in zip(names, parameters)])
    ax.set(ylabel="accuracy on test images, %", xlim=(-0.5, len(names) - 0.5))
    ax.grid(axis="y")
    return figure
