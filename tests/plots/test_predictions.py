"""Filters select exactly what they say; figures show the numbers they were given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.metrics import confusion_matrix, per_class_recall, reliability
from course_lib.plots import (
    PALETTE,
    performance_view,
    prediction_gallery,
    reliability_diagram,
    select_predictions,
)

from .colors import contrast
from .conftest import pixels, texts

some_label = st.none() | st.integers(0, 3)


@given(st.integers(0, 2**32 - 1), some_label, some_label, st.none() | st.booleans())
def test_filters_select_exactly_what_they_say(seed, true, predicted, correct):
    rng = np.random.default_rng(seed)
    y_true, proba = rng.integers(4, size=40), rng.random((40, 4))
    expected = []
    for i in range(40):  # the words of the docstring, image by image
        answer = list(proba[i]).index(max(proba[i]))
        passes = true is None or y_true[i] == true
        passes = passes and (predicted is None or answer == predicted)
        passes = passes and (correct is None or (answer == y_true[i]) is np.bool_(correct))
        if passes:
            expected.append(i)
    found = select_predictions(y_true, proba, true, predicted, correct)
    np.testing.assert_array_equal(found, expected)


def test_filters_refuse_arguments_that_do_not_fit():
    with pytest.raises(ValueError, match=r"\(3, 2\) and \(4,\)"):
        select_predictions(np.zeros(4, int), np.ones((3, 2)))


def test_gallery_shows_the_selected_images_and_their_probabilities(digits, answers):
    y_true, proba = answers
    figure = prediction_gallery(digits.test_images, y_true, proba, correct=False, limit=7)
    pixels(figure)
    wrong = select_predictions(y_true, proba, correct=False)
    pictures = [ax for ax in figure.axes if ax.images]
    bars = [ax for ax in figure.axes if not ax.images]
    assert len(pictures) == len(bars) == 7 < len(wrong)
    for i, picture, chart in zip(wrong, pictures, bars):
        answer = proba[i].argmax()
        assert picture.get_title().strip() == f"no. {i}: {y_true[i]}, not {answer}"
        np.testing.assert_array_equal(picture.images[0].get_array(), digits.test_images[i])
        np.testing.assert_allclose([bar.get_height() for bar in chart.patches], proba[i])
        colors = [plt.matplotlib.colors.to_hex(bar.get_facecolor()) for bar in chart.patches]
        assert colors[y_true[i]].upper() == PALETTE["blue"]
        assert colors[answer].upper() == PALETTE["vermilion"]
        assert [t.get_text() for t in chart.texts] == [f"{100 * proba[i, answer]:.0f} %"]
        # Each chart stands under its picture.
        assert chart.get_position().y1 <= picture.get_position().y0 + 1e-9
        middle = [(p.x0 + p.x1) / 2 for p in (chart.get_position(), picture.get_position())]
        assert middle[0] == pytest.approx(middle[1], abs=1e-3)
    n, total = len(wrong), len(y_true)
    assert figure.get_suptitle() == f"wrong answers: {n:,} of {total:,} images, the first 7"


def test_gallery_of_right_answers(digits, answers):
    figure = prediction_gallery(digits.test_images, *answers, true=3, correct=True, limit=1)
    chart = figure.axes[1]
    assert figure.axes[0].get_title().endswith(": 3")
    assert plt.matplotlib.colors.to_hex(chart.patches[3].get_facecolor()).upper() == PALETTE["blue"]
    assert figure.get_suptitle().startswith("right answers to images of 3: ")


def test_gallery_refuses_other_images(digits, answers):
    with pytest.raises(ValueError, match="5 images, but"):
        prediction_gallery(digits.test_images[:5], *answers)


def test_performance_view_prints_every_count_and_every_recall(answers):
    y_true, proba = answers
    matrix = confusion_matrix(y_true, proba.argmax(axis=1), 10)
    figure = performance_view(matrix)
    pixels(figure)
    left, right = figure.axes
    found = texts(left)
    for (row, column), count in np.ndenumerate(matrix):
        assert found.get((column, row)) == (str(count) if count else None)
    recall = 100 * per_class_recall(matrix)
    np.testing.assert_allclose([bar.get_width() for bar in right.patches], recall)
    assert [t.get_text() for t in right.texts] == [f"{value:.1f}" for value in recall]
    n, total = matrix.trace(), matrix.sum()
    assert left.get_title() == f"{n:,} of {total:,} right: {100 * n / total:.2f} %"


@pytest.mark.parametrize("scale", [0, 1, 20, 3000])
def test_mistakes_are_visible_and_their_numbers_readable(scale):
    rng = np.random.default_rng(0)
    matrix = (scale * rng.random((10, 10))).astype(int) + np.diag(np.full(10, 1000))
    left = performance_view(matrix).axes[0]
    cells = left.images[0].get_array()
    np.testing.assert_array_equal(cells.mask, (matrix == 0) | np.eye(10, dtype=bool))
    colors = left.images[0].cmap(left.images[0].norm(cells))
    for (row, column), count in np.ndenumerate(matrix):
        if row != column and count:
            assert contrast(PALETTE["ink"], colors[row, column]) >= 4.5
            assert tuple(colors[row, column, :3]) != (1, 1, 1)


def test_performance_view_of_a_class_without_images():
    figure = performance_view(np.array([[3, 1, 0], [0, 0, 0], [0, 1, 5]]))
    pixels(figure)
    assert [t.get_text() for t in figure.axes[1].texts] == ["75.0", "no images", "83.3"]


def test_reliability_diagram_shows_the_bins(answers):
    found = reliability(*answers)
    figure = reliability_diagram(*answers)
    pixels(figure)
    ax = figure.axes[0]
    filled = found.count > 0
    heights = [path.vertices[0, 1] for lines in ax.collections for path in lines.get_paths()]
    np.testing.assert_allclose(heights, found.accuracy[filled])
    ends = [bar.get_y() + bar.get_height() for bar in ax.patches]
    lower = np.minimum(found.accuracy, found.confidence)[filled]
    upper = np.maximum(found.accuracy, found.confidence)[filled]
    np.testing.assert_allclose(ends, np.column_stack([lower, upper]).ravel())
    assert [t.get_text() for t in ax.texts] == [f"{n:,}" for n in found.count[filled]]


def test_reliability_diagram_draws_into_a_given_subplot(answers):
    own, axes = plt.subplots(1, 2)
    plt.close(own)
    assert reliability_diagram(*answers, n_bins=5, ax=axes[1]) is own
    assert axes[1].patches and not axes[0].patches
