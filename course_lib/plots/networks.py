"""Figures of networks: how they learn and what they see."""

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from course_lib.plots.style import FAINT, PALETTE, draw_image, draw_signed, signed_bar, subplots

# Color and marker of each run in one figure, so that color alone is never needed.
_RUNS = list(zip(PALETTE.values(), "os^Dv"))


def training_curves(histories):
    """Accuracy and loss by epoch, for one training run or several.

    ``histories`` maps a name to the epochs of a run, a list of dictionaries with the keys
    ``epoch``, ``train_loss``, ``train_accuracy``, ``validation_loss`` and ``validation_accuracy``:
    the ``history`` of `course_lib.training.fit` or the ``epochs`` of a record. Solid lines are
    validation images, dashed lines with hollow marks training images. Where the two part, the
    network begins to learn its training images by heart. At most five runs fit in one figure.

    Examples
    --------
    >>> epoch = {"train_loss": 0.5, "train_accuracy": 0.8, "validation_loss": 0.4,
    ...          "validation_accuracy": 0.9}
    >>> figure = training_curves({"LeNet-5": [{"epoch": 1, **epoch}, {"epoch": 2, **epoch}]})
    >>> [ax.get_ylabel() for ax in figure.axes]
    ['accuracy, %', 'loss']
    """
    if not 1 <= len(histories) <= len(_RUNS):
        raise ValueError(f"one figure shows 1 to {len(_RUNS)} runs, not {len(histories)}")
    if empty := [name for name, history in histories.items() if not history]:
        raise ValueError(f"the run {empty[0]!r} has no epochs")
    figure, axes = subplots(1, 2, (7.4, 3.4))
    figure.get_layout_engine().set(wspace=0.06)
    for (color, marker), (name, history) in zip(_RUNS, histories.items()):
        epochs = [epoch["epoch"] for epoch in history]
        for ax, key, scale in zip(axes, ("accuracy", "loss"), (100, 1)):
            for part, dashes, face in (("validation", "-", color), ("train", "--", "white")):
                values = [scale * epoch[f"{part}_{key}"] for epoch in history]
                label = f"{name}, {'training' if part == 'train' else part}"
                ax.plot(epochs, values, color=color, linestyle=dashes, linewidth=1.4, marker=marker,
                        markersize=4, markerfacecolor=face, label=label)
    axes[0].set(xlabel="epoch", ylabel="accuracy, %")
    axes[1].set(xlabel="epoch", ylabel="loss", yscale="log")
    axes[1].yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes[1].yaxis.set_major_formatter("{x:g}")
    axes[1].yaxis.set_minor_locator(NullLocator())
    axes[0].legend(fontsize=9, loc="lower right")
    for ax in axes:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        ax.grid(axis="y", color=FAINT)
    return figure


def filters(W, labels=None):
    """The weights of a convolution, or of a linear classifier, as images.

    Blue weights are positive: ink there raises the output. Red, hatched ones are negative: ink
    there lowers it. White is 0, and all images share one scale.

    Parameters
    ----------
    W : (K, K, C, F)
        A convolution weight: one row of images per input channel, one column per filter. The weight
        of a linear classifier, (D, 10), becomes ten templates by ``W.reshape(28, 28, 1, 10)``.
    labels : F values to be printed above the columns, or None to number them from 0

    Examples
    --------
    >>> figure = filters(np.random.default_rng(0).normal(size=(5, 5, 1, 6)))
    >>> figure.axes[5].get_title()
    '5'
    """
    W = np.asarray(W)
    if W.ndim != 4 or not W.size:
        raise ValueError(f"W must be (K, K, C, F) and not empty, but its shape is {W.shape}")
    _, _, c_in, n_filters = W.shape
    labels = range(n_filters) if labels is None else labels
    figure, axes = subplots(
        c_in, n_filters, (0.62 * n_filters + 0.6, 0.62 * c_in + 0.35), squeeze=False
    )
    largest = float(np.abs(W).max()) or 1.0
    for (channel, f), ax in np.ndenumerate(axes):
        title = labels[f] if channel == 0 else ""
        draw_signed(ax, W[:, :, channel, f], title, largest)
        if c_in > 1 and f == 0:
            ax.set_ylabel(channel, rotation=0, ha="right", va="center", fontsize=10)
    signed_bar(figure, axes[0, 0], axes, aspect=12 * c_in, shrink=0.9, pad=0.02)
    return figure


def feature_maps(activations):
    """What each layer of a network sees in one image: a row per layer, an image per channel.

    ``activations`` maps the name of a layer to what it gave for this image: (H, W, C) for
    convolutions and pools, (D,) for dense layers, which are drawn as a strip. Dark is a large
    value; each layer has its own scale, from its smallest value (white) to its largest (black).

    Examples
    --------
    >>> image = np.random.default_rng(0).random((28, 28, 1))
    >>> figure = feature_maps({"input": image, "pool": image[::2, ::2], "dense": np.arange(10.0)})
    >>> [ax.get_ylabel() for ax in figure.axes]
    ['input', 'pool', 'dense']
    """
    activations = {name: np.asarray(a) for name, a in activations.items()}
    if not activations:
        raise ValueError("there is no layer to show")
    for name, a in activations.items():
        if a.ndim not in (1, 3):
            raise ValueError(
                f"the activation {name!r} of one image must be (H, W, C) or (D,), but its shape is "
                f"{a.shape}"
            )
    strips = [a.ndim == 1 for a in activations.values()]
    rows = [a[None, :] if a.ndim == 1 else _side_by_side(a) for a in activations.values()]
    width = 6.0
    heights = [
        0.3 if strip else min(1.0, width * len(row) / row.shape[1])
        for strip, row in zip(strips, rows)
    ]
    size = (width + 1.0, sum(heights) + 0.12 * len(rows))
    figure, axes = subplots(len(rows), 1, size, squeeze=False, height_ratios=heights)
    for ax, name, strip, row in zip(axes[:, 0], activations, strips, rows):
        draw_image(ax, row, aspect="auto" if strip else "equal")
        ax.set_anchor("W")
        ax.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=10)
    return figure


def _side_by_side(maps):
    """(H, W, C) as one wide image, the channels in a row with a gap of NaN between them."""
    h, w, c = maps.shape
    gap = max(1, w // 14)
    row = np.full((h, c, w + gap), np.nan)
    row[:, :, :w] = maps.transpose(0, 2, 1)
    return row.reshape(h, -1)[:, :-gap]
