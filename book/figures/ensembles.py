"""Drawings of chapter 15."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_image, subplots


def named_images(pictures, columns=4):
    """Images (H, W) with their names above them; ``pictures`` maps a name to an image."""
    rows = -(-len(pictures) // columns)
    figure, axes = subplots(rows, columns, (6.4, 1.8 * rows))
    for ax in axes.flat[len(pictures):]:
        ax.remove()
    for ax, (name, image) in zip(axes.flat, pictures.items()):
        draw_image(ax, image, name)
    return figure


def field(image, down, right, bent):
    """An image, the displacement of each pixel as arrows, and the bent image."""
    figure, axes = subplots(1, 3, (6.4, 2.4))
    draw_image(axes[0], image, "image")
    step = slice(1, None, 3)
    rows, columns = np.mgrid[: len(image), : len(image)]
    axes[1].quiver(columns[step, step], rows[step, step], right[step, step], down[step, step],
                   color=PALETTE["blue"], angles="xy", scale_units="xy", scale=0.7, width=0.008)
    axes[1].set(xticks=[], yticks=[], xlim=(-1, 28), ylim=(28, -1), aspect="equal")
    axes[1].set_title("displacement", fontsize=10, fontweight="normal", pad=3)
    draw_image(axes[2], bent, "bent")
    return figure


def by_members(n_members, single, vote, average):
    """Errors against the number of members, for votes and averages, and those of single networks."""
    figure, ax = subplots(size=(6.4, 3.2))
    ax.plot([1] * len(single), single, "o", color=PALETTE["ink"], label="one network", alpha=0.7)
    ax.plot(n_members, vote, "s--", color=PALETTE["vermilion"], label="majority vote")
    ax.plot(n_members, average, "^-", color=PALETTE["blue"], label="mean of probabilities")
    ax.set(xlabel="members", ylabel="errors", xticks=list(n_members))
    ax.grid(axis="y")
    ax.legend()
    return figure


def shared(counts, expected):
    """In how many of the networks an image is wrong: counted, and if errors were independent."""
    figure, ax = subplots(size=(6.4, 3.0))
    places = np.arange(1, len(counts) + 1)
    ax.bar(places - 0.2, counts, 0.38, color=PALETTE["blue"], label="counted")
    ax.bar(places + 0.2, expected, 0.38, color=PALETTE["vermilion"], alpha=0.75, hatch="///",
           edgecolor="white", label="if errors were independent")
    ax.set(xlabel="wrong in so many networks", ylabel="test images", xticks=places)
    ax.grid(axis="y")
    ax.legend()
    return figure


def overlap(names, matrix):
    """What share of the errors of the row's system the column's system makes as well, in percent."""
    n = len(names)
    figure, ax = subplots(size=(6.4, 5.2))
    ax.imshow(matrix, cmap="Blues", vmin=0, vmax=1.2)
    for (i, j), value in np.ndenumerate(matrix):
        ax.text(j, i, f"{100 * value:.0f}", ha="center", va="center", fontsize=10,
                color="white" if value > 0.75 else PALETTE["ink"])
    ax.set_xticks(range(n), names, rotation=35, ha="right", fontsize=10)
    ax.set_yticks(range(n), names, fontsize=10)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return figure


def rungs(rows):
    """The ladder: errors on the test images with their interval, one row each.

    ``rows`` is a list of ``(name, errors, low, high)``.
    """
    figure, ax = subplots(size=(6.4, 0.45 * len(rows) + 0.9))
    for place, (_, errors, low, high) in enumerate(rows[::-1]):
        ax.plot([low, high], [place, place], "-", color=PALETTE["ink"], linewidth=1.2)
        ax.plot(errors, place, "o", color=PALETTE["blue"], markersize=6)
        ax.text(high + 1.5, place, f"{errors:.0f}", va="center", fontsize=10)
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows[::-1]])
    ax.set(xlabel="errors among 10,000 test images", xlim=(0, None))
    ax.grid(axis="x")
    return figure
