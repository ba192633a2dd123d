"""AvgPool2D against loops and finite differences; strides that differ from the size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import AvgPool2D, MaxPool2D, check_gradients

#        size    stride  image (H, W, C)
CASES = [(2, None, (4, 4, 1)), (2, None, (5, 7, 3)), (2, 1, (5, 4, 2)), (3, 2, (7, 8, 2)),
         (2, 3, (8, 9, 1)), ((2, 3), (1, 2), (5, 7, 2)), (1, 2, (5, 5, 3)), (3, None, (3, 3, 1))]


def average_by_loops(x, size, stride):
    (k_h, k_w), (s_h, s_w) = size, stride
    n, height, width, channels = x.shape
    y = np.zeros((n, (height - k_h) // s_h + 1, (width - k_w) // s_w + 1, channels))
    for image, h, w, c in np.ndindex(y.shape):
        window = [x[image, h * s_h + i, w * s_w + j, c] for i in range(k_h) for j in range(k_w)]
        y[image, h, w, c] = sum(window) / len(window)
    return y


@given(image=st.tuples(st.integers(1, 7), st.integers(1, 7)),
       size=st.tuples(st.integers(1, 3), st.integers(1, 3)),
       stride=st.none() | st.tuples(st.integers(1, 3), st.integers(1, 3)),
       n=st.integers(1, 3), channels=st.integers(1, 3), seed=st.integers(0, 100))  # fmt: skip
def test_agrees_with_loops(image, size, stride, n, channels, seed):
    image = [max(m, k) for m, k in zip(image, size)]
    x = np.random.default_rng(seed).normal(size=(n, *image, channels))
    layer = AvgPool2D(size, stride)
    y = layer.forward(x)
    np.testing.assert_allclose(y, average_by_loops(x, size, stride or size), rtol=1e-12, atol=1e-15)
    assert layer.output_shape(x.shape[1:]) == y.shape[1:]


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("size, stride, image", CASES)
def test_gradient(size, stride, image, n, rng):
    x = rng.normal(size=(n, *image))
    layer = AvgPool2D(size, stride)
    assert check_gradients(layer, x, rng)["x"] < 1e-7
    assert layer.backward(np.ones_like(layer.forward(x))).shape == x.shape


def test_gradient_is_shared_and_added_up():
    layer = AvgPool2D(2, stride=1)
    layer.forward(np.zeros((1, 3, 3, 1)))
    dx = layer.backward(np.full((1, 2, 2, 1), 4.0))
    assert dx[0, :, :, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


def test_pixels_outside_of_every_window_get_nothing():
    layer = AvgPool2D(2)
    layer.forward(np.zeros((1, 3, 5, 1)))
    dx = layer.backward(np.ones((1, 1, 2, 1)))
    assert (dx[:, 2] == 0).all() and (dx[:, :, 4] == 0).all() and (dx[:, :2, :4] == 0.25).all()


def test_mean_of_an_image_stays_and_constant_images_stay(rng):
    x = rng.normal(size=(2, 6, 4, 3))
    np.testing.assert_allclose(AvgPool2D(2).forward(x).mean(axis=(1, 2)), x.mean(axis=(1, 2)))
    np.testing.assert_array_equal(AvgPool2D(3, 1).forward(np.full((1, 5, 5, 1), 0.5)), 0.5)


def test_any_memory_order_in_batch_last_order_out(rng):
    x = rng.normal(size=(3, 6, 6, 2)).astype(np.float32)
    x_batch_last = np.ascontiguousarray(x.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2)
    layer = AvgPool2D(2)
    y = layer.forward(x)
    np.testing.assert_array_equal(y, layer.forward(x_batch_last))
    assert y.dtype == np.float32 and y.transpose(1, 2, 3, 0).flags.c_contiguous
    dx = layer.backward(y)
    assert dx.dtype == np.float32 and dx.transpose(1, 2, 3, 0).flags.c_contiguous


@pytest.mark.parametrize("pool", [AvgPool2D, MaxPool2D])
def test_a_window_that_does_not_fit_and_an_input_that_is_no_image(pool):
    with pytest.raises(ValueError, match="kernel of 3 does not fit into 2 pixels"):
        pool(3).forward(np.zeros((1, 2, 5, 1)))
    with pytest.raises(ValueError, match="needs an input of shape"):
        pool(2).forward(np.zeros((3, 4)))


def test_forward_does_not_change_its_input(rng):
    x = rng.normal(size=(2, 4, 4, 1)).transpose(3, 1, 2, 0)
    before = x.copy()
    AvgPool2D(2).forward(x)
    np.testing.assert_array_equal(x, before)
