"""Drawings of chapter 16."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_image, subplots


def drawn_again(images, drawings):
    """Images in the upper row, and below each what the decoder made of its capsule."""
    figure, axes = subplots(2, len(images), (6.4, 1.9))
    for pair, image, drawing in zip(axes.T, images, drawings):
        draw_image(pair[0], image, vmin=0, vmax=1)
        draw_image(pair[1], drawing, vmin=0, vmax=1)
    axes[0, 0].set_ylabel("written", fontsize=10)
    axes[1, 0].set_ylabel("drawn", fontsize=10)
    return figure


def squashing(n, length, along, sideways):
    """Length after squashing by length before, and the two slopes, one plot below the other."""
    figure, (above, below) = subplots(2, 1, (6.4, 4.4), sharex=True)
    above.plot(n, length)
    above.axhline(1, color=PALETTE["ink"], linestyle=":", linewidth=1)
    above.set(ylabel="length after", ylim=(0, 1.08))
    below.plot(n, along, label="along the vector")
    below.plot(n, sideways, label="sideways")
    below.set(xlabel="length before", ylabel="slope", ylim=(0, None))
    below.legend()
    return figure


def couplings(rounds_of):
    """Couplings (I, J) of each round as gray cells: a row of tables for each kind of routing."""
    columns = max(map(len, rounds_of.values()))
    figure, axes = subplots(len(rounds_of), columns, (6.4, 5.4), squeeze=False)
    for row, (name, tables) in zip(axes, rounds_of.items()):
        for q, (ax, c) in enumerate(zip(row, tables), start=1):
            draw_image(ax, c, f"round {q}", vmin=0, vmax=1, aspect="auto")
            for (i, j), value in np.ndenumerate(c):
                ax.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=10,
                        color="white" if value > 0.55 else "black")
            ax.set_xticks(range(c.shape[1]), "ABC"[: c.shape[1]], fontsize=10)
            ax.tick_params(length=0)
        row[0].set_ylabel(f"{name}: below 1 to {len(tables[0])}", fontsize=10)
    return figure


def sweep(drawings, names, steps):
    """Drawings (rows, columns, 28, 28): one number of a capsule is varied along each row."""
    rows, columns = drawings.shape[:2]
    figure, axes = subplots(rows, columns, (6.4, 0.88 * rows + 0.3))
    for place, ax in np.ndenumerate(axes):
        step = steps[place[1]]
        label = f"{step:+.2f}".replace("-", "\u2212") if abs(step) > 1e-9 else "0"
        draw_image(ax, drawings[place], label if place[0] == 0 else "", vmin=0, vmax=1)
    for ax, name in zip(axes[:, 0], names):
        ax.set_ylabel(name, fontsize=10)
    return figure


def scatter(x, y, xlabel, ylabel):
    """One point for each image."""
    figure, ax = subplots(size=(6.4, 3.2))
    ax.plot(x, y, "o", color=PALETTE["blue"], markersize=4, alpha=0.7)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid()
    return figure


def rounds(counts, accuracy, longest):
    """Accuracy and mean length of the longest capsule by rounds of routing."""
    figure, ax = subplots(size=(6.4, 2.9))
    ax.plot(counts, accuracy, marker="o", label="share of right answers")
    ax.plot(counts, longest, marker="s", label="mean length of the longest capsule")
    ax.set(xlabel="rounds of routing", ylim=(0, 1.05), xticks=counts)
    ax.grid(axis="y")
    ax.legend(loc="lower right")
    return figure


def parts(names, scores, xlabel):
    """A dot for each run and a bar at the mean, one row for each version of the network."""
    figure, ax = subplots(size=(6.4, 0.45 * len(names) + 0.8))
    for place, values in enumerate(scores[::-1]):
        ax.plot(values, [place] * len(values), "o", color=PALETTE["blue"], markersize=6, alpha=0.7)
        ax.plot([np.mean(values)] * 2, [place - 0.28, place + 0.28], "-",
                color=PALETTE["vermilion"])
    ax.set_yticks(range(len(names)), names[::-1])
    ax.set(xlabel=xlabel)
    ax.grid(axis="x")
    return figure
