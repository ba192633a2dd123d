"""Drawings of chapter 8."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_image, subplots

MARKERS = "os^Dv"


def two_losses(train, validation, best=None):
    """Loss on training and on validation images by epoch, with the best epoch marked."""
    figure, ax = subplots(size=(6.4, 3.2))
    epochs = np.arange(1, len(train) + 1)
    ax.plot(epochs, train, label="training images")
    ax.plot(epochs, validation, label="validation images")
    if best is not None:
        ax.plot(best, validation[best - 1], "D", color=PALETTE["green"], markersize=8,
                label=f"lowest, epoch {best}")
    ax.set(xlabel="epoch", ylabel="loss", yscale="log")
    ax.grid(axis="y")
    ax.legend()
    return figure


def weights(named):
    """Histograms of weights, one below the other; the counts are logarithmic."""
    figure, axes = subplots(len(named), 1, (6.4, 1.3 * len(named) + 0.5), sharex=True)
    limit = max(np.abs(w).max() for w in named.values())
    for ax, (name, w) in zip(axes, named.items()):
        ax.hist(w.ravel(), np.linspace(-limit, limit, 101), color=PALETTE["blue"])
        ax.set(yscale="log", ylim=(0.8, None))
        ax.set_title(name, fontsize=10, fontweight="normal", loc="left", pad=2)
    axes[-1].set_xlabel("weight")
    return figure


def augmented(image, copies):
    """An image, framed, and copies of it that were changed at random, in two rows."""
    figure, axes = subplots(2, 6, (6.4, 2.4))
    for ax, picture in zip(axes.flat, [image, *copies]):
        draw_image(ax, picture)
    axes[0, 0].spines[:].set(color=PALETTE["blue"], linewidth=2)
    axes[0, 0].set_title("original", fontsize=10, fontweight="normal", pad=3)
    return figure


def remedies(names, scores):
    """A dot for each run, a bar at the mean, one row for each remedy."""
    figure, ax = subplots(size=(6.4, 0.42 * len(names) + 0.9))
    for place, values in enumerate(scores[::-1]):
        ax.plot(values, [place] * len(values), "o", color=PALETTE["blue"], markersize=5, alpha=0.7)
        ax.plot([np.mean(values)] * 2, [place - 0.28, place + 0.28], "-", color=PALETTE["vermilion"])
    ax.axvline(np.mean(scores[0]), color=PALETTE["ink"], linestyle=":", linewidth=1)
    ax.set_yticks(range(len(names)), names[::-1])
    ax.set(xlabel="accuracy on test images, %")
    ax.grid(axis="x")
    return figure
