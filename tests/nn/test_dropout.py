"""Dropout and DropConnect: what they draw, what they do with it, and what happens at test time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import Dense, DropConnect, Dropout, check_gradients


class SameDraws:
    """A layer whose generator starts anew at each forward pass, as `check_gradients` needs it."""

    def __init__(self, layer, seed=7):
        self.layer, self.seed = layer, seed

    def __getattr__(self, name):
        return getattr(self.layer, name)

    def forward(self, x, training=False):
        self.layer.rng = np.random.default_rng(self.seed)
        return self.layer.forward(x, training)


@given(rate=st.floats(0, 0.95), seed=st.integers(0, 2**32),
       dtype=st.sampled_from([np.float32, np.float64]))  # fmt: skip
def test_kept_inputs_are_scaled_and_the_others_are_zero(rate, seed, dtype):
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 2, size=(5, 7)).astype(dtype)
    layer = Dropout(rate, rng)
    y = layer.forward(x, training=True)
    dy = rng.normal(size=x.shape).astype(dtype)
    dx = layer.backward(dy)
    assert y.dtype == dx.dtype == dtype
    kept = y != 0
    scale = dtype(1 / (1 - rate))
    np.testing.assert_array_equal(y, np.where(kept, x * scale, 0))
    np.testing.assert_array_equal(dx, np.where(kept, dy * scale, 0))


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9])
def test_share_of_zeros_and_mean(rate, rng):
    n = 200_000
    y = Dropout(rate, rng).forward(np.ones((n, 1), np.float32), training=True)
    deviation = np.sqrt(rate * (1 - rate) / n)  # of the share of zeros
    assert abs((y == 0).mean() - rate) <= 5 * deviation
    assert abs(y.mean(dtype=np.float64) - 1) <= 5 * deviation / (1 - rate) + 1e-6


def test_draws_are_independent(rng):
    """Neither neighbors in a row nor rows nor two calls go together: no correlation beyond chance."""
    layer, x = Dropout(0.5, rng), np.ones((300, 300))
    first, second = (layer.forward(x, training=True) - 1 for _ in range(2))
    for a, b in ((first[:, 1:], first[:, :-1]), (first[1:], first[:-1]), (first, second)):
        assert abs((a * b).mean()) < 5 / 300


def test_nothing_happens_at_test_time(rng):
    layer, x, dy = Dropout(0.5, rng), rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    layer.forward(x, training=True)
    draws = rng.bit_generator.state
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(dy), dy)
    assert rng.bit_generator.state == draws


@pytest.mark.parametrize("shape", [(1, 5), (4, 3), (1, 3, 5, 2), (3, 4, 3, 2)])
@pytest.mark.parametrize("rate", [0.0, 0.3])
@pytest.mark.parametrize("training", [True, False])
def test_gradient_of_dropout(shape, rate, training, rng):
    layer = SameDraws(Dropout(rate, rng))
    errors = check_gradients(layer, rng.normal(size=shape), rng, training=training)
    assert errors["x"] < 1e-7


@pytest.mark.parametrize("order", ["batch first", "batch last", "slice"])
def test_the_mask_has_the_memory_order_of_its_input(order, rng):
    x = {"batch first": np.ones((4, 5, 6, 3), np.float32),
         "batch last": np.ones((5, 6, 3, 4), np.float32).transpose(3, 0, 1, 2),
         "slice": np.ones((8, 5, 6, 3), np.float32)[::2]}[order]  # fmt: skip
    layer = Dropout(0.5, rng)
    y = layer.forward(x, training=True)
    assert layer.cache["mask"].strides == y.strides == np.empty_like(x).strides
    assert sorted(np.unique(y)) == [0, 2] and 0.3 < (y == 0).mean() < 0.7


def test_a_new_generator_brings_the_same_masks_again(rng):
    layer, x = Dropout(0.5, rng), np.ones((10, 10))
    layer.rng = np.random.default_rng(3)
    a, b = layer.forward(x, training=True), layer.forward(x, training=True)
    layer.rng = np.random.default_rng(3)
    np.testing.assert_array_equal(layer.forward(x, training=True), a)
    assert (a != b).any()


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5, float("nan")])
def test_a_rate_out_of_range_is_named(rate, rng):
    with pytest.raises(ValueError, match="rate must be a number .at least 0, below 1."):
        Dropout(rate, rng)
    with pytest.raises(ValueError, match="rate must be a number .at least 0, below 1."):
        DropConnect(3, 2, rate, rng)


@pytest.mark.parametrize("n, n_in, n_out", [(4, 5, 3), (1, 5, 3), (3, 1, 1)])
@pytest.mark.parametrize("training", [True, False])
def test_gradient_of_dropconnect(n, n_in, n_out, training, rng):
    layer = SameDraws(DropConnect(n_in, n_out, 0.4, rng, dtype=np.float64))
    layer.params["b"][...] = rng.normal(size=n_out)
    errors = check_gradients(layer, rng.normal(size=(n, n_in)), rng, training=training)
    assert set(errors) == {"x", "W", "b"} and max(errors.values()) < 1e-7


def test_dropconnect_is_a_dense_layer_with_fewer_weights(rng):
    layer = DropConnect(20, 30, 0.25, rng, dtype=np.float64)
    W = layer.params["W"]
    used = layer.forward(np.eye(20), training=True)  # the rows of the unit matrix show the weights
    dropped = used == 0
    np.testing.assert_allclose(used, np.where(dropped, 0, W / 0.75), rtol=1e-12)
    assert 0.18 < dropped.mean() < 0.32  # 600 draws: four standard deviations
    assert not dropped.all(axis=0).any() and not dropped.all(axis=1).any()  # weights, not units


def test_dropconnect_draws_one_mask_per_call(rng):
    layer = DropConnect(8, 5, 0.5, rng)
    x = np.repeat(rng.normal(size=(1, 8)).astype(np.float32), 4, axis=0)
    y = layer.forward(x, training=True)
    np.testing.assert_allclose(y, np.repeat(y[:1], 4, axis=0), rtol=1e-6)
    assert not np.allclose(layer.forward(x, training=True), y)


def test_dropconnect_at_test_time_is_dense_and_the_mean_of_training(rng):
    layer = DropConnect(12, 4, 0.5, rng, dtype=np.float64)
    dense = Dense(12, 4, rng, dtype=np.float64)
    dense.params = layer.params
    x = rng.normal(size=(3, 12))
    y = layer.forward(x)
    np.testing.assert_array_equal(y, dense.forward(x))
    draws = np.array([layer.forward(x, training=True) for _ in range(4000)])
    error = draws.std(axis=0) / np.sqrt(len(draws))
    assert (np.abs(draws.mean(axis=0) - y) < 5 * error).all()
    assert (error > 0).all()


def test_dropped_weights_get_no_gradient(rng):
    layer = DropConnect(6, 5, 0.5, rng)
    y = layer.forward(rng.normal(size=(3, 6)).astype(np.float32), training=True)
    layer.backward(np.ones_like(y))
    np.testing.assert_array_equal(layer.grads["W"] == 0, layer.cache["W"] == 0)
    assert layer.params["W"].all()  # the weights themselves are left alone
    assert layer.backward(np.ones_like(y), input_gradient=False) is None


def test_dropconnect_starts_like_dense():
    a = DropConnect(6, 5, 0.5, np.random.default_rng(0))
    b = Dense(6, 5, np.random.default_rng(0))
    np.testing.assert_array_equal(a.params["W"], b.params["W"])
    assert a.n_parameters == b.n_parameters and a.output_shape((6,)) == (5,)
    with pytest.raises(ValueError, match="needs an input of shape"):
        a.forward(np.zeros((2, 7), np.float32))
