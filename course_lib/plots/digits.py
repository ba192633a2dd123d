"""Figures of the digits themselves."""

from math import ceil

import numpy as np

from course_lib.plots.style import FAINT, PALETTE, as_pictures, draw_image, subplots


def digit_grid(images, labels=None, columns=10):
    """Images side by side, row by row, each with its label above it.

    All images share one scale from white (the smallest value) to black (the largest), so that their
    darkness can be compared.

    Parameters
    ----------
    images : (N, H, W), (N, H, W, 1) or (N, H * H), numbers
    labels : N values to be printed above the images, or None
    columns : int

    Examples
    --------
    >>> from course_lib.data import load_digits28
    >>> digits = load_digits28()
    >>> figure = digit_grid(digits.train_images[:20], digits.train_labels[:20])
    >>> len(figure.axes)
    20
    """
    images = as_pictures(images)
    labels = [""] * len(images) if labels is None else list(labels)
    if len(labels) != len(images):
        raise ValueError(f"there are {len(images)} images, but {len(labels)} labels")
    columns = min(columns, len(images))
    rows = ceil(len(images) / columns)
    height = 0.68 if labels[0] == "" else 0.88
    figure, axes = subplots(rows, columns, (0.68 * columns, height * rows), squeeze=False)
    for ax, image, label in zip(axes.flat, images, labels):
        draw_image(ax, image, str(label), vmin=images.min(), vmax=images.max())
    for ax in axes.flat[len(images) :]:
        ax.remove()
    return figure


def digit_numbers(image):
    """One digit as the computer has it: each pixel's number, printed on the pixel.

    ``image`` is (H, W) with values from 0 (white) to 255 (black). One sees that a picture is
    nothing but a table, that most of it is 0, and that the edge of a stroke is made of numbers in
    between.

    Examples
    --------
    >>> figure = digit_numbers(np.arange(12).reshape(3, 4) * 20)
    >>> [text.get_text() for text in figure.axes[0].texts][:3]
    ['0', '20', '40']
    """
    image = np.asarray(image)
    if image.ndim != 2:
        raise ValueError(f"image must be (H, W), but its shape is {image.shape}")
    height, width = image.shape
    figure, ax = subplots(size=(0.25 * width, 0.25 * height))
    draw_image(ax, image, vmin=0, vmax=255)
    for (row, column), value in np.ndenumerate(image):
        color = "white" if value > 127 else PALETTE["ink"] if value else "#767676"  # faint zeros
        ax.text(column, row, f"{value:g}", ha="center", va="center", color=color, fontsize=6)
    return figure


def class_balance(parts):
    """How often each class occurs, as bars, side by side for several sets of labels.

    ``parts`` maps a name to integer labels (N,), for example ``{"training": y, "test": y_test}``.
    The bars show shares, because the sets differ in size; the line marks equal shares.

    Examples
    --------
    >>> figure = class_balance({"training": np.array([0, 1, 1, 2]), "test": np.array([0, 1, 2, 2])})
    >>> [float(bar.get_height()) for bar in figure.axes[0].patches]
    [25.0, 50.0, 25.0, 25.0, 25.0, 50.0]
    """
    if not parts or not all(len(labels) for labels in parts.values()):
        raise ValueError(f"parts must hold one set of labels or more, none empty, not {parts}")
    n_classes = 1 + max(int(np.max(labels)) for labels in parts.values())
    classes = np.arange(n_classes)
    figure, ax = subplots(size=(6.4, 3.0))
    width = 0.8 / len(parts)
    hatches = ["", "///", "...", "xx"]
    for i, (name, labels) in enumerate(parts.items()):
        share = 100 * np.bincount(labels, minlength=n_classes) / len(labels)
        ax.bar(
            classes + (i - (len(parts) - 1) / 2) * width,
            share,
            width,
            color=list(PALETTE.values())[i % len(PALETTE)],
            hatch=hatches[i % len(hatches)],
            edgecolor="white",
            label=f"{name} ({len(labels):,})",
        )
    ax.axhline(100 / n_classes, color=PALETTE["ink"], linewidth=1, linestyle="--")
    ax.set(xlabel="digit", ylabel="share of the images, %", xticks=classes)
    ax.set_ylim(top=1.25 * ax.get_ylim()[1])
    ax.legend(loc="upper right", ncols=len(parts))
    ax.grid(axis="y", color=FAINT)
    return figure


def average_digits(images, labels):
    """The mean image of each class, with the number of images that went into it.

    Where all writers agree, the mean is dark; where they differ, it is gray. Blurred shapes are
    what a classifier that keeps one mean per pixel knows.

    ``images`` is (N, H, W), (N, H, W, 1) or (N, H * H), ``labels`` integer (N,).

    Examples
    --------
    >>> from course_lib.data import load_digits28
    >>> digits = load_digits28()
    >>> figure = average_digits(digits.train_images, digits.train_labels)
    >>> figure.axes[0].get_title()
    '0 (142)'
    """
    images, labels = as_pictures(images), np.asarray(labels)
    classes, counts = np.unique(labels, return_counts=True)
    means = [images[labels == c].mean(axis=0) for c in classes]
    return digit_grid(means, [f"{c} ({n:,})" for c, n in zip(classes, counts)], columns=5)
