"""The road of the book in one picture."""

from course_lib.plots.style import FAINT, PALETTE, subplots

_ACCURACIES = (50, 80, 90, 95, 98, 99, 99.5, 99.8, 99.9)
_MARKS = {  # marker and color of each family of systems
    "classical": ("s", PALETTE["vermilion"]),
    "dense": ("^", PALETTE["green"]),
    "convolutional": ("o", PALETTE["blue"]),
    "capsules": ("D", PALETTE["purple"]),
    "several networks that vote": ("*", PALETTE["ink"]),
}


def road(points, key, label_sides):
    """Accuracy of many systems against their year or their number of parameters.

    The height is the logarithm of the error rate: from 90 to 99 and from 99 to 99.9 % are equal
    steps, each to a tenth of the errors. Open marks are published numbers, filled marks measured
    ones.

    Parameters
    ----------
    points : list of dict
        With the keys ``family`` ("classical", "dense", "convolutional", "capsules" or "several
        networks that vote"), ``accuracy`` (in percent, below 100), ``measured`` (bool), ``label``,
        ``year`` and ``parameters``. A point whose ``key`` is None is left out.
    key : {"year", "parameters"}
        What stands on the horizontal axis; parameters are drawn on a logarithmic scale.
    label_sides : dict of str to {"left", "right"}
        Which labels are printed, and the side of the label that is at the mark.

    Returns
    -------
    Figure

    Examples
    --------
    >>> lenet5 = {"family": "convolutional", "accuracy": 99.05, "measured": False,
    ...           "label": "LeNet-5", "year": 1998, "parameters": 60000}
    >>> road([lenet5], "year", {"LeNet-5": "left"}).axes[0].get_xlabel()
    'year'
    """
    if not any(p[key] for p in points):
        raise ValueError(f"no point has its {key}, so there is nothing to draw")
    figure, ax = subplots(size=(7.2, 4.6))
    for family, (marker, color) in _MARKS.items():
        for measured in (False, True):
            shown = [p for p in points
                     if p["family"] == family and p["measured"] == measured and p[key]]
            ax.plot([p[key] for p in shown], [100 - p["accuracy"] for p in shown], marker,
                    color=color, markerfacecolor=color if measured else "none",
                    markersize=10 if marker == "*" else 7, linestyle="none")
        if any(p["family"] == family and p[key] for p in points):
            ax.plot(
                [], [], marker, color=color, markerfacecolor="none", linestyle="none", label=family
            )
    ax.plot([], [], "o", color=PALETTE["ink"], linestyle="none", label="filled: measured here")
    for p in points:
        if p["label"] in label_sides and p[key]:
            side = label_sides[p["label"]]
            ax.annotate(
                p["label"],
                (p[key], 100 - p["accuracy"]),
                (-8 if side == "right" else 8, 0),
                textcoords="offset points",
                ha=side,
                va="center",
                fontsize=9.5,
            )
    ax.set(yscale="log", ylim=(100, 0.06), ylabel="accuracy on the test set",
           xlabel={"year": "year", "parameters": "number of parameters"}[key])
    if key == "parameters":
        ax.set_xscale("log")
    ax.set_yticks([100 - a for a in _ACCURACIES], [f"{a:g} %" for a in _ACCURACIES])
    ax.yaxis.minorticks_off()
    ax.grid(axis="y", color=FAINT)
    ax.legend(fontsize=9.5, loc="lower center" if key == "year" else "best",
              ncols=2 if key == "year" else 1)
    return figure
