"""Drawings of chapter 2."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_image, draw_signed, signed_bar, subplots


def before_and_after(prior, posterior):
    """Two bars for each digit: its probability before a pixel is seen, and afterwards."""
    figure, ax = subplots(size=(6.4, 3))
    places = np.arange(len(prior))
    ax.bar(places - 0.2, 100 * prior, 0.4, color="#BBBBBB", label="prior")
    ax.bar(places + 0.2, 100 * posterior, 0.4, hatch="///", edgecolor="white",
           label="posterior, given paper in the middle")
    ax.set(xticks=places, xlabel="digit", ylabel="probability, %")
    ax.legend()
    return figure


def prize_and_ratio(prize, ratio):
    """Each digit at its prize and at how often it is said, relative to how often it is there."""
    figure, ax = subplots(size=(6.4, 3.2))
    ax.scatter(prize, ratio, s=260, color="white", edgecolor=PALETTE["blue"])
    for j, place in enumerate(zip(prize, ratio)):
        ax.text(*place, j, ha="center", va="center")
    ax.axhline(1, color=PALETTE["ink"], linestyle="--", linewidth=1)
    ax.set(yscale="log", xlabel="prize (natural logarithm)", ylabel="said / there")
    ax.set_yticks([0.1, 0.2, 0.5, 1, 2, 4], ["0.1", "0.2", "0.5", "1", "2", "4"])
    ax.minorticks_off()
    return figure


def votes_of_pixels(image, prize_map, fit_map, true, answer):
    """An image (D,) and, pixel by pixel, how prize and fit vote between the truth and the answer."""
    figure, axes = subplots(1, 3, (6.9, 2.5))
    draw_image(axes[0], image.reshape(28, 28), f"{true}, read as {answer}")
    for ax, votes, name in zip(axes[1:], (prize_map, fit_map), ("prize", "fit")):
        winner = true if votes.sum() > 0 else answer
        draw_signed(ax, votes.reshape(28, 28), f"{name}: {abs(votes.sum()):,.0f} for {winner}", 8)
    signed_bar(figure, axes[2], axes, f"for {answer}  \u2190  \u2192  for {true}", shrink=0.8)
    return figure


def floor_curve(smoothings, scores):
    """Accuracy against the variance floor, with the best one marked."""
    figure, ax = subplots(size=(6.4, 3.2))
    ax.plot(smoothings, 100 * np.array(scores), marker="o", markersize=3)
    best = int(np.argmax(scores))
    ax.plot(smoothings[best], 100 * scores[best], "D", color=PALETTE["vermilion"], markersize=9)
    ax.set(xscale="log", xlabel="var_smoothing", ylabel="accuracy on validation images, %")
    ax.grid(axis="y")
    return figure
