"""The moving average of weights: the formula, its meaning, and that weights are given back."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.training import WeightAverage


def average_by_plain_numbers(values, decay):
    average = values[0]
    for n, w in enumerate(values[1:], start=1):
        d = min(decay, (1 + n) / (10 + n))
        average = d * average + (1 - d) * w
    return average


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=40), st.floats(0, 0.999))
def test_agrees_with_the_formula(values, decay):
    average, params = WeightAverage(decay), {"w": np.zeros((1, 1))}
    for value in values:
        params["w"][0, 0] = value
        average.update(params)
    expected = average_by_plain_numbers(values, decay)
    assert average.state["average"]["w"][0, 0] == pytest.approx(expected, rel=1e-10, abs=1e-10)


def test_the_ramp_ends_at_the_decay():
    """After n updates of 0, a last one of 1 shows 1 - d."""
    for n, d in ((1, 2 / 11), (8, 9 / 18), (90, 0.9), (10_000, 0.9)):
        average, params = WeightAverage(0.9), {"w": np.zeros(1)}
        for _ in range(n):
            average.update(params)
        params["w"][:] = 1
        average.update(params)
        assert average.state["average"]["w"][0] == pytest.approx(1 - d)


def test_weights_that_stand_still_are_their_own_average(rng):
    average, params = WeightAverage(), {"a": rng.normal(size=(3, 2)).astype(np.float32)}
    for _ in range(50):
        average.update(params)
    np.testing.assert_array_equal(average.state["average"]["a"], params["a"])


def test_noise_is_smoothed(rng):
    average, last = WeightAverage(0.95), []
    for _ in range(2000):
        params = {"w": 3 + rng.normal(size=20)}
        average.update(params)
        last.append(average.state["average"]["w"].copy())
    settled = np.array(last[500:])
    expected = np.sqrt(0.05 / 1.95)  # standard deviation of an exponential moving average
    assert settled.std() == pytest.approx(expected, rel=0.1)
    assert settled.mean() == pytest.approx(3, abs=0.02)


def test_the_average_owns_its_arrays(rng):
    average, params = WeightAverage(), {"w": np.ones(3, np.float32)}
    average.update(params)
    params["w"] += 1
    np.testing.assert_array_equal(average.state["average"]["w"], 1)
    average.update(params)
    np.testing.assert_array_equal(params["w"], 2)
    assert average.state["average"]["w"].dtype == np.float32


def test_applied_for_a_while_and_given_back_exactly(rng):
    params = {"a": rng.normal(size=(2, 3)), "b": rng.normal(size=4)}
    arrays, average = dict(params), WeightAverage()
    for _ in range(3):
        average.update(params)
        for w in params.values():
            w += rng.normal(size=w.shape)
    before = {name: w.copy() for name, w in params.items()}
    with average.applied_to(params):
        for name, w in params.items():
            assert w is arrays[name]
            np.testing.assert_array_equal(w, average.state["average"][name])
            assert (w != before[name]).any()
    for name, w in params.items():
        np.testing.assert_array_equal(w, before[name])


def test_given_back_after_an_error(rng):
    params, average = {"w": np.zeros(2)}, WeightAverage()
    average.update(params)
    params["w"][:] = 5
    with pytest.raises(KeyboardInterrupt), average.applied_to(params):
        raise KeyboardInterrupt
    assert params["w"].tolist() == [5, 5]


def test_a_restored_state_continues_exactly(rng):
    steps = rng.normal(size=(6, 3))
    whole, first, second = WeightAverage(), WeightAverage(), WeightAverage()
    for w in steps:
        whole.update({"w": w})
    for w in steps[:3]:
        first.update({"w": w})
    second.state["n"] = json.loads(json.dumps(first.state["n"]))
    second.state["average"] = {name: a.copy() for name, a in first.state["average"].items()}
    for w in steps[3:]:
        second.update({"w": w})
    np.testing.assert_array_equal(second.state["average"]["w"], whole.state["average"]["w"])


def test_names_what_is_wrong():
    with pytest.raises(ValueError, match="call update first"), WeightAverage().applied_to({}):
        pass
    for decay in (-0.1, 1.0, float("nan")):
        with pytest.raises(ValueError, match="decay must be at least 0 and below 1"):
            WeightAverage(decay)
    assert repr(WeightAverage(0.99)) == "WeightAverage(0.99)"
