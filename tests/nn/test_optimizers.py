"""Adam against the textbook formula, written for one number in plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import Adam
from course_lib.nn.schedules import batch_size_at, learning_rate_at


def scalar_adam(w, gradients, rates, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
    """Kingma and Ba's Adam, with the decoupled decay of Loshchilov and Hutter."""
    m = v = 0.0
    for t, (g, lr) in enumerate(zip(gradients, rates), start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        w = w - lr * (m_hat / (math.sqrt(v_hat) + eps) + weight_decay * w)
    return w


SETTINGS = {
    "defaults": {},
    "large eps": {"eps": 0.5},  # shows whether eps stands outside of the root
    "other betas": {"beta1": 0.5, "beta2": 0.9},
    "no momentum": {"beta1": 0.0},
    "weight decay": {"weight_decay": 0.1},
    "all": {"beta1": 0.8, "beta2": 0.95, "eps": 0.1, "weight_decay": 0.3},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_agrees_with_the_formula_at_every_step(settings, rng):
    gradients = rng.normal(size=(12, 2, 3)) * 10.0 ** rng.integers(-3, 3, size=(12, 1, 1))
    rates = np.linspace(0.1, 0.01, 12)  # a learning rate that changes while we go
    start = rng.normal(size=(2, 3))
    params, optimizer = {"W": start.copy()}, Adam(**settings)
    for step in range(12):
        optimizer.lr = rates[step]
        optimizer.step(params, {"W": gradients[step]})
        for index in np.ndindex(2, 3):
            past = gradients[: step + 1, *index].tolist()
            expected = scalar_adam(start[index], past, rates, **settings)
            assert params["W"][index] == pytest.approx(expected, rel=1e-12, abs=1e-14)


@given(st.floats(1e-4, 1e4), st.sampled_from([-1, 1]))
def test_first_step_has_the_size_of_the_learning_rate(size, sign):
    params = {"w": np.array([1.0])}
    Adam(lr=0.01).step(params, {"w": np.array([sign * size])})
    assert params["w"][0] == pytest.approx(1 - sign * 0.01, rel=1e-5)


def test_decay_never_enters_the_moments(rng):
    """With L2 in the gradient instead (not decoupled) the moments would differ."""
    plain, decayed = Adam(weight_decay=0.0), Adam(weight_decay=0.1)
    w, other = rng.normal(size=5), rng.normal(size=5)
    for _ in range(3):
        grads = {"w": rng.normal(size=5)}
        plain.step({"w": other}, grads)
        decayed.step({"w": w}, grads)
    for moment in ("m", "v"):
        np.testing.assert_array_equal(plain.state[moment]["w"], decayed.state[moment]["w"])


def test_decay_alone_shrinks_every_weight_by_the_same_factor():
    params = {"w": np.array([2.0, -3.0])}
    Adam(lr=0.1, weight_decay=0.5).step(params, {"w": np.zeros(2)})
    np.testing.assert_allclose(params["w"], [1.9, -2.85])


def test_each_array_has_its_own_moments_and_is_changed_in_place(rng):
    together = {"a": rng.normal(size=3), "b": rng.normal(size=(2, 2))}
    alone = {name: w.copy() for name, w in together.items()}
    arrays = dict(together)
    optimizer, others = Adam(), {name: Adam() for name in alone}
    for _ in range(3):
        grads = {name: rng.normal(size=w.shape) for name, w in together.items()}
        before = {name: g.copy() for name, g in grads.items()}
        optimizer.step(together, grads)
        for name, other in others.items():
            other.step({name: alone[name]}, grads)
            np.testing.assert_array_equal(grads[name], before[name])
    for name, w in together.items():
        assert w is arrays[name]
        np.testing.assert_array_equal(w, alone[name])


def test_float32_parameters_stay_float32(rng):
    params = {"w": rng.normal(size=5).astype(np.float32)}
    optimizer = Adam(weight_decay=0.01)
    optimizer.step(params, {"w": rng.normal(size=5).astype(np.float32)})
    assert {params["w"].dtype, *(optimizer.state[k]["w"].dtype for k in "mv")} == {np.dtype("f4")}


def test_finds_the_minimum_of_a_narrow_valley():
    params, optimizer = {"w": np.array([3.0, -2.0])}, Adam(lr=0.1)
    for _ in range(500):
        optimizer.step(params, {"w": params["w"] * [1.0, 1000.0]})
    np.testing.assert_allclose(params["w"], 0, atol=1e-3)


def test_schedules():
    sizes = [batch_size_at(epoch) for epoch in range(20)]
    assert sizes == [32] * 4 + [64] * 4 + [128] * 4 + [256] * 4 + [512] * 4
    rates = [learning_rate_at(epoch, 0.01, 0.6) for epoch in range(3)]
    assert rates == pytest.approx([0.01, 0.006, 0.0036])


def test_where_keras_adds_eps(rng):
    """To the root of v, before the correction: ours with eps / sqrt(1 - beta2^t), as Adam says."""
    optimizer, beta1, beta2, eps, lr = Adam(lr=0.1, eps=0.5), 0.9, 0.999, 0.5, 0.1
    ours, plain, theirs = np.ones(4), np.ones(4), np.ones(4)
    as_it_is, m, v = Adam(lr=0.1, eps=0.5), 0.0, 0.0
    for t in range(1, 6):
        g = rng.normal(size=4)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        theirs -= lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(v) + eps)
        optimizer.eps = eps / np.sqrt(1 - beta2**t)
        optimizer.step({"w": ours}, {"w": g})
        as_it_is.step({"w": plain}, {"w": g})
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert np.abs(plain - theirs).max() > 0.1
