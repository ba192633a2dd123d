"""Drawings of chapter 3."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_image, draw_signed, signed_bar, subplots

MARKERS = "osD^v"


def scores_of(image, z, p, label):
    """An image, its ten scores, and the probabilities that softmax makes of them."""
    figure, (left, middle, right) = subplots(
        1, 3, (6.6, 2.6), gridspec_kw={"width_ratios": [0.9, 1.3, 1.3]})
    draw_image(left, image, f"truth: {label}")
    places = np.arange(len(z))
    middle.bar(places, z, color=PALETTE["blue"])
    middle.axhline(0, color=PALETTE["ink"], linewidth=0.8)
    middle.set(xticks=places, xlabel="digit", title="scores")
    right.bar(places, 100 * p, color=PALETTE["vermilion"], hatch="///", edgecolor="white")
    right.set(xticks=places, ylim=(0, 100), xlabel="digit", title="probabilities, %")
    for ax in (middle, right):
        ax.title.set_fontsize(9)
    return figure


def price_of_a_probability():
    """The loss of one example against the probability of the true class."""
    figure, ax = subplots(size=(6.4, 2.8))
    p = np.linspace(0.005, 1, 400)
    ax.plot(100 * p, -np.log(p))
    for share in (1.0, 0.5, 0.1, 0.01):
        ax.plot(100 * share, -np.log(share), "o", color=PALETTE["vermilion"])
        ax.annotate(f"{-np.log(share) + 0:.2f}", (100 * share, -np.log(share)),
                    xytext=(6, 6), textcoords="offset points", fontsize=10)
    ax.set(xlabel="probability of the true class, %", ylabel="loss", ylim=(-0.2, 5.5), xlim=(0, 106))
    ax.grid()
    return figure


def losses(curves, start=None):
    """One curve of losses for each name, and the loss of knowing nothing as a dotted line."""
    figure, ax = subplots(size=(6.4, 3.2))
    for (name, values), marker in zip(curves.items(), MARKERS):
        ax.plot(np.arange(1, len(values) + 1), values, marker=marker, markersize=4, label=name)
    if start is not None:
        ax.axhline(start, color=PALETTE["ink"], linestyle=":", linewidth=1)
        ax.text(len(values), start, "knowing nothing", ha="right", va="bottom", fontsize=10)
    ax.set(xlabel="epoch", ylabel="mean loss of an image", yscale="log")
    ax.grid(axis="y", which="both")
    ax.legend()
    return figure


def templates(W):
    """The weights (784, 10) of the ten classes as images, two rows of five, on one scale."""
    figure, axes = subplots(2, 5, (6.4, 3.0))
    limit = np.abs(W).max() * 0.6
    for j, ax in enumerate(axes.flat):
        draw_signed(ax, W[:, j].reshape(28, 28), j, limit)
    bar = signed_bar(figure, axes[0, 0], axes, "against  \u2190  \u2192  for", shrink=0.9)
    bar.set_ticks([])
    return figure


def evidence(image, W, true, other):
    """An image, and what each of its pixels adds to the lead of one class over another."""
    figure, (left, right) = subplots(1, 2, (5.6, 2.6))
    draw_image(left, image.reshape(28, 28), "image")
    votes = image * (W[:, true] - W[:, other])
    draw_signed(right, votes.reshape(28, 28), f"sum {votes.sum():.1f}")
    bar = signed_bar(figure, right, right, f"for {other}  \u2190  \u2192  for {true}")
    bar.set_ticks([])
    return figure
