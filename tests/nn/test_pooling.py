"""MaxPool2D against loops, and where the gradient goes when pixels are equal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import MaxPool2D


def loop_pool(x, dy, size, stride):
    """Maximum of each window, and dy brought to the first pixel (row by row) that reaches it."""
    n, height, width, channels = x.shape
    out = [(m - k) // s + 1 for m, k, s in zip((height, width), size, stride)]
    y, dx = np.zeros((n, *out, channels), x.dtype), np.zeros_like(x)
    for i, h, w, c in np.ndindex(y.shape):
        top, left = h * stride[0], w * stride[1]
        window = x[i, top : top + size[0], left : left + size[1], c]
        a, b = np.unravel_index(window.argmax(), window.shape)
        y[i, h, w, c] = window.max()
        if dy is not None:
            dx[i, top + a, left + b, c] += dy[i, h, w, c]
    return y, dx


lengths = st.tuples(st.integers(1, 7), st.integers(1, 7))
windows = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(lengths, windows, st.none() | windows, st.sampled_from([np.float32, np.float64]),
       st.integers(0, 100))  # fmt: skip
def test_agrees_with_loops_on_few_values(image, size, stride, dtype, seed):
    """Pixels are -1, 0 or 1: nearly every window has ties, and sums of whole numbers are exact."""
    rng = np.random.default_rng(seed)
    image = [max(m, k) for m, k in zip(image, size)]
    x = rng.integers(-1, 2, size=(2, *image, 3)).astype(dtype)
    layer = MaxPool2D(size, stride)
    y = layer.forward(x)
    dy = rng.integers(-9, 10, size=y.shape).astype(dtype)
    expected_y, expected_dx = loop_pool(x, dy, size, stride or size)
    np.testing.assert_array_equal(y, expected_y)
    np.testing.assert_array_equal(layer.backward(dy), expected_dx)
    assert y.dtype == dtype and layer.output_shape(x.shape[1:]) == y.shape[1:]


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, -3.0])
def test_equal_pixels_share_nothing(value):
    """Black corners of images are full of ties: exactly one pixel gets dy, not all and not none."""
    layer = MaxPool2D(2)
    layer.forward(np.full((1, 4, 4, 1), value))
    dx = layer.backward(np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1))
    expected = [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]
    assert dx[0, :, :, 0].tolist() == expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_both_kinds_of_zero(dtype, rng):
    x = rng.choice(np.array([-0.0, 0.0, -1.0], dtype), size=(1, 64, 64, 1))
    layer = MaxPool2D(2)
    layer.forward(x)
    dx = layer.backward(np.ones((1, 32, 32, 1), dtype))
    per_window = dx.reshape(32, 2, 32, 2).sum(axis=(1, 3))
    assert (per_window == 1).all()


def test_tiny_differences_count():
    """The second pixel is the next float above 1: no rounding may make it a tie."""
    x = np.array([1, np.nextafter(np.float32(1), np.float32(2)), 1, 1], np.float32)
    layer = MaxPool2D(2)
    layer.forward(x.reshape(1, 2, 2, 1))
    assert layer.backward(np.ones((1, 1, 1, 1), np.float32)).ravel().tolist() == [0, 1, 0, 0]


def test_rows_that_fill_no_window_are_dropped():
    layer = MaxPool2D(2)
    x = np.arange(25.0).reshape(1, 5, 5, 1)  # the largest pixels lie in the last row and column
    assert layer.forward(x).ravel().tolist() == [6, 8, 16, 18]
    dx = layer.backward(np.ones((1, 2, 2, 1)))
    assert dx[0, 4].sum() == 0 and dx[0, :, 4].sum() == 0 and dx.sum() == 4


def test_window_larger_than_the_image():
    with pytest.raises(ValueError, match="kernel of 5 does not fit into 4 pixels"):
        MaxPool2D(5).forward(np.zeros((1, 4, 8, 1)))


def test_gradient_of_another_float_type(rng):
    """A float32 gradient of a float64 input: as right as float32 is."""
    layer = MaxPool2D(2)
    x, dy = rng.normal(size=(2, 4, 4, 3)), rng.normal(size=(2, 2, 2, 3)).astype(np.float32)
    layer.forward(x)
    dx = layer.backward(dy)
    layer.forward(x)
    np.testing.assert_array_equal(dx, layer.backward(dy.astype(np.float64)))
    assert np.isclose(np.abs(dx).sum(), np.abs(dy).sum())
