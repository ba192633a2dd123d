"""Drawings of chapter 6."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from course_lib.plots import PALETTE
from course_lib.plots.style import FAINT, subplots

GRAY = "#767676"


def canvas(width, height):
    """A figure without axes on which one unit is one inch; the origin is at the lower left."""
    figure, ax = subplots(size=(width, height))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return figure, ax


def number(value):
    """A number as short as it can be, with a proper minus sign: 0.5, 2, \u22121.25."""
    return f"{value + 0.0:.3g}".replace("-", "\u2212")


def cost_of_a_gradient(n_parameters, nudging, back):
    """Seconds for one gradient against the number of parameters, in two ways; both axes logarithmic."""
    figure, ax = subplots(size=(4.8, 3.3))
    ax.plot(n_parameters, nudging, marker="s", color=PALETTE["vermilion"], linestyle="--",
            label="nudging every parameter")
    ax.plot(n_parameters, back, marker="o", color=PALETTE["blue"], linestyle="-",
            label="backpropagation")
    ax.set(xscale="log", yscale="log", xlabel="parameters", ylabel="seconds for one gradient")
    ax.set_ylim(top=max(nudging) * 30)
    ax.grid(axis="y")
    ax.legend(loc="upper left")
    return figure


class Graph:
    """The computation graph of the small network; each box holds a value and a gradient."""

    SIZE = (1.12, 0.52)

    def __init__(self):
        self.figure, self.ax = canvas(4.3, 6.1)

    def box(self, x, y, name, value, gradient, bias=None, corner=1):
        """A box at (x, y); the bias stands above its right corner, or above the left one (-1)."""
        width, height = self.SIZE
        self.ax.add_patch(FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.08",
            facecolor="white", edgecolor=PALETTE["ink"], zorder=2))
        self.ax.text(x, y + 0.12, f"${name}$ = {value}", ha="center", va="center", fontsize=11, zorder=3)
        self.ax.text(x, y - 0.12, rf"$\partial$ {gradient}", ha="center", va="center", fontsize=11,
                     color=PALETTE["blue"], fontweight="bold", zorder=3)
        if bias is not None:
            self.ax.text(x + corner * width / 2, y + height / 2 + 0.03, f"{bias:+g}".replace("-", "\u2212"),
                         ha="right" if corner > 0 else "left", va="bottom", fontsize=10, color=GRAY, zorder=3)

    def arrow(self, start, end, label=None, alive=True, place=0.68):
        """An arrow from one box down to another; dashed if no gradient comes back along it."""
        half = self.SIZE[1] / 2
        a, b = np.array(start) - (0, half), np.array(end) + (0, half)
        self.ax.annotate("", b, a, zorder=1, arrowprops={
            "arrowstyle": "-|>", "color": PALETTE["ink"] if alive else GRAY, "shrinkA": 0, "shrinkB": 0,
            "linestyle": "-" if alive else (0, (3, 3)), "linewidth": 1.1})
        if label is not None:
            x, y = a + place * (b - a)
            self.ax.text(x, y, label, ha="center", va="center", fontsize=10, zorder=2,
                         bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})


def small_network(values, gradients, weights, biases):
    """The network that is computed by hand, from the input above to the loss below.

    ``values`` and ``gradients`` hold arrays (or a number) for x, z, a, s, p and L; s stands for the
    logits. ``weights`` and ``biases`` hold those of both dense layers.
    """
    graph = Graph()
    rows = {"x": 5.8, "z": 4.55, "a": 3.65, "s": 2.4, "p": 1.3, "L": 0.3}
    columns = {2: (1.15, 3.15), 3: (0.62, 2.15, 3.68)}
    place = {key: [(x, rows[key]) for x in columns[len(np.atleast_1d(values[key]))]]
             for key in "xzasp"} | {"L": [(2.15, rows["L"])]}
    for key, name in zip("xzasp", ("x_{}", "z_{}", "a_{}", "z_{}'", "p_{}")):
        for k, (x, y) in enumerate(place[key]):
            bias = {"z": biases[0], "s": biases[1]}.get(key)
            graph.box(x, y, name.format(k + 1), number(values[key][k]),
                      number(gradients[key][k]), None if bias is None else bias[k], 1 if k else -1)
    graph.box(*place["L"][0], "L", f"{values['L']:.3f}", "1")
    for upper, lower, W in (("x", "z", weights[0]), ("a", "s", weights[1])):
        for i, start in enumerate(place[upper]):
            for k, end in enumerate(place[lower]):
                graph.arrow(start, end, number(W[i, k]), gradients[lower][k] != 0, 0.3 if upper == "a" else 0.7)
    for k in range(3):
        graph.arrow(place["z"][k], place["a"][k], alive=values["a"][k] > 0)
    for k in range(2):
        for start in place["s"]:
            graph.arrow(start, place["p"][k], alive=gradients["p"][k] != 0)
        graph.arrow(place["p"][k], place["L"][0], alive=gradients["p"][k] != 0)
    return graph.figure


def products_of_shapes():
    """The two matrix products of the dense layer's way back, as rectangles with their sides named."""
    figure, ax = canvas(4.6, 3.1)
    N, D, E = 0.55, 1.15, 0.8  # lengths of the sides

    def block(x, y, height, width, name, rows, columns, color):
        ax.add_patch(Rectangle((x, y - height / 2), width, height, facecolor="white",
                               edgecolor=PALETTE[color], linewidth=1.8))
        ax.text(x + width / 2, y, name, ha="center", va="center", fontsize=11)
        ax.text(x - 0.06, y, rows, ha="right", va="center", fontsize=11, color=GRAY)
        ax.text(x + width / 2, y + height / 2 + 0.06, columns, ha="center", va="bottom", fontsize=11,
                color=GRAY)
        return x + width

    def line(y, blocks, signs):
        x = 0.35
        for arguments, sign in zip(blocks, signs):
            x = block(x, y, *arguments)
            ax.text(x + 0.14, y, sign, ha="center", va="center", fontsize=12)
            x += 0.52

    dY = (N, E, r"$\partial L/\partial \mathbf{Y}$", "$N$", "$D'$", "blue")
    line(2.3, [(D, N, r"$\mathbf{X}^\top$", "$D$", "$N$", "ink"), dY,
               (D, E, r"$\partial L/\partial \mathbf{W}$", "$D$", "$D'$", "blue")], ("\u00b7", "=", ""))
    line(0.55, [dY, (E, D, r"$\mathbf{W}^\top$", "$D'$", "$D$", "ink"),
               (N, D, r"$\partial L/\partial \mathbf{X}$", "$N$", "$D$", "blue")], ("\u00b7", "=", ""))
    return figure


