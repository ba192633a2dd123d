"""Figures of digits show the digits, all of them, in their places."""

import numpy as np
import pytest

from course_lib.plots import average_digits, class_balance, digit_grid, digit_numbers

from .colors import contrast
from .conftest import pixels, texts


def test_digit_grid_shows_each_image_with_its_label(digits):
    images = digits.train_images[:13] // np.arange(1, 14)[:, None, None]  # some are fainter
    figure = digit_grid(images, digits.train_labels[:13], columns=5)
    pixels(figure)
    assert len(figure.axes) == 13
    for ax, image, label in zip(figure.axes, images, digits.train_labels):
        np.testing.assert_array_equal(ax.images[0].get_array(), image)
        assert ax.get_title() == str(label)
        assert ax.images[0].get_clim() == (images.min(), images.max())
    rows = {round(ax.get_position().y0, 3) for ax in figure.axes}
    assert len(rows) == 3


def test_ink_is_dark_and_paper_white(digits):
    image = pixels(digit_grid(digits.train_images[:1]))[..., :3]
    assert image.min() == 0 and (image == 255).all(axis=2).mean() > 0.3


def test_digit_grid_refuses_too_few_labels(digits):
    with pytest.raises(ValueError, match="3 images, but 2 labels"):
        digit_grid(digits.train_images[:3], [1, 2])


def test_digit_numbers_prints_each_pixel_on_its_place(digits):
    image = digits.train_images[0]
    figure = digit_numbers(image)
    pixels(figure)
    found = texts(figure.axes[0])
    assert len(found) == 28 * 28
    for (row, column), value in np.ndenumerate(image):
        assert found[column, row] == str(value)


def test_digit_numbers_are_readable_on_every_gray():
    figure = digit_numbers(np.arange(256).reshape(16, 16))
    for value, text in enumerate(figure.axes[0].texts):
        assert contrast(text.get_color(), str(1 - value / 255)) > 3.5
    with pytest.raises(ValueError, match=r"image must be \(H, W\)"):
        digit_numbers(np.zeros((28, 28, 1)))


def test_class_balance_shows_shares(digits):
    figure = class_balance({"training": digits.train_labels, "test": digits.test_labels})
    pixels(figure)
    heights = np.array([bar.get_height() for bar in figure.axes[0].patches]).reshape(2, 10)
    np.testing.assert_allclose(heights.sum(axis=1), 100)
    assert heights[0, 3] == pytest.approx(100 * (digits.train_labels == 3).mean())
    assert heights[1, 7] == pytest.approx(100 * (digits.test_labels == 7).mean())
    names = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    n, n_test = len(digits.train_labels), len(digits.test_labels)
    assert names == [f"training ({n:,})", f"test ({n_test:,})"]


def test_average_digits_are_the_means_of_the_classes(digits):
    figure = average_digits(digits.train_images, digits.train_labels)
    pixels(figure)
    for label, ax in enumerate(figure.axes):
        members = digits.train_images[digits.train_labels == label]
        np.testing.assert_allclose(ax.images[0].get_array(), members.mean(axis=0))
        assert ax.get_title() == f"{label} ({len(members):,})"
