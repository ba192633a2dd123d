"""LeakyReLU, sigmoid and tanh against scipy and `math`, by finite differences, and far out."""

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import LeakyReLU, ReLU, Sigmoid, Tanh, check_gradients

LAYERS = {"leaky": LeakyReLU(0.1), "leaky 0": LeakyReLU(0), "sigmoid": Sigmoid(), "tanh": Tanh()}
FORMULAS = {
    "leaky": lambda x: x if x > 0 else 0.1 * x,
    "leaky 0": lambda x: max(x, 0.0),
    "sigmoid": lambda x: float(scipy.special.expit(x)),
    "tanh": math.tanh,
}
SHAPES = [(1, 1), (1, 7), (5, 3), (1, 3, 5, 2), (3, 5, 3, 2)]

every_layer = pytest.mark.parametrize("name", LAYERS)


@every_layer
@given(x=st.floats(-800, 800))
def test_one_number_at_a_time(name, x):
    y = LAYERS[name].forward(np.array([[x]]))[0, 0]
    assert y == pytest.approx(FORMULAS[name](x), rel=1e-14, abs=1e-300)


@every_layer
@pytest.mark.parametrize("shape", SHAPES)
def test_gradient(name, shape, rng):
    x = rng.normal(scale=2.0, size=shape)
    x[np.abs(x) < 1e-3] = 0.5  # no finite difference across the kink at 0
    assert check_gradients(LAYERS[name], x, rng)["x"] < 1e-7


@every_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_without_a_warning(name, dtype):
    layer = LAYERS[name]
    x = np.array([[-1e30, -1e4, -90.0, -0.0, 0.0, 90.0, 1e4, 1e30]], dtype)
    y = layer.forward(x)
    dx = layer.backward(np.ones_like(y))
    assert y.dtype == dx.dtype == dtype
    assert np.isfinite(y).all() and np.isfinite(dx).all()
    assert (np.diff(y[0]) >= 0).all()  # all of them are increasing functions


@every_layer
def test_memory_order_stays_batch_last(name, rng):
    x = rng.normal(size=(4, 5, 3, 2)).transpose(3, 0, 1, 2)  # (N, H, W, C) in the order (H, W, C, N)
    layer = LAYERS[name]
    y = layer.forward(x)
    assert y.shape == x.shape and y.strides == x.strides
    assert layer.backward(np.ones_like(y)).strides == x.strides


def test_sigmoid_keeps_its_digits_far_below_zero():
    """1 / 2 (1 + tanh(x / 2)) is stable, too, but gives 0 here."""
    y = Sigmoid().forward(np.array([[-80.0]], np.float32))
    np.testing.assert_allclose(y, [[math.exp(-80)]], rtol=1e-5)


def test_symmetries(rng):
    x = rng.normal(size=(3, 4))
    np.testing.assert_allclose(Sigmoid().forward(x) + Sigmoid().forward(-x), 1)
    np.testing.assert_allclose(Tanh().forward(x), -Tanh().forward(-x))
    np.testing.assert_allclose(Tanh().forward(x), 2 * Sigmoid().forward(2 * x) - 1)


def test_leaky_relu_of_slope_zero_is_relu(rng):
    x, dy = rng.normal(size=(5, 6)), rng.normal(size=(5, 6))
    leaky, relu = LeakyReLU(0.0), ReLU()
    np.testing.assert_array_equal(leaky.forward(x), relu.forward(x))
    np.testing.assert_array_equal(leaky.backward(dy), relu.backward(dy))


def test_leaky_relu_passes_the_gradient_exactly_where_x_is_positive(rng):
    x, dy = rng.normal(size=(50, 6)), rng.normal(size=(50, 6))
    leaky = LeakyReLU(0.3)
    leaky.forward(x)
    np.testing.assert_array_equal(leaky.backward(dy)[x > 0], dy[x > 0])


@pytest.mark.parametrize("slope", [-0.1, 1.0, 2.0, float("nan")])
def test_a_slope_out_of_range_is_named(slope):
    with pytest.raises(ValueError, match="slope must be a number .at least 0, below 1."):
        LeakyReLU(slope)


def test_repr_tells_the_slope():
    assert repr(LeakyReLU(0.2)) == "LeakyReLU(0.2)"
