"""SGD, momentum and RMSprop against the textbook, one number at a time in plain Python."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import SGD, Adam, RMSprop


def scalar_sgd(w, gradients, rates, momentum=0.0):
    v = 0.0
    for g, lr in zip(gradients, rates):
        v = momentum * v + g
        w = w - lr * v
    return w


def scalar_rmsprop(w, gradients, rates, rho=0.9, eps=1e-7):
    s = 0.0
    for g, lr in zip(gradients, rates):
        s = rho * s + (1 - rho) * g**2
        w = w - lr * g / (math.sqrt(s) + eps)
    return w


CASES = [
    (SGD, scalar_sgd, {}),
    (SGD, scalar_sgd, {"momentum": 0.9}),
    (SGD, scalar_sgd, {"momentum": 0.5}),
    (RMSprop, scalar_rmsprop, {}),
    (RMSprop, scalar_rmsprop, {"rho": 0.5}),
    (RMSprop, scalar_rmsprop, {"rho": 0.99, "eps": 0.3}),  # shows where eps stands
]
OPTIMIZERS = [SGD(0.1), SGD(0.1, momentum=0.9), RMSprop(0.1), Adam(0.1)]


@pytest.mark.parametrize("optimizer, scalar, settings", CASES)
@pytest.mark.parametrize("shape", [(1,), (2, 3), (3, 1, 2, 2)])
def test_agrees_with_the_formula_at_every_step(optimizer, scalar, settings, shape, rng):
    gradients = rng.normal(size=(8, *shape)) * 10.0 ** rng.integers(-3, 3, size=(8, *[1] * len(shape)))
    rates = np.linspace(0.1, 0.01, 8)  # a learning rate that changes while we go
    start = rng.normal(size=shape)
    params, made = {"W": start.copy()}, optimizer(**settings)
    for t in range(8):
        made.lr = rates[t]
        made.step(params, {"W": gradients[t]})
        for index in np.ndindex(shape):
            expected = scalar(start[index], gradients[: t + 1][:, *index], rates, **settings)
            assert params["W"][index] == pytest.approx(expected, rel=1e-10)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6), st.floats(0, 0.99))
def test_momentum_on_random_numbers(gradients, momentum):
    params, sgd = {"w": np.array([1.0])}, SGD(0.01, momentum)
    for g in gradients:
        sgd.step(params, {"w": np.array([g])})
    expected = scalar_sgd(1.0, gradients, [0.01] * len(gradients), momentum)
    assert params["w"][0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("kind", range(len(OPTIMIZERS)))
def test_arrays_are_changed_in_place_and_gradients_are_not(kind, rng):
    optimizer = OPTIMIZERS[kind]
    params = {"a": rng.normal(size=(3, 2)).astype(np.float32), "b": np.zeros(4)}
    arrays = dict(params)
    grads = {"a": rng.normal(size=(3, 2)).astype(np.float32), "b": rng.normal(size=4)}
    before = {name: g.copy() for name, g in grads.items()}
    for _ in range(3):
        optimizer.step(params, grads)
    for name, w in params.items():
        assert w is arrays[name]
        np.testing.assert_array_equal(grads[name], before[name])
    assert params["a"].dtype == np.float32
    for moments in optimizer.state.values():
        if isinstance(moments, dict):
            assert all(m.dtype == params[name].dtype for name, m in moments.items())


@pytest.mark.parametrize("make", [lambda: SGD(0.1), lambda: SGD(0.1, 0.9), lambda: RMSprop(0.1),
                                  lambda: Adam(0.1)])  # fmt: skip
def test_a_restored_state_continues_exactly(make, rng):
    """The state is numbers that JSON can hold and dictionaries of arrays, and nothing else counts."""
    gradients = rng.normal(size=(6, 3))
    w = {"w": rng.normal(size=3)}
    whole = {"w": w["w"].copy()}
    one = make()
    for g in gradients:
        one.step(whole, {"w": g})
    first, second = make(), make()
    for g in gradients[:3]:
        first.step(w, {"w": g})
    for key, value in first.state.items():
        if isinstance(value, dict):
            second.state[key] = {name: m.copy() for name, m in value.items()}
        else:
            second.state[key] = json.loads(json.dumps(value))
    for g in gradients[3:]:
        second.step(w, {"w": g})
    np.testing.assert_array_equal(w["w"], whole["w"])


def test_plain_sgd_remembers_nothing(rng):
    sgd = SGD(0.1)
    sgd.step({"w": np.ones(3)}, {"w": np.ones(3)})
    assert sgd.state == {"v": {}}


def test_each_array_has_its_own_moments(rng):
    together, alone = RMSprop(0.1), RMSprop(0.1)
    params = {"a": np.ones(2), "b": np.ones(2)}
    single = {"b": np.ones(2)}
    for t in range(3):
        g = rng.normal(size=2)
        together.step(params, {"a": 100 * g + t, "b": g})
        alone.step(single, {"b": g})
    np.testing.assert_array_equal(params["b"], single["b"])


@pytest.mark.parametrize("make", [lambda: SGD(0.05, 0.9), lambda: RMSprop(0.01)])
def test_finds_the_bottom_of_a_valley(make):
    w, optimizer = {"w": np.array([2.0, -3.0])}, make()
    for _ in range(800):
        optimizer.step(w, {"w": w["w"] * [1.0, 20.0] * 0.5})
    assert np.abs(w["w"]).max() < 0.02


def test_rmsprop_moves_all_parameters_at_a_like_pace():
    w = {"w": np.zeros(2)}
    RMSprop(lr=0.1).step(w, {"w": np.array([1e-3, 1e3])})
    np.testing.assert_allclose(w["w"], -0.1 / math.sqrt(0.1), rtol=1e-3)


def test_repr_tells_all():
    assert repr(SGD(0.1, 0.9)) == "SGD(lr=0.1, momentum=0.9)"
    assert repr(RMSprop(0.01, 0.8, 1e-5)) == "RMSprop(lr=0.01, rho=0.8, eps=1e-05)"
