"""Drawings of chapter 7."""

import numpy as np
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from course_lib.plots import PALETTE
from course_lib.plots.style import FAINT, subplots

MARKERS = "osD^v"


def _map(ax, height, low, xs, ys):
    """Lines of equal height of a surface over two parameters, the lowest ones marked by crosses."""
    x, y = np.meshgrid(np.linspace(*xs, 160), np.linspace(*ys, 120))
    ax.contour(x, y, np.sqrt(height((x, y)) - min(height(w) for w in low)), 11, colors="#8A8A8A",
               linewidths=0.5)
    for w in low:
        ax.plot(*w, "+", color=PALETTE["ink"], markersize=11, markeredgewidth=1.8)
    ax.set(xlim=xs, ylim=ys)


def _plain(ax):
    """Numbers on a logarithmic vertical axis as 20, not as 2 times a power of ten."""
    for which in (ax.yaxis.set_major_formatter, ax.yaxis.set_minor_formatter):
        which(ScalarFormatter())
    ax.tick_params(axis="y", which="minor", labelsize=9)


def paths(height, low, walks, xs, ys, columns=2, size=(6.4, 5.0)):
    """One map for each walk: ``walks`` maps a title to a path (steps + 1, 2); ``low`` are minima."""
    rows = -(-len(walks) // columns)
    figure, axes = subplots(rows, columns, size, sharex=True, sharey=True, squeeze=False)
    for ax, (name, path), color in zip(axes.flat, walks.items(), list(PALETTE.values()) * 2):
        _map(ax, height, low, xs, ys)
        ax.plot(*path.T, "-", color=color, linewidth=1.3)
        ax.plot(*path[:-1].T, ".", color=color, markersize=5)
        ax.plot(*path[0], "o", color=PALETTE["ink"], markersize=6)
        ax.set_title(name, fontsize=10)
    for ax in axes[-1]:
        ax.set_xlabel("first parameter")
    for ax in axes[:, 0]:
        ax.set_ylabel("second parameter")
    return figure


def heights(heights, steps, ylim):
    """Height above the minimum after each step, one panel per surface, one line per optimizer."""
    figure, axes = subplots(1, len(heights), (6.4, 3.0), squeeze=False)
    for ax, (surface, curves) in zip(axes[0], heights.items()):
        for (name, values), marker in zip(curves.items(), MARKERS):
            ax.plot(np.maximum(values[: steps + 1], ylim[0] / 10), label=name, linewidth=1.5,
                    marker=marker, markersize=4, markevery=12)
        ax.set(xlabel="step", yscale="log", ylim=ylim)
        ax.set_title(surface, fontsize=10)
        ax.grid(axis="y")
    axes[0, 0].set_ylabel("height above the minimum")
    axes[0, 0].legend(fontsize=9)
    return figure


def rates(rates, losses, start):
    """The loss after training against the learning rate; ``losses`` maps names to lists."""
    figure, ax = subplots(size=(6.4, 3.3))
    for (name, values), marker in zip(losses.items(), MARKERS):
        ax.plot(rates, values, marker=marker, markersize=5, label=name)
    ax.axhline(start, color=PALETTE["ink"], linewidth=0.8)
    ax.text(0.03, start, "knowing nothing", ha="center", va="bottom", fontsize=10)
    ax.set(xscale="log", xlabel="learning rate", ylabel="loss on validation images",
           ylim=(0, 1.35 * start))
    ax.grid(axis="y")
    figure.legend(loc="outside upper center", ncols=4, fontsize=10)
    return figure


def bias_correction(step_sizes, curves):
    """Left: lengths of the steps by theory, in learning rates. Right: losses on digits."""
    figure, (left, right) = subplots(1, 2, (6.6, 3.1))
    for ax, lines in ((left, step_sizes), (right, curves)):
        for (name, values), marker in zip(lines.items(), MARKERS):
            ax.plot(np.arange(1, len(values) + 1), values, marker=marker, markersize=3.5,
                    markevery=7, label=name)
        ax.set(xlabel="step", ylim=(0, None))
        ax.grid(axis="y")
        ax.legend(fontsize=9)
    left.set_title("step, in learning rates", fontsize=10)
    right.set_title("loss of the mini-batch", fontsize=10)
    return figure


def shrinkage(sizes, ratios):
    """What is left of the weights, against the size of their gradients.

    ``sizes`` (G,) are typical gradients of G groups, the first 0; ``ratios`` maps names to (G,).
    """
    figure, ax = subplots(size=(6.4, 3.2))
    places = np.arange(len(sizes))
    for (name, values), marker in zip(ratios.items(), MARKERS):
        ax.plot(places, 100 * np.asarray(values), marker=marker, label=name)
    ax.axhline(100, color=PALETTE["ink"], linewidth=0.8)
    names = [f"{size:.0e}".replace("e-0", "e\u2212") if size else "0" for size in sizes]
    ax.set_xticks(places, names, fontsize=9)
    ax.set(xlabel="typical size of the gradient of these weights", ylim=(0, 112),
           ylabel="size of the weights,\n% of that without decay")
    ax.grid(axis="y")
    ax.legend(loc="lower right")
    return figure


def noise(sizes, errors):
    """Distance of the mini-batch gradient from the whole one, and the law of the square root."""
    figure, ax = subplots(size=(6.0, 3.0))
    sizes, errors = np.asarray(sizes), np.asarray(errors)
    ax.plot(sizes, 100 * errors, "o", label="measured")
    law = np.exp(np.mean(np.log(errors * sizes**0.5))) / sizes**0.5
    ax.plot(sizes, 100 * law, "--", color=PALETTE["ink"], linewidth=1.2,
            label="a quarter of the noise costs 16 times the images")
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.set_xticks(sizes, sizes)
    _plain(ax)
    ax.set(xlabel="images in the mini-batch", ylabel="error of the gradient, %")
    ax.grid(axis="y", which="both")
    ax.legend(fontsize=10)
    return figure


def schedules(batch_sizes, learning_rates, curves):
    """The two schedules by epoch, and what the training runs that follow them do."""
    figure, axes = subplots(1, 3, (6.8, 3.0), gridspec_kw={"width_ratios": [1, 1, 1.5]})
    for ax, values, title in zip(axes, (batch_sizes, learning_rates),
                                 ("batch size", "learning rate")):
        ax.step(np.arange(1, len(values) + 1), values, where="mid", linestyle="-",
                color=PALETTE["ink"])
        ax.set_title(title, fontsize=10)
        ax.set(ylim=(0, 1.1 * max(values)))
    for (name, values), marker in zip(curves.items(), MARKERS):
        axes[2].plot(np.arange(1, len(values) + 1), values, marker=marker, markersize=4, label=name)
    axes[2].set_title("validation loss", fontsize=10)
    axes[2].legend(fontsize=9)
    for ax in axes:
        ax.set_xlabel("epoch")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(axis="y", color=FAINT)
    return figure


def spine_runs(runs, sizes):
    """Validation errors by epoch: ``runs`` maps names to (seeds, epochs) arrays, in percent."""
    figure, ax = subplots(size=(6.4, 3.4))
    epochs = np.arange(1, len(sizes) + 1)
    for (name, errors), marker, color in zip(runs.items(), MARKERS, PALETTE.values()):
        ax.fill_between(epochs, errors.min(axis=0), errors.max(axis=0), color=color, alpha=0.2,
                        linewidth=0)
        ax.plot(epochs, errors.mean(axis=0), color=color, marker=marker, markersize=4, label=name)
    for change in np.flatnonzero(np.diff(sizes)) + 1:
        ax.axvline(change + 0.5, color="#BBBBBB", linewidth=1, linestyle=":")
    for size in np.unique(sizes):
        ax.text(epochs[np.equal(sizes, size)].mean(), 1.0, size, ha="center", va="bottom",
                fontsize=10, transform=ax.get_xaxis_transform())
    ax.set(xlabel="epoch (above: images in the mini-batch)", yscale="log", xticks=epochs[3::4],
           ylabel="errors on validation images, %")
    _plain(ax)
    ax.grid(axis="y", which="both")
    ax.legend(fontsize=10)
    return figure
