"""Squash, primary capsules, votes and lengths: formulas by loops, finite differences, meaning."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import (
    CapsuleLengths,
    CapsuleVotes,
    Conv2D,
    Network,
    PrimaryCapsules,
    check_gradients,
    numerical_gradient,
    squash,
)
from course_lib.nn.capsules import squash_gradient

RIGHT = 1e-7


def squash_by_loops(vector):
    length = math.sqrt(sum(float(c) ** 2 for c in vector))
    if length == 0:
        return [0.0] * len(vector)
    return [length**2 / (1 + length**2) * float(c) / length for c in vector]


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8))
def test_squash_of_one_vector(vector):
    np.testing.assert_allclose(squash(np.array(vector)), squash_by_loops(vector),
                               rtol=1e-12, atol=1e-150)  # fmt: skip


@given(seed=st.integers(0, 1000), scale=st.floats(1e-3, 1e3), axis=st.sampled_from([0, 1, 2, -1]))
def test_squash_keeps_the_direction_and_makes_lengths_below_one(seed, scale, axis):
    s = scale * np.random.default_rng(seed).normal(size=(2, 3, 4))
    v = squash(s, axis)
    before, after = np.linalg.norm(s, axis=axis), np.linalg.norm(v, axis=axis)
    assert (after > 0).all() and (after < 1).all()
    np.testing.assert_allclose(after, before**2 / (1 + before**2))
    np.testing.assert_allclose(v / np.expand_dims(after, axis), s / np.expand_dims(before, axis))


def test_longer_stays_longer():
    lengths = np.linalg.norm(squash(np.linspace(0, 5, 50)[:, None] * [0.6, 0.8]), axis=1)
    assert (np.diff(lengths) > 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_zero_maps_to_zero_without_a_warning(dtype):
    s = np.zeros((2, 3, 4), dtype)
    s[1] = 1
    with np.errstate(all="raise"):
        v, ds = squash(s), squash_gradient(np.ones_like(s), s)
    assert v.dtype == ds.dtype == dtype
    assert not v[0].any() and not ds[0].any() and v[1].all()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_gradient_of_squash(axis, rng):
    s, dv = rng.normal(size=(3, 2, 5)), rng.normal(size=(3, 2, 5))
    expected = numerical_gradient(lambda _: float((dv * squash(s, axis)).sum()), s)
    np.testing.assert_allclose(squash_gradient(dv, s, axis), expected, rtol=1e-6, atol=1e-9)
    s[...] = 0  # where the slope is 0, and that of a finite difference is eps
    expected = numerical_gradient(lambda _: float((dv * squash(s, axis)).sum()), s, eps=1e-9)
    np.testing.assert_allclose(squash_gradient(dv, s, axis), expected, atol=1e-8)


@pytest.mark.parametrize("n, image, d", [(1, (1, 1, 2), 2), (3, (2, 3, 6), 3), (2, (3, 2, 4), 1)])
def test_primary_capsules_by_loops(n, image, d, rng):
    x = rng.normal(size=(n, *image))
    layer = PrimaryCapsules(d)
    y = layer.forward(x)
    height, width, channels = image
    for i in range(n):
        vectors = [x[i, h, w, c : c + d] for h in range(height) for w in range(width)
                   for c in range(0, channels, d)]  # fmt: skip
        np.testing.assert_allclose(y[i], [squash_by_loops(vector) for vector in vectors])
    assert layer.output_shape(image) == y.shape[1:]


@pytest.mark.parametrize("n, image, d", [(1, (1, 1, 2), 2), (3, (2, 3, 6), 3), (2, (3, 2, 4), 4)])
def test_gradient_of_primary_capsules(n, image, d, rng):
    assert check_gradients(PrimaryCapsules(d), rng.normal(size=(n, *image)), rng)["x"] < RIGHT


def test_primary_capsules_name_what_does_not_fit():
    with pytest.raises(ValueError, match="channels that can be divided by 4, but got 6"):
        PrimaryCapsules(4).forward(np.zeros((1, 2, 2, 6)))
    with pytest.raises(ValueError, match="needs an input of shape"):
        PrimaryCapsules(4).forward(np.zeros((2, 8)))


def test_votes_by_loops(rng):
    layer = CapsuleVotes(3, 4, 2, 5, rng, dtype=np.float64)
    x = rng.normal(size=(6, 3, 4))
    votes = layer.forward(x)
    assert votes.shape == (6, 3, 2, 5) and layer.output_shape((3, 4)) == (3, 2, 5)
    for n, i, j in np.ndindex(6, 3, 2):
        np.testing.assert_allclose(votes[n, i, j], layer.params["W"][i, j] @ x[n, i])


@pytest.mark.parametrize("n, sizes", [(1, (1, 1, 1, 1)), (1, (3, 2, 4, 5)), (4, (5, 3, 2, 1))])
def test_gradient_of_votes(n, sizes, rng):
    layer = CapsuleVotes(*sizes, rng, dtype=np.float64)
    errors = check_gradients(layer, rng.normal(size=(n, *sizes[:2])), rng)
    assert set(errors) == {"x", "W"} and max(errors.values()) < RIGHT
    assert layer.grads["W"].shape == layer.params["W"].shape
    assert layer.backward(np.ones((n, sizes[0], *sizes[2:])), input_gradient=False) is None


def test_votes_name_a_wrong_shape(rng):
    with pytest.raises(ValueError, match=r"shape \(any, 3, 4\), but got \(6, 4, 3\)"):
        CapsuleVotes(3, 4, 2, 5, rng).forward(np.zeros((6, 4, 3), np.float32))


def test_first_weights_have_the_stated_scale():
    W = CapsuleVotes(50, 8, 10, 16, np.random.default_rng(0), scale=0.03).params["W"]
    assert W.dtype == np.float32 and W.std() == pytest.approx(0.03, rel=0.02)
    assert abs(W.mean()) < 0.001


def test_lengths_and_their_gradient(rng):
    x = rng.normal(size=(4, 3, 5))
    layer = CapsuleLengths()
    np.testing.assert_allclose(layer.forward(x), np.linalg.norm(x, axis=2))
    assert layer.output_shape((3, 5)) == (3,)
    assert check_gradients(layer, x, rng)["x"] < RIGHT
    assert check_gradients(layer, x[:1, :1], rng)["x"] < RIGHT


def test_a_capsule_of_length_zero_gets_no_gradient_and_no_warning():
    layer, x = CapsuleLengths(), np.zeros((1, 2, 3), np.float32)
    x[0, 1] = [3, 0, 4]
    with np.errstate(all="raise"):
        assert layer.forward(x).tolist() == [[0, 5]]
        dx = layer.backward(np.array([[2.0, 2.0]], np.float32))
    np.testing.assert_allclose(dx, [[[0, 0, 0], [1.2, 0, 1.6]]], rtol=1e-6)
    assert dx.dtype == np.float32


def test_a_convolution_with_primary_capsules_as_a_network(rng):
    """Conv2D hands over its output in batch-last order: shapes and gradients must not mind."""
    network = Network([Conv2D(2, 6, 3, rng, stride=2, dtype=np.float64), PrimaryCapsules(3),
                       CapsuleVotes(8, 3, 2, 4, rng, dtype=np.float64)])  # fmt: skip
    errors = check_gradients(network, rng.normal(size=(3, 5, 6, 2)), rng)
    assert set(errors) == {"x", "0.W", "0.b", "2.W"} and max(errors.values()) < RIGHT
    x = rng.normal(size=(3, 5, 6, 2))
    one_by_one = np.concatenate([network.forward(x[i : i + 1]) for i in range(3)])
    np.testing.assert_allclose(network.forward(x), one_by_one, rtol=1e-12, atol=1e-15)
