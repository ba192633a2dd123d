"""Drawings of chapter 10."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_image, subplots


def window(image, kernel, response, row, column):
    """An image, the window of it at one place, the kernel, and the map (28, 28) that it writes."""
    pixels = np.pad(image / 255, 2)[row : row + 5, column : column + 5]
    figure, axes = subplots(2, 2, (5.2, 5.2), width_ratios=[1.5, 1])
    limit = np.abs(kernel).max()
    draw_image(axes[0, 0], image, "image")
    draw_image(axes[0, 1], pixels, "pixels in the window", vmin=0, vmax=1)
    draw_image(axes[1, 1], kernel, "filter", cmap="RdBu", vmin=-limit, vmax=limit)
    draw_image(axes[1, 0], np.maximum(response, 0), "feature map")
    for ax, corner, size in ((axes[0, 0], 2.5, 5), (axes[1, 0], 0.5, 1)):
        ax.add_patch(plt.Rectangle((column - corner, row - corner), size, size, fill=False,
                                   edgecolor=PALETTE["vermilion"], linewidth=2))
    for (i, j), weight in np.ndenumerate(kernel):
        color = "white" if abs(weight) > 0.6 * limit else "black"
        axes[1, 1].text(j, i, f"{weight:+.1f}".replace("-", "\u2212"), ha="center", va="center",
                        color=color, fontsize=9)
    return figure


def connections(inputs):
    """Which of six maps each of sixteen maps sees: ``inputs`` holds a set for each."""
    cells = np.array([[one in maps for maps in inputs] for one in range(6)])
    figure, ax = subplots(size=(6.4, 2.7))
    ax.pcolormesh(cells, cmap="Blues", edgecolor="#d9d9d9", vmax=1.2)
    ax.set(xticks=np.arange(16) + 0.5, xticklabels=range(16), xlabel="map of C3",
           yticks=np.arange(6) + 0.5, yticklabels=range(6), ylabel="pooled map")
    ax.tick_params(length=0)
    ax.invert_yaxis()
    return figure
