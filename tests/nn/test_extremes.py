"""Numbers at the ends of float32, and exact zeros: right, or said to be wrong, but never silent."""

import numpy as np
import pytest

from course_lib.nn import (
    Adam,
    CapsuleLengths,
    CapsuleNetwork,
    CapsuleVotes,
    Conv2D,
    Dense,
    LeakyReLU,
    MaxPool2D,
    PrimaryCapsules,
    ReLU,
    RMSprop,
    Routing,
    Sigmoid,
    squash,
)
from course_lib.nn.capsules import squash_gradient

from .kinds import rng

SIZES = [0.0, 1e-42, 1e-30, 1e-20, 1e-8, 1.0, 1e8, 1e9, 1e10, 1e15, 1e20, 3e37]


def test_an_untrained_capsule_network_on_a_blank_image():
    encoder = [Conv2D(1, 4, 3, rng()), ReLU(), PrimaryCapsules(4), CapsuleVotes(9, 4, 3, 5, rng()),
               Routing(2)]
    network = CapsuleNetwork(encoder, [Dense(15, 25, rng()), Sigmoid()])
    blank = np.zeros((2, 5, 5, 1), np.float32)
    np.testing.assert_allclose(network.predict_proba(blank), np.full((2, 3), 1 / 3), rtol=1e-6)
    lengths = np.array([[0.5, 0.25, 0.25]], np.float32)
    assert network.to_probabilities(lengths).tolist() == lengths.tolist()


@pytest.mark.parametrize("size", SIZES)
def test_squash_of_any_length(size):
    """Against the formula in float64, where nothing overflows."""
    s = (np.array([[3.0, -4.0]]) * size).astype(np.float32)
    exact, n = s.astype(np.float64), np.float64(np.hypot(*s[0].astype(np.float64)))
    np.testing.assert_allclose(squash(s), exact * (n / (1 + n * n)), rtol=1e-5, atol=1e-38)


@pytest.mark.parametrize("size", SIZES)
def test_gradient_of_squash_at_any_length(size):
    s = (np.array([[3.0, -4.0]]) * size).astype(np.float32)
    dv = np.array([[1.0, 2.0]], np.float32)
    exact = s.astype(np.float64)
    n = np.hypot(*exact[0])
    u = exact / n if n else exact
    along = (u * dv).sum()
    expected = n / (1 + n**2) * dv + n * (1 - n**2) / (1 + n**2) ** 2 * along * u
    got = squash_gradient(dv, s)
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max() + 1e-38)


@pytest.mark.parametrize("size", SIZES)
def test_lengths_of_any_size_and_their_slope(size):
    x = (np.array([[[3.0, -4.0]]]) * size).astype(np.float32)
    layer = CapsuleLengths()
    exact = np.hypot(*x[0, 0].astype(np.float64))
    np.testing.assert_allclose(layer.forward(x), [[exact]], rtol=1e-5, atol=1e-45)
    if size == 0 or size > 1e-37:  # below, the components themselves have lost their digits
        expected = [[[0.6, -0.8]]] if size else [[[0.0, 0.0]]]
        np.testing.assert_allclose(layer.backward(np.ones((1, 1), np.float32)), expected, rtol=1e-5)


def test_short_and_long_vectors_side_by_side():
    """The scale is that of each vector, not that of all."""
    x = np.array([[[3e20, 4e20], [3e-25, 4e-25], [3.0, 4.0]]], np.float32)
    np.testing.assert_allclose(CapsuleLengths().forward(x), [[5e20, 5e-25, 5.0]], rtol=1e-6)


@pytest.mark.parametrize("stride", [2, 1])
@pytest.mark.parametrize("window, chosen", [
    ([[0, np.inf], [1, 2]], (0, 1)), ([[0, 1], [2, np.inf]], (1, 1)),
    ([[np.inf, np.inf], [1, 2]], (0, 0)), ([[-np.inf, -np.inf], [-np.inf, -np.inf]], (0, 0)),
    ([[-np.inf, -3], [-np.inf, -np.inf]], (0, 1)), ([[-0.0, 0.0], [0.0, -0.0]], (0, 0)),
])  # fmt: skip
def test_max_pool_sends_all_to_the_first_largest(window, chosen, stride):
    x = np.array(window, np.float32).reshape(1, 2, 2, 1)
    layer = MaxPool2D(2, stride)
    assert layer.forward(x).item() == x[0, :, :, 0][chosen]
    dx = layer.backward(np.full((1, 1, 1, 1), 7, np.float32))[0, :, :, 0]
    expected = np.zeros((2, 2))
    expected[chosen] = 7
    np.testing.assert_array_equal(dx, expected)


@pytest.mark.parametrize("layer", [ReLU(), LeakyReLU(0.1)], ids=repr)
def test_slopes_at_the_ends(layer):
    x = np.array([[-np.inf, -0.0, 0.0, np.inf, -1e-45, 1e-45]], np.float32)
    layer.forward(x)
    slope = getattr(layer, "slope", 0.0)
    dx = layer.backward(np.full(x.shape, 2, np.float32))
    assert dx.dtype == np.float32
    np.testing.assert_allclose(dx, 2 * np.array([[slope, slope, slope, 1, slope, 1]]), rtol=1e-6)


@pytest.mark.parametrize("g", [1.0, 1e10, 1e17, 1e19, 1e20, -1e25, 3e38])
def test_the_first_step_of_adam_has_the_size_of_lr_whatever_the_gradient(g):
    w = np.array([1.0, 1.0], np.float32)
    optimizer, grads = Adam(lr=0.1), {"w": np.array([g, 1.0], np.float32)}
    for step in (1, 2, 3):
        optimizer.step({"w": w}, grads)
        np.testing.assert_allclose(w, [1 - step * 0.1 * np.sign(g), 1 - step * 0.1], rtol=1e-4)
    assert all(np.isfinite(v).all() for v in optimizer.state["v"].values())


def test_adam_goes_on_for_long_with_enormous_gradients():
    """The sum of 1 / (1 - beta2) squares may not overflow either."""
    w, optimizer = {"w": np.zeros(1, np.float32)}, Adam(lr=0.001)
    for _ in range(8000):
        optimizer.step(w, {"w": np.full(1, 1e30, np.float32)})
    np.testing.assert_allclose(w["w"], -8, rtol=1e-3)


@pytest.mark.parametrize("g", [1.0, 1e19, 1e25])
def test_a_step_of_rmsprop_whatever_the_gradient(g):
    w = np.array([1.0], np.float32)
    RMSprop(lr=0.1, rho=0.75).step({"w": w}, {"w": np.array([g], np.float32)})
    np.testing.assert_allclose(w, [0.8], rtol=1e-4)


@pytest.mark.parametrize("optimizer", [RMSprop, Adam])
def test_an_infinite_gradient_shows(optimizer):
    w = np.array([1.0, 1.0], np.float32)
    with np.errstate(invalid="ignore"):
        optimizer().step({"w": w}, {"w": np.array([np.inf, 1.0], np.float32)})
    assert np.isnan(w[0]) and np.isfinite(w[1])
