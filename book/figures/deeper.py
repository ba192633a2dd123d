"""Drawings of chapter 11."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_signed, subplots

MARKERS = "osD^v"


def intervals(rows):
    """Accuracy of systems with intervals, one row each.

    ``rows`` is a list of ``(name, scores, low, high)``, all in percent: a dot for each run, a bar
    from ``low`` to ``high``.
    """
    figure, ax = subplots(size=(6.4, 0.42 * len(rows) + 0.9))
    for place, (_, scores, low, high) in enumerate(rows[::-1]):
        ax.plot([low, high], [place, place], "-", color=PALETTE["ink"], linewidth=1.2)
        ax.plot([low, high], [place, place], "|", color=PALETTE["ink"], markersize=8)
        ax.plot(scores, [place] * len(scores), "o", color=PALETTE["blue"], markersize=5, alpha=0.8)
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows[::-1]])
    ax.set(xlabel="accuracy on test images, %")
    ax.grid(axis="x")
    return figure


def kernels(parts, whole):
    """Kernels (K, K) of single layers, and the one kernel that does the work of all of them."""
    named = [*parts.items(), *whole.items()]
    figure, axes = subplots(1, len(named), (6.4, 2.4), width_ratios=[len(w) ** 0.7 for _, w in named])
    for ax, (name, w) in zip(axes, named):
        draw_signed(ax, w, f"{name}\n{len(w)} × {len(w)}")
    return figure


def drift(spreads):
    """Standard deviation of what goes into each bend, step by step.

    ``spreads`` maps a heading to an array (steps, layers); one panel each, on one scale.
    """
    figure, axes = subplots(1, len(spreads), (6.4, 3.0), sharey=True)
    for ax, (name, values) in zip(axes, spreads.items()):
        for layer, (line, marker) in enumerate(zip(values.T, MARKERS)):
            ax.plot(line, marker=marker, markevery=max(1, len(line) // 5), markersize=4,
                    label=f"layer {layer + 1}")
        ax.set(xlabel="training step", yscale="log")
        ax.set_title(name, fontsize=10, fontweight="normal")
        ax.grid(axis="y")
    axes[0].set_ylabel("standard deviation")
    axes[-1].legend(fontsize=9)
    return figure


def before_the_bends(values, limit=6.0):
    """Histograms of what goes into each bend: a row for each network, a column for each layer."""
    columns = max(map(len, values.values()))
    figure, axes = subplots(len(values), columns, (6.4, 1.5 * len(values) + 0.4), sharex=True)
    bins = np.linspace(-limit, limit, 61)
    for row, (name, layers) in zip(axes, values.items()):
        for k, (ax, z) in enumerate(zip(row, layers)):
            inside = z[np.abs(z) < limit]
            ax.hist(inside[inside <= 0], bins, color=PALETTE["vermilion"], alpha=0.55, hatch="///")
            ax.hist(inside[inside > 0], bins, color=PALETTE["blue"])
            ax.text(0.97, 0.95, f"{100 * (z > 0).mean():.0f} %", transform=ax.transAxes, ha="right",
                    va="top", fontsize=9)
            ax.set(yticks=[], xticks=[-4, 0, 4])
            ax.spines["left"].set_visible(False)
            if row is axes[-1]:
                ax.set_xlabel(f"layer {k + 1}", fontsize=10)
        row[0].set_title(name, fontsize=10, fontweight="normal", loc="left")
    return figure
