"""Drawings of chapter 9."""

import numpy as np
from matplotlib.patches import Rectangle

from course_lib.plots import PALETTE
from course_lib.plots.style import FAINT, draw_image, draw_signed, subplots


def numbers(ax, array, title, frames=(), size=9):
    """Write a small array as a table of numbers; ``frames`` are (row, column, height, width)."""
    height, width = array.shape
    for r in range(height + 1):
        ax.plot([0, width], [r, r], "-", color=FAINT, linewidth=0.8)
    for s in range(width + 1):
        ax.plot([s, s], [0, height], "-", color=FAINT, linewidth=0.8)
    for (r, s), value in np.ndenumerate(array):
        text = f"{value:g}".replace("-", "\u2212")
        ax.text(s + 0.5, r + 0.5, text, ha="center", va="center", fontsize=size)
    for row, column, high, wide in frames:
        ax.add_patch(Rectangle((column, row), wide, high, fill=False, linewidth=2.2,
                               edgecolor=PALETTE["vermilion"]))
    ax.set(xlim=(-0.05, width + 0.05), ylim=(height + 0.05, -0.05), xticks=[], yticks=[],
           aspect="equal")
    ax.spines[:].set_visible(False)
    ax.set_title(title, fontsize=10, fontweight="normal")


def tables(arrays, frames=None):
    """Several small arrays side by side; ``arrays`` maps a heading to each."""
    frames = frames or {}
    widths = [max(array.shape[1], 2) for array in arrays.values()]
    figure, axes = subplots(1, len(arrays), (6.8, 2.5), gridspec_kw={"width_ratios": widths})
    for ax, (name, array) in zip(axes, arrays.items()):
        numbers(ax, array, name, frames.get(name, ()))
    return figure


def maps(image, results):
    """An image and what kernels make of it; paper is gray where a map can be negative."""
    figure, axes = subplots(1, 1 + len(results), (6.8, 2.1))
    draw_image(axes[0], image, "image")
    for ax, (name, result) in zip(axes[1:], results.items()):
        draw_signed(ax, result, name)
    return figure


def moved_maps(images, results, names):
    """Images above, their maps below, one column for each."""
    figure, axes = subplots(2, len(images), (5.6, 3.6))
    limit = max(np.abs(result).max() for result in results)
    for column, (image, result, name) in enumerate(zip(images, results, names)):
        draw_image(axes[0, column], image, name)
        draw_signed(axes[1, column], result, "map", limit)
    return figure


def memory(image, kernel, columns):
    """An image of numbers, one of its windows, and the table whose rows are all windows."""
    figure, (left, right) = subplots(1, 2, (6.8, 3.6), gridspec_kw={"width_ratios": [1, 1.8]})
    numbers(left, image, "image", [(0, 1, kernel, kernel)])
    numbers(right, columns, "one row for each window", [(1, 0, 1, columns.shape[1])], size=8)
    return figure


def fields(image, sizes):
    """Squares on an image: how much of it one number of each layer sees.

    ``sizes`` maps the name of a layer to the side of its receptive field.
    """
    figure, ax = subplots(size=(5.6, 4.4))
    draw_image(ax, image)
    side, colors, dashes = image.shape[0], [*PALETTE.values()], ["-", "--", "-.", ":"]
    for i, (name, size) in enumerate(sizes.items()):
        low = max((side - size) / 2, 0) - 0.5
        ax.add_patch(Rectangle((low, low), min(size, side), min(size, side), fill=False, linewidth=2.4,
                               edgecolor=colors[i % 4], linestyle=dashes[i % 4],
                               label=f"{name}: {size}"))
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), handlelength=2.5)
    return figure


def arithmetic(names, weights, products):
    """Two bars for each layer: its parameters and its multiplications for one image."""
    figure, (left, right) = subplots(1, 2, (6.8, 2.9), sharey=True)
    places = np.arange(len(names))[::-1]
    left.barh(places, weights, color=PALETTE["blue"])
    right.barh(places, products, color=PALETTE["vermilion"], hatch="///", edgecolor="white")
    left.set(yticks=places, yticklabels=names, xlabel="parameters")
    right.set(xlabel="multiplications for one image")
    for ax in (left, right):
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.tick_params(axis="x", labelsize=9)
        ax.locator_params(axis="x", nbins=4)
    return figure
