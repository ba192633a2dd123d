"""Drawings of chapter 14."""

import numpy as np

from course_lib.plots import PALETTE
from course_lib.plots.style import draw_image, subplots


def suspects(points, published, limit):
    """Accuracy and loss per wrong answer of each suspect, by number, and the published pair.

    ``points`` holds (accuracy, loss per wrong answer) of each suspect, both of them numbers.
    """
    figure, ax = subplots(size=(6.4, 3.9))
    ax.axhline(limit, color=PALETTE["ink"], linestyle=":", linewidth=1)
    ax.text(60, limit + 0.25, "\u2212log 10\u207b\u2077", fontsize=10, va="bottom")
    ax.plot(*published, "*", color=PALETTE["vermilion"], markersize=17, label="published")
    ax.plot(*np.transpose(points), "o", color=PALETTE["blue"], markersize=6, label="suspects")
    for numbers, (x, y) in _together(points):
        ax.annotate(", ".join(map(str, numbers)), (x, y), (0, -15), textcoords="offset points",
                    fontsize=10, ha="right" if x > 80 else "center", va="center")
    ax.set(xlabel="accuracy, %", ylabel="loss per wrong answer", xlim=(-3, 103), ylim=(0, 18.5))
    ax.grid()
    ax.legend(loc="center left")
    return figure


def _together(points):
    """Groups of close points: the numbers of their members and their mean place."""
    groups = []
    for number, (x, y) in enumerate(points, 1):
        for numbers, members in groups:
            if abs(x - members[0][0]) < 4 and abs(y - members[0][1]) < 1:
                numbers.append(number)
                members.append((x, y))
                break
        else:
            groups.append(([number], [(x, y)]))
    return [(numbers, np.mean(members, axis=0)) for numbers, members in groups]


def clipped(z, losses, gradients):
    """Loss and size of the gradient by the logit of the true class, one line for each loss."""
    figure, (top, bottom) = subplots(2, 1, (6.4, 4.4), sharex=True)
    for ax, lines in ((top, losses), (bottom, gradients)):
        for (name, values), dashes in zip(lines.items(), ("-", "--")):
            ax.plot(z, values, dashes, label=name)
        ax.grid(axis="y")
    top.set_ylabel("loss")
    bottom.set(ylabel="size of the gradient", xlabel="logit of the true class; all others are 0")
    top.legend()
    return figure


def reruns(rows):
    """Accuracy by epoch over several runs of the same cell; rows of (validation, test) in percent."""
    figure, ax = subplots(size=(6.4, 3.4))
    start = 1
    for number, row in enumerate(rows):
        epochs = np.arange(start, start + len(row))
        validation, test = np.transpose(row)
        names = ("validation images", "test images") if number == 0 else ("_", "_")
        ax.plot(epochs, validation, "o-", color=PALETTE["vermilion"], markersize=4, label=names[0])
        ax.plot(epochs, test, "s--", color=PALETTE["blue"], markersize=4, label=names[1])
        if number:
            ax.axvline(start - 0.5, color=PALETTE["ink"], linestyle=":", linewidth=1)
            ax.text(start - 0.3, 1, "the cell is run again", transform=ax.get_xaxis_transform(),
                    fontsize=10, va="bottom")
        start += len(row)
    ax.set(xlabel="epoch", ylabel="accuracy, %")
    ax.grid(axis="y")
    ax.legend(loc="lower right")
    return figure


def pairs(before, after):
    """Images in a row, and below each what became of it."""
    figure, axes = subplots(2, len(before), (6.4, 1.9))
    for column, pair in enumerate(zip(before, after)):
        for ax, image in zip(axes[:, column], pair):
            draw_image(ax, image)
    for ax, name in zip(axes[:, 0], ("test", "distorted")):
        ax.set_ylabel(name, fontsize=10)
    return figure


