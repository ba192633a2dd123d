"""Figures of what a classifier answered."""

from math import ceil

import numpy as np
from matplotlib.colors import LogNorm

from course_lib.metrics import expected_calibration_error, per_class_recall, reliability
from course_lib.plots.style import FAINT, PALETTE, as_pictures, draw_image, subplots


def performance_view(matrix):
    """A confusion matrix, with the accuracy of each digit beside it.

    Rows are the truth, columns the answers. The diagonal, the right answers, is left white: there
    are so many of them that the mistakes would fade. Every mistake is printed as a number on a
    color that grows with its logarithm; zeros stay empty. The bars to the right show which share of
    each digit was recognized.

    ``matrix`` is (J, J) integer, as from `course_lib.metrics.confusion_matrix` or a record.

    Examples
    --------
    >>> figure = performance_view(np.array([[90, 10], [5, 95]]))
    >>> figure.axes[0].get_title()
    '185 of 200 right: 92.50 %'
    """
    matrix = np.asarray(matrix)
    if not matrix.sum():
        raise ValueError("the confusion matrix counts no image at all")
    recall, n = 100 * per_class_recall(matrix), len(matrix)
    mistakes = np.ma.masked_equal(matrix * (1 - np.eye(n, dtype=matrix.dtype)), 0)
    size = (0.46 * n + 2.2, 0.42 * n + 0.8)
    figure, (left, right) = subplots(1, 2, size, sharey=True, width_ratios=(n, 3.2))
    # The scale ends far above the largest count: in the darker half of the colors the number would
    # be hard to read.
    most = max(int(matrix[~np.eye(n, dtype=bool)].max(initial=0)), 2)
    left.imshow(mistakes, cmap="Oranges", norm=LogNorm(0.7, most**2), aspect="auto")
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            weight = "bold" if row == column else "normal"
            left.text(column, row, f"{count}", ha="center", va="center", weight=weight, fontsize=10)
    left.set(xlabel="answer", ylabel="truth", xticks=range(n), yticks=range(n))
    left.set_xticks(np.arange(n + 1) - 0.5, minor=True)
    left.set_yticks(np.arange(n + 1) - 0.5, minor=True)
    left.grid(which="minor", color=FAINT)
    left.tick_params(which="both", length=0)
    left.spines[:].set(visible=True, color=FAINT)
    right_answers, total = int(matrix.trace()), int(matrix.sum())
    share = 100 * right_answers / total
    left.set_title(f"{right_answers:,} of {total:,} right: {share:.2f} %")

    right.barh(range(n), np.nan_to_num(recall), color=PALETTE["blue"], height=0.62)
    for row, value in enumerate(recall):
        text = "no images" if np.isnan(value) else f"{value:.1f}"
        right.text(140, row, text, ha="right", va="center", fontsize=10)
    right.set(xlim=(0, 140), xticks=(0, 50, 100), xlabel="recognized, %")
    right.tick_params(axis="y", which="both", length=0, labelleft=False)
    right.spines["left"].set_visible(False)
    return figure


def select_predictions(y_true, proba, true=None, predicted=None, correct=None):
    """Indices of the images that pass all filters, in rising order.

    Parameters
    ----------
    y_true : (N,) integer labels
    proba : (N, J) probabilities; the answer is the class with the largest one
    true, predicted : int or None
        Keep only images of this digit, only images that were taken for this digit.
    correct : bool or None
        Keep only right answers (True), only wrong ones (False). None leaves a filter out.

    Examples
    --------
    >>> proba = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    >>> select_predictions(np.array([0, 1, 1]), proba, correct=False)      # answers: 0, 1, 0
    array([2])
    """
    y_true, proba = np.asarray(y_true), np.asarray(proba)
    if proba.ndim != 2 or y_true.shape != proba.shape[:1]:
        raise ValueError(
            f"proba must be (N, J) and y_true (N,), but their shapes are {proba.shape} and "
            f"{y_true.shape}"
        )
    answer = proba.argmax(axis=1)
    keep = np.ones(len(y_true), dtype=bool)
    if true is not None:
        keep &= y_true == true
    if predicted is not None:
        keep &= answer == predicted
    if correct is not None:
        keep &= (answer == y_true) == correct
    return np.flatnonzero(keep)


