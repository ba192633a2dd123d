"""Drawings of chapter 4."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_image, subplots


def asked_and_nearest(asked, nearest, labels):
    """A column for each image that is asked about, with its nearest training images below it.

    Parameters
    ----------
    asked : ndarray, shape (n, 28, 28)
    nearest : ndarray, shape (n, k, 28, 28)
    labels : ndarray of int, shape (n, k)
        Of the nearest ones; they stand above each.
    """
    n, k = labels.shape
    figure, axes = subplots(k + 1, n, (6.4, 6.4 * (k + 1) / n + 0.6))
    for column in range(n):
        draw_image(axes[0, column], asked[column], "asked")
        axes[0, column].spines[:].set(color=PALETTE["blue"], linewidth=2)
        for row in range(k):
            draw_image(axes[row + 1, column], nearest[column, row], labels[column, row])
    return figure


def error_by_k(ks, shares, chosen):
    """Share of wrong answers against the number of neighbors, with the chosen one marked."""
    figure, ax = subplots(size=(6.4, 3))
    ax.plot(ks, 100 * np.array(shares), marker="o", markersize=4)
    place = list(ks).index(chosen)
    ax.plot(chosen, 100 * shares[place], "D", color=PALETTE["vermilion"], markersize=9)
    ax.set(xscale="log", xlabel="k", ylabel="wrong on validation images, %")
    ax.set_xticks(ks, ks)
    ax.minorticks_off()
    ax.grid(axis="y")
    return figure


def cost_and_error(stored, milliseconds, linear, sizes, errors):
    """Left: time of one answer against stored images. Right: the share of errors against sizes."""
    figure, (left, right) = subplots(1, 2, (6.8, 3.4))
    left.plot(stored, milliseconds, marker="o", label="nearest neighbors")
    left.plot(stored, [linear] * len(stored), label="a linear classifier")
    left.set(xscale="log", yscale="log", xlabel="training images", ylabel="ms for one answer")
    right.plot(sizes, 100 * np.array(errors), marker="s", color=PALETTE["vermilion"])
    right.set(xscale="log", yscale="log", xlabel="training images", ylabel="wrong answers, %")
    for ax in (left, right):
        ax.grid(which="both")
    low, high = right.get_ylim()
    right.set_yticks([share for share in (0.5, 1, 2, 3, 5, 10, 20, 30, 50) if low <= share <= high])
    right.yaxis.set_major_formatter("{x:g}")
    right.yaxis.set_minor_formatter("")
    left.legend()
    return figure


def ratios_by_dimension(ratios, bins):
    """One histogram below the other of all distances, divided by their median.

    ``ratios`` maps a heading to an array.
    """
    figure, axes = subplots(len(ratios), 1, (6.4, 1.15 * len(ratios) + 0.5), sharex=True)
    for ax, (name, values) in zip(axes, ratios.items()):
        ax.hist(values, bins, color=PALETTE["blue"])
        ax.set(yticks=[], xlim=(bins[0], bins[-1]))
        ax.spines["left"].set_visible(False)
        ax.set_title(name, fontsize=10, fontweight="normal", loc="left", pad=2)
    axes[-1].set_xlabel("distance / median distance")
    return figure


def noise_curve(added, scores):
    """Accuracy against the number of pixels of noise that were added."""
    figure, ax = subplots(size=(6.4, 3))
    for name, marker in (("nearest neighbors", "o"), ("naive Bayes", "s")):
        ax.plot(added, 100 * np.array(scores[name]), marker=marker, label=name)
    ax.set(xlabel="pixels of noise beside the 784", ylabel="accuracy, %")
    ax.set_xticks(added, [f"{n:,}" for n in added])
    ax.grid(axis="y")
    ax.legend()
    return figure


def moved_and_other(image, moved, other, distances):
    """An image, the same moved to the side, and one of another digit, with their distances."""
    figure, axes = subplots(1, 3, (6.4, 2.6))
    names = ("asked", f"moved: {distances[0]:.1f}", f"another digit: {distances[1]:.1f}")
    for ax, picture, name in zip(axes, (image, moved, other), names):
        draw_image(ax, picture, name)
    return figure


def kept_and_left(kept, left):
    """Training images that a machine keeps as support vectors, above those that it can forget."""
    n = len(kept)
    figure, axes = subplots(2, n, (6.4, 2.4))
    for ax, image in zip(axes[0], kept):
        draw_image(ax, image)
    for ax, image in zip(axes[1], left):
        draw_image(ax, image)
    axes[0, 0].set_ylabel("kept")
    axes[1, 0].set_ylabel("not needed")
    return figure
