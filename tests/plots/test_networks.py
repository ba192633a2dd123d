"""Figures of training and of what is inside a network."""

import numpy as np
import pytest

from course_lib.plots import feature_maps, filters, training_curves

from .conftest import pixels


def history(n, shift=0.0):
    return [
        {"epoch": e, "train_loss": 0.5 / e + shift, "train_accuracy": 1 - 0.1 / e,
         "validation_loss": 0.4 / e + shift, "validation_accuracy": 1 - 0.2 / e}
        for e in range(1, n + 1)
    ]


def test_training_curves_show_accuracy_and_loss_of_each_run():
    figure = training_curves({"LeNet-5": history(20), "one layer": history(5, shift=1.0)})
    pixels(figure)
    score, loss = figure.axes
    lines = {line.get_label(): line for line in score.lines}
    assert list(lines) == [
        "LeNet-5, validation", "LeNet-5, training", "one layer, validation", "one layer, training",
    ]
    np.testing.assert_allclose(lines["LeNet-5, validation"].get_xdata(), range(1, 21))
    np.testing.assert_allclose(lines["LeNet-5, validation"].get_ydata()[:2], [80, 90])
    np.testing.assert_allclose(lines["one layer, training"].get_ydata()[:2], [90, 95])
    np.testing.assert_allclose(loss.lines[0].get_ydata()[:2], [0.4, 0.2])
    np.testing.assert_allclose(loss.lines[3].get_ydata()[:2], [1.5, 1.25])
    looks = {(line.get_marker(), line.get_linestyle()) for line in score.lines}
    assert len(looks) == 4  # told apart without color


def test_training_curves_of_one_epoch_and_of_too_many_runs():
    pixels(training_curves({"short": history(1)}))
    with pytest.raises(ValueError, match="1 to 5 runs, not 6"):
        training_curves({str(i): history(2) for i in range(6)})


def test_filters_stand_in_their_row_and_column():
    W = np.random.default_rng(0).normal(size=(5, 4, 3, 6))
    W[0, 0, 0, 0] = 5.0  # more than any negative weight
    figure = filters(W, labels="abcdef")
    pixels(figure)
    images = figure.axes[:18]  # the last axes is the color scale
    for i, ax in enumerate(images):
        channel, f = divmod(i, 6)
        np.testing.assert_array_equal(ax.images[0].get_array(), W[:, :, channel, f])
        low, high = ax.images[0].get_clim()
        assert -low == high == 1.2 * np.abs(W).max()  # 0 is white in all of them
        assert ax.get_title() == ("abcdef"[f] if channel == 0 else "")
    with pytest.raises(ValueError, match=r"W must be \(K, K, C, F\).*\(784, 10\)"):
        filters(np.zeros((784, 10)))


def test_templates_of_a_linear_classifier():
    W = np.arange(784 * 10).reshape(784, 10)
    shown = filters(W.reshape(28, 28, 1, 10)).axes[7].images[0].get_array()
    np.testing.assert_array_equal(shown, W[:, 7].reshape(28, 28))


def test_untrained_zero_filters_are_drawn():
    pixels(filters(np.zeros((3, 3, 1, 2))))


def test_feature_maps_show_every_channel():
    rng = np.random.default_rng(0)
    maps, vector = rng.normal(size=(10, 8, 16)), rng.normal(size=84)
    figure = feature_maps({"convolution": maps, "dense": vector})
    pixels(figure)
    first, second = (ax.images[0].get_array() for ax in figure.axes)
    assert first.shape == (10, 16 * 9 - 1)
    for channel in range(16):
        np.testing.assert_array_equal(first[:, 9 * channel : 9 * channel + 8], maps[:, :, channel])
    np.testing.assert_array_equal(second, vector[None, :])
    with pytest.raises(ValueError, match=r"'batch' of one image.*\(1, 8, 8, 6\)"):
        feature_maps({"batch": np.zeros((1, 8, 8, 6))})
