"""Drawings of chapter 1."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import subplots


def bill_curve(bill):
    """Cost per image against the share of images that go to a person; the lowest point is marked."""
    figure, ax = subplots(size=(6.4, 3))
    shares = np.linspace(0, 100, len(bill))
    ax.plot(shares, bill)
    best = int(np.argmin(bill))
    ax.plot(shares[best], bill[best], "D", color=PALETTE["vermilion"], markersize=9)
    ax.set(xlabel="images passed to a person, %", ylabel="cost per image", xlim=(0, 100), ylim=(0, None))
    return figure


def centers_curve(scores):
    """Accuracy against the number of centers for each digit; the best one is marked."""
    figure, ax = subplots(size=(6.4, 3))
    numbers, shares = list(scores), [100 * score for score in scores.values()]
    ax.plot(numbers, shares, marker="o", markersize=4)
    best = int(np.argmax(shares))
    ax.plot(numbers[best], shares[best], "D", color=PALETTE["vermilion"], markersize=9)
    ax.set(xscale="log", xlabel="averages for each digit", ylabel="right on validation images, %")
    ax.set_xticks(numbers, [f"{number:,}" for number in numbers])
    ax.minorticks_off()
    ax.grid(axis="y")
    return figure