def two_tests(names, plain, distorted, published):
    """Accuracy on test images and on distorted ones, one row for each network; None is left out."""
    figure, ax = subplots(size=(6.4, 0.5 * len(names) + 1.2))
    rows = np.arange(len(names))[::-1]
    ax.hlines(rows, distorted, plain, color=PALETTE["ink"], linewidth=1)
    ax.plot(plain, rows, "o", color=PALETTE["blue"], markersize=7, label="test images")
    ax.plot(distorted, rows, "s", color=PALETTE["vermilion"], markersize=6, label="distorted test images")
    stated = [(value, row) for value, row in zip(published, rows) if value is not None]
    ax.plot(*np.transpose(stated), "D", color=PALETTE["ink"], markerfacecolor="none", markersize=9,
            label="published")
    ax.set_yticks(rows, names)
    ax.set(xlabel="accuracy, %", ylim=(-0.6, len(names) - 0.4))
    ax.grid(axis="x")
    figure.legend(loc="outside upper center", ncols=3, columnspacing=1)
    return figure


def two_curves(curves, marks=(), bends=None):
    """Training losses of networks by epoch, and below, if given, how much each curve bends.

    ``marks`` are epochs where a line is drawn; ``bends`` holds values for the epochs 3, 4, ...
    """
    figure, axes = subplots(1 + (bends is not None), 1, (6.4, 3.0 if bends is None else 4.6),
                            sharex=True, squeeze=False)
    for ax, of_networks, first in zip(axes[:, 0], (curves, bends), (1, 3)):
        for (name, values), look in zip(of_networks.items(), ("o-", "s--")):
            ax.plot(np.arange(first, first + len(values)), values, look, markersize=4, label=name)
        for mark in marks:
            ax.axvline(mark, color=PALETTE["ink"], linestyle=":", linewidth=1)
        ax.grid(axis="y")
    axes[0, 0].set(ylabel="training loss", yscale="log")
    if bends is not None:
        axes[1, 0].set_ylabel("bend of its logarithm")
    axes[-1, 0].set_xlabel("epoch")
    axes[0, 0].legend()
    return figure


def stuck(of_outputs, limit):
    """Training loss by epoch of several runs for each output, and the loss of knowing nothing."""
    figure, ax = subplots(size=(6.4, 3.2))
    for (name, runs), look in zip(of_outputs.items(), (("o-", "blue"), ("s--", "vermilion"))):
        for number, losses in enumerate(runs):
            ax.plot(np.arange(1, len(losses) + 1), losses, look[0], color=PALETTE[look[1]],
                    markersize=4, linewidth=1.2, label="_" if number else name)
    ax.axhline(limit, color=PALETTE["ink"], linestyle=":", linewidth=1)
    ax.text(6, limit * 0.87, "log 10", fontsize=10, va="top")
    ax.set(xlabel="epoch", ylabel="training loss", yscale="log")
    ax.grid(axis="y")
    ax.legend(loc="center right")
    return figure


def by_epoch(test, validation, chosen, best):
    """Accuracy by epoch on both sets, in percent, with the epoch that each of them prefers."""
    figure, (top, bottom) = subplots(2, 1, (6.4, 4.2), sharex=True)
    epochs = np.arange(1, len(test) + 1)
    top.plot(epochs, validation, "-", color=PALETTE["green"], linewidth=1.2)
    top.plot(chosen + 1, validation[chosen], "D", color=PALETTE["green"], markersize=8,
             label="best on validation images")
    bottom.plot(epochs, test, "-", color=PALETTE["blue"], linewidth=1.2)
    bottom.plot(chosen + 1, test[chosen], "D", color=PALETTE["green"], markersize=8, label="the same epoch")
    bottom.plot(best + 1, test[best], "s", color=PALETTE["vermilion"], markersize=8,
                label="best on test images")
    top.set_ylabel("validation, %")
    bottom.set(ylabel="test, %", xlabel="epoch")
    for ax in (top, bottom):
        ax.grid(axis="y")
        ax.legend(loc="lower right")
    return figure


def gains(among, means, errors):
    """What choosing alone adds, by the number of epochs to choose from, with intervals."""
    figure, ax = subplots(size=(6.4, 2.8))
    for shift, (name, values), look in zip((-0.05, 0.05), means.items(), ("o-", "s--")):
        ax.errorbar(np.arange(len(among)) + shift, values, errors[name], fmt=look, capsize=3,
                    markersize=5, label=name)
    ax.axhline(0, color=PALETTE["ink"], linewidth=0.8)
    ax.set_xticks(range(len(among)), among)
    ax.set(xlabel="epochs to choose from", ylabel="gain, points")
    ax.grid(axis="y")
    ax.legend(loc="upper left")
    return figure