def prediction_gallery(images, y_true, proba, true=None, predicted=None, correct=None, limit=20):
    """Images with what the classifier made of them, filtered as in `select_predictions`.

    Below each image stand the probabilities of all classes, that of the answer also as a number:
    blue is the true digit, vermilion a wrong answer, gray the others. Above it one reads its index,
    the truth and a wrong answer. The first ``limit`` images that pass the filters are shown, in the
    order of the data; the title says how many there are. A wrong answer is hatched as well.
    ValueError where no image passes: a figure without pictures would be an empty promise.

    Examples
    --------
    >>> proba = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    >>> figure = prediction_gallery(np.zeros((3, 8, 8)), np.array([0, 1, 1]), proba, correct=False)
    >>> figure.axes[0].get_title(), figure.get_suptitle()
    ('\\nno. 2: 1, not 0', 'wrong answers: 1 of 3 images')
    """
    images, proba = as_pictures(images), np.asarray(proba)
    chosen = select_predictions(y_true, proba, true, predicted, correct)
    if len(images) != len(proba):
        raise ValueError(f"there are {len(images)} images, but {len(proba)} rows of proba")
    if not len(chosen):
        raise ValueError(f"there are no {_describe(true, predicted, correct)} among "
                         f"{len(images):,} images; "
                         "choose other filters, for example from course_lib.metrics.most_confused")
    title = f"{_describe(true, predicted, correct)}: {len(chosen):,} of {len(images):,} images"
    shown = chosen[:limit]
    if len(shown) < len(chosen):
        title += f", the first {len(shown)}"
    columns = min(5, len(shown))
    rows = ceil(len(shown) / columns)
    figure, axes = subplots(
        2 * rows, columns, (1.36 * columns, 1.95 * rows + 0.35), squeeze=False,
        height_ratios=[1.3, 0.55] * rows,
    )
    figure.get_layout_engine().set(hspace=0, h_pad=0.02)
    figure.suptitle(title, fontsize=11)
    pairs = zip(axes[::2].flat, axes[1::2].flat)
    for (picture, bars), i in zip(pairs, shown):
        answer, truth = int(proba[i].argmax()), int(y_true[i])
        verdict = "" if answer == truth else f", not {answer}"
        draw_image(picture, images[i], f"\nno. {i}: {truth}{verdict}")
        _draw_probabilities(bars, proba[i], truth)
    for ax in [*axes[::2].flat[len(shown) :], *axes[1::2].flat[len(shown) :]]:
        ax.remove()
    return figure


def _describe(true, predicted, correct):
    words = {True: "right answers", False: "wrong answers", None: "answers"}[correct]
    words += "" if true is None else f" to images of {true}"
    return words + ("" if predicted is None else f", taken for {predicted}")


def _draw_probabilities(ax, proba, truth):
    answer = int(proba.argmax())
    bars = ax.bar(range(len(proba)), proba, color="#8C8C8C", width=0.85)
    bars[answer].set(facecolor=PALETTE["vermilion"], edgecolor="white", hatch="/////", linewidth=0)
    bars[truth].set(facecolor=PALETTE["blue"], hatch="")
    ax.text(answer, proba[answer] + 0.06, f"{100 * proba[answer]:.0f} %", ha="center", fontsize=8)
    ax.set(ylim=(0, 1.35), yticks=[], xticks=range(len(proba)))
    ax.tick_params(length=0, labelsize=8, pad=1)
    ax.spines[["left", "top", "right"]].set_visible(False)


def reliability_diagram(y_true, proba, n_bins=10, ax=None):
    """Confidence against accuracy: can the classifier's probabilities be believed?

    The answers are sorted into bins by their confidence. The dark line of a bar shows how often the
    answers of its bin are right; the number above, how many answers these are. Hatched is the gap
    to their confidence. For honest probabilities the dark lines lie on the diagonal; below it the
    classifier is too sure of itself, above it not sure enough.

    Arguments as in `course_lib.metrics.reliability`; ``ax`` is a subplot to draw into, or None for
    a new figure.

    Examples
    --------
    >>> proba = np.array([[0.75, 0.25], [0.75, 0.25], [0.1, 0.9]])
    >>> figure = reliability_diagram(np.array([0, 1, 1]), proba)
    >>> figure.axes[0].get_title()
    'expected calibration error 0.200'
    """
    found = reliability(y_true, proba, n_bins)
    if ax is None:
        _, ax = subplots(size=(4.6, 4.2))
    middle, width = (found.edges[:-1] + found.edges[1:]) / 2, 1 / n_bins
    bins = zip(middle, found.confidence, found.accuracy, found.count)
    for x, confidence, accuracy, count in bins:
        if count:
            low, high = sorted((accuracy, confidence))
            ax.bar(x, low, width, color=PALETTE["blue"], edgecolor="white")
            ax.bar(x, high - low, width, bottom=low, color="white", edgecolor=PALETTE["vermilion"],
                   hatch="////", linewidth=0.8)
            ax.hlines(accuracy, x - width / 2, x + width / 2, color=PALETTE["ink"], linewidth=2.5)
            ax.text(x, high + 0.015, f"{count:,}", ha="center", fontsize=7.5)
    ax.plot([0, 1], [0, 1], color=PALETTE["ink"], linestyle="--", linewidth=1)
    ax.set(xlim=(0, 1), ylim=(0, 1.08), xlabel="confidence", ylabel="share of right answers")
    ax.set_aspect("equal")
    error = expected_calibration_error(y_true, proba, n_bins)
    ax.set_title(f"expected calibration error {error:.3f}")
    return ax.figure
