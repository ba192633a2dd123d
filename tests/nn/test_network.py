"""First weights, prediction, and what a convolution is for."""

import numpy as np
import pytest

from course_lib.data import as_images, load_digits28
from course_lib.nn import (
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    Network,
    ReLU,
    glorot_uniform,
    he_normal,
)


@pytest.fixture(scope="module")
def digits():
    """Sixteen images whose outer two rows and columns are empty, so that they can be moved."""
    images = as_images(load_digits28().train_images[:200])
    inside = images[:, 2:-2, 2:-2].sum(axis=(1, 2, 3))
    return images[np.isclose(inside, images.sum(axis=(1, 2, 3)))][:16]


@pytest.mark.parametrize("down, right", [(1, 0), (0, -1), (2, 1)])
def test_a_shifted_digit_shifts_its_feature_map(digits, down, right, rng):
    layer = Conv2D(1, 6, 5, rng, padding=2)
    maps = layer.forward(digits)
    shifted = layer.forward(np.roll(digits, (down, right), axis=(1, 2)))
    assert np.ptp(maps) > 0.5
    inner = slice(4, -4)  # further out the kernel sees different borders
    expected = np.roll(maps, (down, right), axis=(1, 2))
    np.testing.assert_allclose(shifted[:, inner, inner], expected[:, inner, inner], atol=1e-6)


def test_a_shift_by_two_pixels_shifts_the_pooled_map_by_one(digits, rng):
    network = Network([Conv2D(1, 6, 5, rng, padding=2), MaxPool2D(2), ReLU()])
    maps = network.forward(digits).copy()
    shifted = network.forward(np.roll(digits, 2, axis=1))
    np.testing.assert_allclose(shifted[:, 3:-2], maps[:, 2:-3], atol=1e-6)


def test_a_dense_layer_has_no_such_property(digits, rng):
    layer = Dense(784, 10, rng)
    moved = np.roll(digits, 1, axis=1).reshape(-1, 784)
    assert np.abs(layer.forward(moved) - layer.forward(digits.reshape(-1, 784))).max() > 0.1


@pytest.mark.parametrize("make, fan_in, fan_out", [
    (lambda rng: Dense(300, 100, rng), 300, 100),
    (lambda rng: Conv2D(8, 40, (3, 5), rng), 15 * 8, 15 * 40),
])  # fmt: skip
def test_first_weights_are_glorot_uniform(make, fan_in, fan_out, rng):
    layer = make(rng)
    W, limit = layer.params["W"], np.sqrt(6 / (fan_in + fan_out))
    assert 0.98 * limit < np.abs(W).max() <= limit
    assert W.std() == pytest.approx(limit / np.sqrt(3), rel=0.03)
    assert abs(W.mean()) < 0.03 * limit and not layer.params["b"].any()
    assert W.dtype == np.float32 and len(np.unique(W)) > 0.99 * W.size


def test_he_normal_has_its_variance(rng):
    W = he_normal((200, 300), 200, 300, rng)
    assert W.std() == pytest.approx(np.sqrt(2 / 200), rel=0.01) and W.dtype == np.float32
    assert np.abs(W).max() > 3.5 * W.std()  # normal, not uniform


def test_equal_generators_give_equal_weights():
    a, b = (glorot_uniform((5, 5), 5, 5, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(a, b)


@pytest.fixture
def network(rng):
    return Network([Conv2D(1, 2, 3, rng), MaxPool2D(2), ReLU(), Flatten(), Dense(18, 10, rng)])


def test_prediction_does_not_depend_on_the_batch_size(network, rng):
    x = rng.normal(size=(70, 8, 8, 1)).astype(np.float32)
    expected = network.forward(x).copy()
    for batch_size in (1, 7, 64, 1000):
        np.testing.assert_allclose(network.logits(x, batch_size), expected, atol=1e-5)
    np.testing.assert_array_equal(network.predict(x), expected.argmax(axis=1))
    p = network.predict_proba(x)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(p.argmax(axis=1), expected.argmax(axis=1))


def test_nothing_to_predict(network):
    with pytest.raises(ValueError, match="x is empty"):
        network.predict(np.zeros((0, 8, 8, 1)))


def test_parameters_of_a_network_are_those_of_its_layers(network):
    assert list(network.params) == ["0.W", "0.b", "4.W", "4.b"]
    assert network.params["4.W"] is network.layers[4].params["W"]
    assert network.n_parameters == 2 * 9 + 2 + 18 * 10 + 10


def test_a_layer_has_one_place(rng):
    layer = ReLU()
    with pytest.raises(ValueError, match="occurs twice"):
        Network([layer, Dense(2, 2, rng), layer])
