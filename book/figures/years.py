"""Drawings of chapter 17."""

from math import comb

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_image, subplots

KINDS = {"one": ("o", "blue", "one network or model"), "several": ("s", "vermilion", "several together")}


def records_by_year(rows, ours):
    """Errors among 10,000 by year, with intervals, on a logarithmic axis.

    ``rows`` holds ``(year, errors, low, high, kind)``, kind "one" or "several"; ``ours`` holds
    ``(errors, low, high)`` of this book's best.
    """
    figure, ax = subplots(size=(6.4, 3.8))
    for kind, (marker, color, label) in KINDS.items():
        part = np.array([row[:4] for row in rows if row[4] == kind], float)
        year, errors, low, high = part.T
        year = year + (0.25 if kind == "several" else -0.25)
        ax.errorbar(year, errors, [errors - low, high - errors], fmt=marker, color=PALETTE[color],
                    markersize=5, linewidth=1, label=label)
    errors, low, high = ours
    ax.axhspan(low, high, color=PALETTE["green"], alpha=0.15)
    ax.axhline(errors, color=PALETTE["green"], linestyle="--", label="the best of this book")
    ax.set(yscale="log", xlabel="year", ylabel="errors among 10,000 test images",
           yticks=[10, 20, 50, 100, 200, 500, 1000])
    ax.set_yticks([], minor=True)
    ax.set_yticklabels(["10", "20", "50", "100", "200", "500", "1,000"])
    ax.grid(axis="y")
    ax.legend(fontsize=9)
    return figure


def hardest(images, labels, answers, columns=6):
    """Images with their label and the answer that most networks give."""
    rows = -(-len(images) // columns)
    figure, axes = subplots(rows, columns, (6.4, 1.35 * rows), squeeze=False)
    for ax in axes.flat[len(images):]:
        ax.axis("off")
    for ax, image, label, answer in zip(axes.flat, images, labels, answers):
        draw_image(ax, image, f"{label}, read {answer}")
    return figure


def disputed(rows, n_systems):
    """For images with a disputed label: how many systems give the label, and how many the other.

    ``rows`` holds ``(name, given, other)``.
    """
    figure, ax = subplots(size=(6.4, 0.32 * len(rows) + 0.9))
    for place, (_, given, other) in enumerate(rows[::-1]):
        ax.barh(place, given, color=PALETTE["blue"], height=0.6, label="the label" if not place else None)
        ax.barh(place, other, left=n_systems - other, color=PALETTE["vermilion"], alpha=0.75, hatch="///",
                edgecolor="white", height=0.6, label="what people see" if not place else None)
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows[::-1]], fontsize=10)
    ax.set(xlabel="networks that answer", xlim=(0, n_systems))
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def coin_tosses(only_a, only_b):
    """Chances of every division of the images on which two systems differ, and the one observed."""
    n = only_a + only_b
    chances = np.array([comb(n, k) for k in range(n + 1)], float) / 2.0**n
    extreme = np.minimum(np.arange(n + 1), n - np.arange(n + 1)) <= min(only_a, only_b)
    figure, ax = subplots(size=(6.4, 2.8))
    k = np.arange(n + 1)
    ax.bar(k[~extreme], chances[~extreme], color=PALETTE["blue"], label="less uneven")
    ax.bar(k[extreme], chances[extreme], color=PALETTE["vermilion"], hatch="///", edgecolor="white",
           label="at least as uneven")
    ax.axvline(only_a, color=PALETTE["ink"], linestyle="--", label="observed")
    ax.set(xlabel=f"of {n} images, wrong for the first system", ylabel="chance",
           xlim=(n / 2 - 2.5 * n**0.5, n / 2 + 2.5 * n**0.5))
    ax.legend(fontsize=9)
    return figure


def best_of_many(tries, lowest, rate, observed):
    """The best result of many systems that are all equally good, with the middle 95 % shaded."""
    figure, ax = subplots(size=(6.4, 3.2))
    low, middle, high = np.percentile(lowest, [2.5, 50, 97.5], axis=1)
    ax.fill_between(tries, low, high, color=PALETTE["blue"], alpha=0.2)
    ax.plot(tries, middle, "o-", color=PALETTE["blue"], label="the best of so many")
    ax.axhline(rate, color=PALETTE["ink"], linestyle=":", label="true rate of all of them")
    ax.axhline(observed, color=PALETTE["vermilion"], linestyle="--", label="best published")
    ax.set(xscale="log", xlabel="systems that were tried", ylabel="errors among 10,000", ylim=(0, None))
    ax.legend(fontsize=9)
    return figure
