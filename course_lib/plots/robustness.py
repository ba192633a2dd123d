"""How far networks carry beyond clean digits."""

from textwrap import fill

import numpy as np

from course_lib.plots.style import FAINT, PALETTE, as_pictures, draw_image, subplots

# Color and marker of each system in one figure, so that color alone is never needed.
_SYSTEMS = list(zip(PALETTE.values(), "os^Dv"))
_COLUMNS = 4


def robustness_curves(systems, examples=None):
    """Accuracy by strength of corruption: one panel for each kind, one line for each system.

    Strength 0 is the clean image. All panels share one scale, so that steep ones are the dangerous
    kinds. The dotted line is what guessing among ten digits would give.

    Parameters
    ----------
    systems : dict
        Maps the name of a system to ``{"clean": accuracy, "accuracy": {kind: [accuracies]}}``, with
        one accuracy between 0 and 1 for each strength from 1, as in the record of the experiment
        "corrupted". At most five systems.
    examples : dict, optional
        Maps each kind to the images (S + 1, H, W) of one digit at the strengths 0 to S, which are
        drawn above the lines.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        There is no system, there are more than five, or their kinds differ.

    Examples
    --------
    >>> one = {"clean": 0.99, "accuracy": {"noise": [0.98, 0.9], "blur": [0.99, 0.8]}}
    >>> [ax.get_title() for ax in robustness_curves({"LeNet-5": one}).axes][:2]
    ['noise', 'blur']
    """
    if not 1 <= len(systems) <= len(_SYSTEMS):
        raise ValueError(f"one figure shows 1 to {len(_SYSTEMS)} systems, not {len(systems)}")
    kinds = _kinds(systems)
    columns = min(_COLUMNS, len(kinds) + 1)
    rows = -(-(len(kinds) + 1) // columns)  # one panel more, for the legend
    heights = [0.45, 1.55] * rows if examples else [1.7] * rows
    figure, axes = subplots(len(heights), columns, (1.95 * columns, sum(heights) + 0.5),
                            height_ratios=heights, squeeze=False)
    panels = (axes[1::2] if examples else axes).ravel()
    tops = (axes[::2] if examples else axes).ravel()
    for i, kind in enumerate(kinds):
        _panel(panels[i], systems, kind, bottom=i + columns >= len(kinds), left=i % columns == 0)
        if examples:
            _strip(tops[i], examples[kind])
        tops[i].set_title(kind, fontsize=11)
    for ax in {*panels[len(kinds):], *tops[len(kinds):]}:
        ax.axis("off")
    handles, names = panels[0].get_legend_handles_labels()
    # Long names are broken into lines: one that is wider than its panel would push the others
    # aside.
    panels[len(kinds)].legend(handles, [fill(name, 22) for name in names], loc="center", fontsize=9)
    return figure


def robustness_map(systems):
    """Accuracy under every corruption at every strength: one row for each of many systems.

    Cells get darker as the accuracy falls. The first column is the clean image.

    Parameters
    ----------
    systems : dict
        As for `robustness_curves`, but any number. Rows stand in the order of the dictionary.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        There is no system, or their kinds differ.

    Examples
    --------
    >>> one = {"clean": 0.99, "accuracy": {"noise": [0.98, 0.9], "blur": [0.99, 0.8]}}
    >>> ax = robustness_map({"LeNet-5": one}).axes[0]
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['clean', 'noise', 'blur']
    """
    if not systems:
        raise ValueError("there is no system to show")
    kinds = _kinds(systems)
    strengths = len(next(iter(systems.values()))["accuracy"][kinds[0]])
    figure, ax = subplots(size=(7.8, 0.175 * len(systems) + 1.1))
    edges = np.r_[0, 1, 1 + strengths * np.arange(1, len(kinds) + 1)]
    values = [[system["clean"], *(a for kind in kinds for a in system["accuracy"][kind])]
              for system in systems.values()]
    cells = ax.pcolormesh(
        100 * np.array(values), vmin=0, vmax=100, edgecolors="white", linewidth=0.4
    )
    for edge in edges[1:-1]:
        ax.axvline(edge, color="white", linewidth=3)
    ax.set(xticks=(edges[:-1] + edges[1:]) / 2, xticklabels=["clean", *kinds],
           yticks=np.arange(len(systems)) + 0.5, yticklabels=list(systems))
    ax.invert_yaxis()
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=9)
    ax.spines[:].set_visible(False)
    bar = figure.colorbar(cells, ax=ax, location="bottom", shrink=0.4, aspect=30, pad=0.01)
    bar.set_label("accuracy, %", fontsize=9)
    bar.ax.tick_params(labelsize=9)
    return figure


def _kinds(systems):
    """The kinds of corruption, which must be the same for all systems."""
    kinds = list(next(iter(systems.values()))["accuracy"])
    for name, system in systems.items():
        if set(system["accuracy"]) != set(kinds):
            raise ValueError(f"all systems must have the same kinds of corruption; {name} has "
                             f"{', '.join(system['accuracy'])} in place of {', '.join(kinds)}")
    return kinds


def _panel(ax, systems, kind, bottom, left):
    for (color, marker), (name, system) in zip(_SYSTEMS, systems.items()):
        values = [100 * a for a in (system["clean"], *system["accuracy"][kind])]
        ax.plot(range(len(values)), values, color=color, linestyle="-", linewidth=1.3,
                marker=marker, markersize=4.5, markerfacecolor="white", label=name)
    ax.axhline(10, color=PALETTE["ink"], linewidth=0.8, linestyle=":")
    ax.set(xlim=(-0.5, len(values) - 0.5), ylim=(0, 103), xticks=range(len(values)),
           yticks=(0, 25, 50, 75, 100))
    ax.grid(axis="y", color=FAINT)
    if bottom:
        ax.set_xlabel("strength")
    if left:
        ax.set_ylabel("accuracy, %")
    else:
        ax.set_yticklabels([])


def _strip(ax, images):
    """The images side by side, each above its strength."""
    draw_image(ax, np.hstack(as_pictures(images)))
    ax.spines[:].set_visible(False)
