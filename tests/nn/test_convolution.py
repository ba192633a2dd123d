"""Conv2D against scipy and against the plain forms; padding against the published formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate

from course_lib.nn import Conv2D, numerical_gradient
from course_lib.nn.convolution import output_length, resolve_padding
from course_lib.nn.convolution_plain import (
    col2im,
    conv2d_im2col,
    conv2d_im2col_backward,
    conv2d_loops,
    conv2d_loops_backward,
    im2col,
)


def scipy_convolution(x, W, b, stride, padding):
    """One correlation over (H, W, C) per image and filter, of which every stride-th pixel is kept."""
    x = np.pad(x, ((0, 0), *padding, (0, 0)))
    maps = [[correlate(image, W[..., f], "valid", "direct")[..., 0] for f in range(W.shape[3])]
            for image in x]  # fmt: skip
    return np.moveaxis(np.array(maps), 1, 3)[:, :: stride[0], :: stride[1]] + b


def random_layer(rng, c_in, filters, *args, **kwargs):
    layer = Conv2D(c_in, filters, *args, rng=rng, dtype=np.float64, **kwargs)
    layer.params["b"][:] = rng.normal(size=filters)
    return layer


sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))
small = st.tuples(st.integers(1, 4), st.integers(1, 4))
strides = st.tuples(st.integers(1, 3), st.integers(1, 3))
pads = st.tuples(st.integers(0, 3), st.integers(0, 3))


@given(sizes, small, strides, st.tuples(pads, pads), st.integers(1, 3), st.integers(1, 3),
       st.integers(1, 3), st.integers(0, 100))  # fmt: skip
def test_forward_agrees_with_scipy(size, kernel, stride, padding, n, c_in, filters, seed):
    size = [max(s, k) for s, k in zip(size, kernel)]
    rng = np.random.default_rng(seed)
    layer = random_layer(rng, c_in, filters, kernel, stride=stride, padding=padding)
    x = rng.normal(size=(n, *size, c_in))
    y = layer.forward(x)
    expected = scipy_convolution(x, layer.params["W"], layer.params["b"], stride, padding)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)
    assert layer.output_shape(x.shape[1:]) == y.shape[1:]


@given(sizes, small, strides, st.tuples(pads, pads), st.integers(0, 100))
def test_backward_is_the_transpose_of_forward(size, kernel, stride, padding, seed):
    """Without bias the layer is linear in x and in W, so <dy, y> = <dx, x> = <dW, W>."""
    size = [max(s, k) for s, k in zip(size, kernel)]
    rng = np.random.default_rng(seed)
    layer = Conv2D(2, 3, kernel, rng, stride, padding, bias=False, dtype=np.float64)
    x = rng.normal(size=(2, *size, 2))
    y = layer.forward(x)
    dy = rng.normal(size=y.shape)
    dx = layer.backward(dy)
    assert np.vdot(dy, y) == pytest.approx(np.vdot(dx, x), abs=1e-9)
    assert np.vdot(dy, y) == pytest.approx(np.vdot(layer.grads["W"], layer.params["W"]), abs=1e-9)


@pytest.mark.parametrize("plain", [conv2d_loops, conv2d_im2col])
@pytest.mark.parametrize("stride, padding", [(1, 0), (1, 2), (2, 0), (2, 1), (3, 2)])
def test_plain_forms_agree(plain, stride, padding, rng):
    layer = random_layer(rng, 2, 3, (3, 2), stride=stride, padding=padding)
    x = rng.normal(size=(2, 8, 7, 2))
    W, b = layer.params["W"], layer.params["b"]
    y = plain(x, W, b, stride, padding)
    np.testing.assert_allclose(y, layer.forward(x), rtol=1e-12, atol=1e-12)
    both = ((padding, padding), (padding, padding))
    np.testing.assert_allclose(y, scipy_convolution(x, W, b, (stride, stride), both), atol=1e-12)


@given(sizes, small, st.integers(1, 3), st.integers(0, 3), st.integers(1, 3), st.integers(1, 3),
       st.integers(1, 3), st.integers(0, 100))  # fmt: skip
def test_both_ways_back_agree_with_the_fast_layer(size, kernel, stride, padding, n, c_in, filters,
                                                  seed):
    size = [max(s, k) for s, k in zip(size, kernel)]
    rng = np.random.default_rng(seed)
    layer = random_layer(rng, c_in, filters, kernel, stride=stride, padding=padding)
    x = rng.normal(size=(n, *size, c_in))
    dy = rng.normal(size=layer.forward(x).shape)
    fast = {"x": layer.backward(dy), **layer.grads}
    for plain in (conv2d_loops_backward, conv2d_im2col_backward):
        before = x.copy(), dy.copy(), layer.params["W"].copy()
        for name, d in zip("xWb", plain(dy, x, layer.params["W"], stride, padding), strict=True):
            np.testing.assert_allclose(fast[name], d, rtol=1e-11, atol=1e-11, err_msg=name)
        for a, b in zip((x, dy, layer.params["W"]), before):
            np.testing.assert_array_equal(a, b)


FORMS = {"loops": (conv2d_loops, conv2d_loops_backward),
         "im2col": (conv2d_im2col, conv2d_im2col_backward)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("stride, padding", [(1, 0), (1, 2), (2, 1), (3, 2)])
def test_plain_gradients_are_right(form, stride, padding, rng):
    """Each against central differences of its own way forward."""
    forward, backward = FORMS[form]
    x, W, b = rng.normal(size=(2, 5, 4, 2)), rng.normal(size=(3, 2, 2, 3)), rng.normal(size=3)
    dy = rng.normal(size=forward(x, W, b, stride, padding).shape)

    def loss(_):
        return float((dy * forward(x, W, b, stride, padding)).sum())

    for name, of, d in zip("xWb", (x, W, b), backward(dy, x, W, stride, padding), strict=True):
        np.testing.assert_allclose(d, numerical_gradient(loss, of), atol=1e-7, err_msg=name)


@given(sizes, small, st.integers(1, 3), st.integers(0, 100))
def test_col2im_is_the_transpose_of_im2col(size, kernel, stride, seed):
    shape = (2, *(max(s, k) for s, k in zip(size, kernel)), 3)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    columns = im2col(x, *kernel, stride)
    d = rng.normal(size=columns.shape)
    assert np.vdot(columns, d) == pytest.approx(np.vdot(x, col2im(d, shape, *kernel, stride)))


@pytest.mark.parametrize("wrong, named", [({"stride": 0}, "stride"), ({"padding": -1}, "padding"),
                                          ({"stride": 1.5}, "stride")])
def test_plain_forms_check_their_arguments(wrong, named):
    for plain in (conv2d_loops, conv2d_im2col):
        with pytest.raises(ValueError, match=f"{named} must be a whole number"):
            plain(np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), np.zeros(1), **wrong)


def test_rows_of_im2col_are_the_windows(rng):
    x = rng.normal(size=(2, 5, 6, 3))
    rows = im2col(x, 2, 3, stride=2).reshape(2, 2, 2, -1)  # image, out_h, out_w
    for n, h, w in np.ndindex(2, 2, 2):
        window = x[n, 2 * h : 2 * h + 2, 2 * w : 2 * w + 3]
        np.testing.assert_array_equal(rows[n, h, w], window.ravel())


# Pixels, kernel, stride, zeros before, zeros after. TensorFlow's rule, worked out by hand: the
# output has ceil(n / s) pixels, which takes max((out - 1) s + k - n, 0) zeros; half of them, rounded
# down, go before.
SAME = [
    (28, 5, 1, 2, 2), (28, 3, 1, 1, 1), (28, 2, 1, 0, 1), (28, 4, 1, 1, 2), (28, 1, 1, 0, 0),
    (28, 6, 2, 2, 2), (14, 6, 2, 2, 2), (28, 3, 2, 0, 1), (7, 3, 2, 1, 1), (8, 5, 2, 1, 2),
    (13, 6, 5, 1, 2), (224, 7, 2, 2, 3), (112, 3, 2, 0, 1), (5, 1, 3, 0, 0), (10, 2, 4, 0, 0),
    (9, 2, 3, 0, 0), (10, 4, 3, 1, 2), (1, 5, 1, 2, 2), (1, 4, 2, 1, 2),
]  # fmt: skip


@pytest.mark.parametrize("n, kernel, stride, before, after", SAME)
def test_same_padding_is_that_of_tensorflow(n, kernel, stride, before, after):
    assert resolve_padding("same", n, kernel, stride) == (before, after)
    assert output_length(n, kernel, stride, before, after) == -(-n // stride)


@pytest.mark.parametrize("kernel, stride, padding", [
    ((2, 5), (1, 1), ((0, 1), (2, 2))), ((4, 3), (1, 2), ((1, 2), (1, 1))),
    ((5, 6), (2, 3), ((1, 2), (2, 3))),
])  # fmt: skip
def test_same_padding_of_a_layer(kernel, stride, padding, rng):
    """8 rows, 7 columns: the axes have their own zeros, and odd zeros go below and to the right."""
    layer = random_layer(rng, 2, 3, kernel, stride=stride, padding="same")
    x = rng.normal(size=(2, 8, 7, 2))
    expected = scipy_convolution(x, layer.params["W"], layer.params["b"], stride, padding)
    np.testing.assert_allclose(layer.forward(x), expected, atol=1e-12)


@pytest.mark.parametrize("padding, zeros", [
    ("valid", ((0, 0), (0, 0))), (2, ((2, 2), (2, 2))), ((1, 2), ((1, 1), (2, 2))),
    (((1, 0), (0, 3)), ((1, 0), (0, 3))),
])  # fmt: skip
def test_forms_of_padding(padding, zeros, rng):
    layer = random_layer(rng, 1, 2, 3, padding=padding)
    x = rng.normal(size=(2, 5, 6, 1))
    expected = scipy_convolution(x, layer.params["W"], layer.params["b"], (1, 1), zeros)
    np.testing.assert_allclose(layer.forward(x), expected, atol=1e-12)


def test_kernel_is_not_flipped():
    """It is a cross-correlation: an edge filter answers at the edge, with the sign as written."""
    layer = Conv2D(1, 1, (1, 2), np.random.default_rng(0))
    layer.params["W"][...] = np.array([-1, 1], np.float32).reshape(1, 2, 1, 1)
    row = np.array([0, 0, 1, 1, 0], np.float32).reshape(1, 1, 5, 1)
    assert layer.forward(row).ravel().tolist() == [0, 1, 0, -1]


def test_geometry_of_the_strided_network(rng):
    """28, 14, 7: the sizes of three "same" convolutions with strides 1, 2 and 2."""
    shape = (28, 28, 1)
    for filters, kernel, stride, side in [(12, 3, 1, 28), (24, 6, 2, 14), (32, 6, 2, 7)]:
        shape = Conv2D(shape[2], filters, kernel, rng, stride, "same").output_shape(shape)
        assert shape == (side, side, filters)


def test_kernel_larger_than_the_image(rng):
    with pytest.raises(ValueError, match="kernel of 5 does not fit into 4 pixels"):
        Conv2D(1, 1, 5, rng).forward(np.zeros((1, 4, 8, 1)))


def test_wrong_number_of_channels(rng):
    with pytest.raises(ValueError, match=r"any, any, any, 3.*\(2, 8, 8, 1\)"):
        Conv2D(3, 1, 5, rng).forward(np.zeros((2, 8, 8, 1)))


def test_unknown_padding(rng):
    with pytest.raises(ValueError, match="valid.*same.*'full'"):
        Conv2D(1, 1, 3, rng, padding="full").forward(np.zeros((1, 8, 8, 1)))
