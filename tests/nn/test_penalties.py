"""L1 and L2: values, gradients, and which parameters pay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import L1, L2, Dense, Network, add_penalty, numerical_gradient

weights = st.lists(st.floats(-100, 100), min_size=1, max_size=8).map(np.array)
strengths = st.floats(0, 10)


@given(weights, strengths)
def test_values_by_plain_sums(w, strength):
    l1, l2 = L1(strength).value(w), L2(strength).value(w)
    assert isinstance(l1, float) and isinstance(l2, float)
    assert l1 == pytest.approx(strength * sum(abs(v) for v in w.tolist()))
    assert l2 == pytest.approx(strength * sum(v * v for v in w.tolist()) / 2)


@pytest.mark.parametrize("penalty", [L1(0.3), L2(0.3)])
@pytest.mark.parametrize("shape", [(1,), (3, 4), (3, 3, 2, 4)])
def test_gradient(penalty, shape, rng):
    w = rng.normal(size=shape)
    w[np.abs(w) < 1e-3] = 0.5  # L1 has a kink at 0
    expected = numerical_gradient(lambda _: penalty.value(w), w)
    np.testing.assert_allclose(penalty.gradient(w), expected, rtol=1e-6, atol=1e-8)


def test_zero_costs_nothing_and_is_left_alone():
    w = np.array([0.0, -0.0])
    for penalty in (L1(2.0), L2(2.0)):
        assert penalty.value(w) == 0 and (penalty.gradient(w) == 0).all()


def test_only_weights_pay_and_the_gradient_is_added(rng):
    network = Network([Dense(4, 3, rng, dtype=np.float64), Dense(3, 2, rng, dtype=np.float64)])
    for b in (layer.params["b"] for layer in network.layers):
        b[...] = rng.normal(size=b.shape)
    x, dy = rng.normal(size=(5, 4)), rng.normal(size=(5, 2))
    network.forward(x)
    network.backward(dy)
    grads = network.grads
    before = {name: g.copy() for name, g in grads.items()}
    value = add_penalty(L2(0.7), network.params, grads)
    params = network.params
    assert value == pytest.approx(0.35 * sum((params[k] ** 2).sum() for k in ("0.W", "1.W")))
    for k in ("0", "1"):
        np.testing.assert_allclose(grads[f"{k}.W"], before[f"{k}.W"] + 0.7 * params[f"{k}.W"])
        np.testing.assert_array_equal(grads[f"{k}.b"], before[f"{k}.b"])


def test_other_names_do_not_pay():
    params = {"0.gamma": np.ones(2), "1.W2": np.ones(2), "bW": np.ones(2), "W": np.ones(2)}
    grads = {name: np.zeros(2) for name in params}
    assert add_penalty(L1(1.0), params, grads) == 2
    assert {name for name, g in grads.items() if g.any()} == {"W"}


def test_float32_stays_float32(rng):
    w = rng.normal(size=(3, 2)).astype(np.float32)
    assert L1(0.1).gradient(w).dtype == L2(0.1).gradient(w).dtype == np.float32


@pytest.mark.parametrize("strength", [-1e-9, float("nan")])
def test_a_negative_strength_is_named(strength):
    for penalty in (L1, L2):
        with pytest.raises(ValueError, match="strength must be a number .at least 0."):
            penalty(strength)


def test_l1_makes_zeros_where_l2_only_shrinks():
    """Minimize (w - a)^2 / 2 + penalty by many small steps; the minimum is known."""
    a = np.array([0.5, -0.05, 3.0, 0.08])
    after = {}
    for penalty in (L1(0.1), L2(0.1)):
        w = a.copy()
        for _ in range(4000):
            w -= 0.005 * (w - a + penalty.gradient(w))
        after[repr(penalty)] = w
    soft_threshold = np.sign(a) * np.maximum(np.abs(a) - 0.1, 0)
    np.testing.assert_allclose(after["L1(0.1)"], soft_threshold, atol=1e-3)
    np.testing.assert_allclose(after["L2(0.1)"], a / 1.1, atol=1e-3)