def pooling_there_and_back(x, y, dy, dx, size=2):
    """A map (H, W), its pooled map, the upstream gradient, and the gradient that comes out."""
    figure, ax = canvas(4.6, 4.75)
    cell = 0.5
    origins = [(0.1, 4.5), (3.1, 4.5 - cell), (3.1, 2.05 - cell), (0.1, 2.05)]
    titles = ("input", "output", "upstream gradient", "gradient of the input")
    wins = dx != 0
    for array, (left, top), title in zip((x, y, dy, dx), origins, titles):
        blue = array is dy or array is dx
        ax.text(left, top + 0.08, title, fontsize=11, va="bottom")
        for (r, s), value in np.ndenumerate(array):
            corner = (left + s * cell, top - (r + 1) * cell)
            marked = array.shape == x.shape and wins[r, s]
            ax.add_patch(Rectangle(corner, cell, cell, facecolor="white", edgecolor="#BBBBBB", linewidth=0.8))
            ax.text(corner[0] + cell / 2, corner[1] + cell / 2, number(value), ha="center", va="center",
                    fontsize=11, color=PALETTE["blue" if blue else "ink"],
                    fontweight="bold" if marked or array.shape != x.shape else "normal")
            if marked:
                ax.add_patch(Rectangle((corner[0] + 0.04, corner[1] + 0.04), cell - 0.08, cell - 0.08,
                                       fill=False, edgecolor=PALETTE["ink"], linewidth=1.4))
        if array.shape == x.shape:
            for k in range(0, len(x) + 1, size):
                ends = (left, left + len(x) * cell), (top, top - len(x) * cell)
                ax.plot(ends[0], [top - k * cell] * 2, color=PALETTE["ink"], linewidth=1.4, linestyle="-")
                ax.plot([left + k * cell] * 2, ends[1], color=PALETTE["ink"], linewidth=1.4, linestyle="-")
    for y_arrow, (start, end) in ((3.5, (2.25, 2.95)), (1.05, (2.95, 2.25))):
        ax.annotate("", (end, y_arrow), (start, y_arrow), arrowprops={"arrowstyle": "-|>", "color": PALETTE["ink"]})
    return figure


def error_against_eps(eps, errors):
    """Error of a numerical gradient against its step; ``errors`` maps a type of number to a list."""
    figure, ax = subplots(size=(4.8, 4))
    looks = (("-", "o", "blue"), ("--", "s", "vermilion"))
    for (name, error), (dashes, marker, color) in zip(errors.items(), looks):
        ax.plot(eps, error, linestyle=dashes, marker=marker, markersize=3.5, color=PALETTE[color], label=name)
    e = np.array([1e-4, 1e-1])
    ax.plot(e, 0.3 * e**2, color=GRAY, linewidth=1, linestyle="-")
    ax.text(2e-3, 1.2e-7, r"$\varepsilon^2$", color=GRAY, ha="left", va="top", fontsize=12)
    e = np.array([1e-12, 1e-7])
    ax.plot(e, 2e-18 / e, color=GRAY, linewidth=1, linestyle="-")
    ax.text(5e-11, 1e-8, r"$1/\varepsilon$", color=GRAY, ha="right", va="top", fontsize=12)
    ax.set(xscale="log", yscale="log", xlabel=r"step $\varepsilon$", ylabel="relative error", ylim=(1e-12, 30))
    ax.grid(color=FAINT)
    ax.legend(loc="upper right", ncols=2)
    return figure


def training_curves(steps, curves, chance):
    """Loss against the step for each kind of gradient; ``curves`` maps a name to a list of runs."""
    figure, ax = subplots(size=(4.8, 3.9))
    looks = [("-", "o", "blue"), (":", "^", "vermilion"), ("--", "s", "purple"), ("-.", "D", "green")]
    top = 30
    for (name, runs), (dashes, marker, color) in zip(curves.items(), looks):
        for k, run in enumerate(runs):
            run = np.array(run)
            run[~(run < top)] = top  # beyond the picture
            n = min(len(run), int(np.argmax(run >= top)) + 1 if (run >= top).any() else len(run))
            ax.plot(steps[:n], run[:n], linestyle=dashes, marker=marker, markersize=4, markevery=6,
                    color=PALETTE[color], linewidth=1.5, label=name if k == 0 else None)
    ax.axhline(chance, color=GRAY, linewidth=1, linestyle="-")
    ax.text(steps[-1], chance * 0.86, r"$\log\,10$", color=GRAY, ha="right", va="top", fontsize=11)
    ax.set(yscale="log", xlabel="step", ylabel="loss on training images", ylim=(None, top))
    ax.legend(loc="upper right", fontsize=11, bbox_to_anchor=(1, 0.98))
    ax.grid(axis="y")
    return figure
