"""Routing against plain loops, and the exact gradient of the whole procedure."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import (
    MaxMinCouplings,
    Routing,
    SoftmaxCouplings,
    check_gradients,
    max_min_normalize,
    numerical_gradient,
)

KINDS = {"softmax": SoftmaxCouplings(), "max-min": MaxMinCouplings()}
SHAPES = [(1, 1, 1, 1), (1, 4, 3, 2), (3, 5, 2, 4), (2, 1, 4, 3), (2, 6, 3, 1)]  # (N, I, J, D)

both = pytest.mark.parametrize("kind", KINDS)


def softmax_by_loops(b):
    e = [math.exp(x - max(b)) for x in b]
    return [x / sum(e) for x in e]


def max_min_by_loops(b):
    if max(b) == min(b):
        return [0.0] * len(b)
    return [(x - min(b)) / (max(b) - min(b)) for x in b]


def route_by_loops(votes, rounds, kind):
    """One example, votes (I, J, D): the procedure as it is printed, one number at a time."""
    n_in, n_out, d = votes.shape
    b = [[0.0] * n_out for _ in range(n_in)]
    for r in range(rounds):
        if kind == "softmax":
            c = [softmax_by_loops(row) for row in b]
        elif r == 0:
            c = [[1.0] * n_out for _ in range(n_in)]
        else:
            c = [max_min_by_loops(row) for row in b]
        v = []
        for j in range(n_out):
            s = [sum(c[i][j] * votes[i, j, k] for i in range(n_in)) for k in range(d)]
            length = math.sqrt(sum(x * x for x in s))
            v.append([x * length / (1 + length**2) for x in s])
        for i in range(n_in):
            for j in range(n_out):
                b[i][j] += sum(votes[i, j, k] * v[j][k] for k in range(d))
    return np.array(v), np.array(c)


@both
@pytest.mark.parametrize("rounds", [1, 2, 3, 5])
@pytest.mark.parametrize("shape", SHAPES)
def test_agrees_with_loops(kind, rounds, shape, rng):
    votes = rng.normal(size=shape)
    routing = Routing(rounds, KINDS[kind])
    before = votes.copy()
    v = routing.forward(votes)
    couplings = routing.cache["rounds"][-1]["couplings"]
    assert v.shape == shape[:1] + shape[2:] and routing.output_shape(shape[1:]) == v.shape[1:]
    for n in range(shape[0]):
        expected_v, expected_c = route_by_loops(votes[n], rounds, kind)
        np.testing.assert_allclose(v[n], expected_v, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(couplings[n].T, expected_c, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(votes, before)


@both
@pytest.mark.parametrize("rounds", [1, 2, 3, 4])
@pytest.mark.parametrize("shape", SHAPES)
def test_gradient_of_the_whole_procedure(kind, rounds, shape, rng):
    error = check_gradients(Routing(rounds, KINDS[kind]), rng.normal(size=shape), rng)["x"]
    assert error < 1e-6


@both
def test_gradient_is_not_that_of_constant_couplings(kind, rng):
    """The couplings matter: with them held fixed, du = c ds, and that is something else."""
    votes, dv = rng.normal(size=(2, 5, 3, 4)), rng.normal(size=(2, 3, 4))
    routing, one_round = Routing(3, KINDS[kind]), Routing(1)
    routing.forward(votes)
    one_round.forward(votes)
    one_round.cache["rounds"] = [routing.cache["rounds"][-1]]
    full, constant = routing.backward(dv), one_round.backward(dv)
    assert np.abs(full - constant).max() > 0.01 * np.abs(full).max()


@both
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 3, 4), (3, 4, 2)])
def test_gradient_of_the_couplings(kind, shape, rng):
    couplings, b, dc = KINDS[kind], rng.normal(size=shape), rng.normal(size=shape)
    db = couplings.backward(dc, b, couplings.forward(b))
    expected = numerical_gradient(lambda _: float((dc * couplings.forward(b)).sum()), b)
    np.testing.assert_allclose(db, expected, rtol=1e-6, atol=1e-8)


@given(seed=st.integers(0, 1000), rounds=st.integers(1, 5))
def test_softmax_couplings_share_out_one_vote(seed, rounds):
    votes = np.random.default_rng(seed).normal(scale=3, size=(2, 4, 5, 3))
    routing = Routing(rounds)
    routing.forward(votes)
    for now in routing.cache["rounds"]:
        assert (now["couplings"] > 0).all()
        np.testing.assert_allclose(now["couplings"].sum(axis=1), 1)


@given(seed=st.integers(0, 1000), rounds=st.integers(2, 5))
def test_max_min_couplings_reach_from_zero_to_one(seed, rounds):
    votes = np.random.default_rng(seed).normal(scale=3, size=(2, 4, 5, 3))
    routing = Routing(rounds, MaxMinCouplings())
    routing.forward(votes)
    first, *others = routing.cache["rounds"]
    assert (first["couplings"] == 1).all()
    for now in others:
        assert (now["couplings"].min(axis=1) == 0).all() and (now["couplings"].max(axis=1) == 1).all()


@both
def test_lengths_are_below_one(kind, rng):
    v = Routing(3, KINDS[kind]).forward(rng.normal(scale=10, size=(4, 20, 5, 3)))
    lengths = np.linalg.norm(v, axis=2)
    assert (lengths > 0).all() and (lengths < 1).all()


@both
def test_votes_that_agree_win(kind):
    """All capsules below vote alike for capsule 0 and against each other for capsule 1."""
    votes = np.zeros((1, 4, 2, 2))
    votes[0, :, 0] = [1.0, 0.0]
    votes[0, :, 1] = [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
    routing = Routing(3, KINDS[kind])
    v = routing.forward(votes)
    assert np.linalg.norm(v[0, 0]) > 0.85 and np.linalg.norm(v[0, 1]) < 0.1
    history = [now["couplings"][0, 0, 0] - now["couplings"][0, 1, 0]
               for now in routing.cache["rounds"]]  # fmt: skip
    assert history[0] == 0 and history[1] > 0 and history[2] >= history[1]


@both
def test_an_order_of_capsules_means_nothing(kind, rng):
    votes = rng.normal(size=(2, 5, 4, 3))
    v = Routing(3, KINDS[kind]).forward(votes)
    below, above = rng.permutation(5), rng.permutation(4)
    shuffled = Routing(3, KINDS[kind]).forward(votes[:, below][:, :, above])
    np.testing.assert_allclose(shuffled, v[:, above], rtol=1e-10)


@both
def test_examples_do_not_touch_each_other(kind, rng):
    votes = rng.normal(size=(3, 5, 4, 2))
    routing = Routing(3, KINDS[kind])
    together = routing.forward(votes)
    for n in range(3):
        alone = routing.forward(votes[n : n + 1])
        np.testing.assert_allclose(alone, together[n : n + 1], rtol=1e-12)


@both
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_zero_votes_without_a_warning(kind, dtype):
    routing = Routing(3, KINDS[kind])
    votes = np.zeros((2, 4, 3, 5), dtype)
    votes[1, 2:] = 1.0
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        v = routing.forward(votes)
        du = routing.backward(np.ones_like(v))
    assert v.dtype == du.dtype == dtype and du.shape == votes.shape
    assert np.isfinite(v).all() and np.isfinite(du).all() and not v[0].any()


@both
def test_any_memory_order_of_the_votes(kind, rng):
    votes = rng.normal(size=(3, 5, 4, 2))
    other = np.ascontiguousarray(votes.transpose(1, 3, 0, 2)).transpose(2, 0, 3, 1)
    dv = rng.normal(size=(3, 4, 2))
    a, b = Routing(3, KINDS[kind]), Routing(3, KINDS[kind])
    np.testing.assert_array_equal(a.forward(votes), b.forward(other))
    np.testing.assert_array_equal(a.backward(dv), b.backward(dv))


@given(seed=st.integers(0, 1000), axis=st.sampled_from([0, 1, 2, -1]), low=st.floats(-2, 2),
       high=st.floats(-2, 2))  # fmt: skip
def test_max_min_normalize(seed, axis, low, high):
    b = np.random.default_rng(seed).normal(size=(3, 4, 2))
    c = max_min_normalize(b, axis, low, high)
    smallest, largest = b.min(axis=axis, keepdims=True), b.max(axis=axis, keepdims=True)
    np.testing.assert_allclose(c[b == np.broadcast_to(smallest, b.shape)], low, atol=1e-12)
    np.testing.assert_allclose(c[b == np.broadcast_to(largest, b.shape)], high, atol=1e-12)
    share = (b - smallest) / (largest - smallest)
    np.testing.assert_allclose(c, (1 - share) * low + share * high, atol=1e-12)
    np.testing.assert_allclose(max_min_normalize(100 * b - 7, axis, low, high), c, atol=1e-9)


def test_max_min_normalize_of_equal_numbers_is_low():
    assert max_min_normalize(np.full((2, 3), 5.0), axis=1, low=0.25).tolist() == [[0.25] * 3] * 2


def test_names_what_is_wrong():
    with pytest.raises(ValueError, match="rounds must be a whole number .at least 1., but is 0"):
        Routing(0)
    with pytest.raises(ValueError, match="needs an input of shape"):
        Routing().forward(np.zeros((2, 3, 4)))
    assert repr(Routing(2, MaxMinCouplings())) == "Routing(2, MaxMinCouplings())"
