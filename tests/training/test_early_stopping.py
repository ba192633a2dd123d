"""When to stop, by a plain search through the values."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.training import EarlyStopping

few_values = st.lists(st.integers(0, 6).map(float), max_size=20)  # few, so that many are equal


def best_by_search(values, min_delta):
    """Index and value of each improvement, one after the other."""
    best, index = math.inf, -1
    for i, value in enumerate(values):
        if value < best - min_delta:
            best, index = value, i
    return best, index


@given(values=few_values, patience=st.integers(1, 5), min_delta=st.sampled_from([0.0, 0.5, 2.0]))
def test_stops_when_patience_values_in_a_row_have_not_improved(values, patience, min_delta):
    stopping = EarlyStopping(patience, min_delta)
    for i in range(len(values)):
        best, index = best_by_search(values[: i + 1], min_delta)
        assert stopping.update(values[i]) == (i - index >= patience) == stopping.stopped
        assert stopping.best == best and stopping.best_epoch == index + 1


@given(values=few_values, patience=st.integers(1, 5), min_delta=st.sampled_from([0.0, 0.5, 2.0]))
def test_of_an_accuracy_larger_is_better(values, patience, min_delta):
    loss = EarlyStopping(patience, min_delta)
    accuracy = EarlyStopping(patience, min_delta, monitor="validation_accuracy")
    assert accuracy.best == -math.inf
    for value in values:
        assert accuracy.update(value) == loss.update(-value)
        assert accuracy.best == -loss.best and accuracy.best_epoch == loss.best_epoch


def test_an_improvement_starts_the_count_anew():
    stopping = EarlyStopping(patience=2)
    assert [stopping.update(v) for v in (5, 6, 4, 4, 3, 3, 3)] == [False] * 6 + [True]


def test_many_small_steps_are_no_improvement_until_they_add_up():
    stopping = EarlyStopping(patience=4, min_delta=0.25)
    assert not any(stopping.update(v) for v in (1.0, 0.9, 0.8, 0.7))
    assert (stopping.best, stopping.best_epoch) == (0.7, 4)


def test_a_difference_of_exactly_min_delta_is_no_improvement():
    stopping = EarlyStopping(patience=1, min_delta=0.25)
    assert not stopping.update(1.0)
    assert stopping.update(0.75) and stopping.best == 1.0


@pytest.mark.parametrize("monitor", ["validation_loss", "train_accuracy"])
def test_not_a_number_is_never_the_best(monitor):
    stopping = EarlyStopping(patience=2, monitor=monitor)
    assert [stopping.update(v) for v in (math.nan, 1.0, math.nan, math.nan)] == [False] * 3 + [True]
    assert stopping.best == 1.0 and stopping.best_epoch == 2


def test_passing_past_values_again_brings_the_same_state():
    values = [3.0, 1.0, 2.0, 0.5, 0.7]
    whole, resumed = EarlyStopping(3), EarlyStopping(3)
    for v in values:
        whole.update(v)
    for v in values:
        resumed.update(v)
    assert vars(whole) == vars(resumed) and not resumed.stopped


def test_names_what_is_wrong():
    with pytest.raises(ValueError, match="patience must be at least 1, but is 0"):
        EarlyStopping(0)
    with pytest.raises(ValueError, match="min_delta must not be negative"):
        EarlyStopping(1, min_delta=-0.1)
    assert repr(EarlyStopping(3, 0.1)) == (
        "EarlyStopping(3, min_delta=0.1, monitor='validation_loss', restore_best=True)")
