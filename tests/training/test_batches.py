"""Mini-batches, random streams."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.training import generator, mini_batches

sizes = {"n": st.integers(1, 200), "batch_size": st.integers(1, 70), "seed": st.integers(0, 1000)}


def batches_of(n, batch_size, seed, last):
    return mini_batches(n, batch_size, np.random.default_rng(seed), last)


@given(**sizes)
def test_fill(n, batch_size, seed):
    """Every example once, and only then others to fill up; all batches are full."""
    batches = batches_of(n, batch_size, seed, "fill")
    assert {len(batch) for batch in batches} == {batch_size}
    assert len(batches) == -(-n // batch_size)
    order = np.concatenate(batches)
    np.testing.assert_array_equal(np.sort(order[:n]), np.arange(n))
    assert ((0 <= order) & (order < n)).all()


@given(**sizes)
def test_keep(n, batch_size, seed):
    batches = batches_of(n, batch_size, seed, "keep")
    np.testing.assert_array_equal(np.sort(np.concatenate(batches)), np.arange(n))
    assert all(len(batch) == batch_size for batch in batches[:-1])
    assert len(batches[-1]) == (n % batch_size or batch_size)


@given(**sizes)
def test_drop(n, batch_size, seed):
    if batch_size > n:
        with pytest.raises(ValueError, match="no full batch"):
            batches_of(n, batch_size, seed, "drop")
        return
    batches = batches_of(n, batch_size, seed, "drop")
    assert len(batches) == n // batch_size
    assert all(len(batch) == batch_size for batch in batches)
    assert len(np.unique(batches)) == len(batches) * batch_size  # no example twice


def test_order_is_random_and_follows_the_generator():
    first, again, other = (np.concatenate(batches_of(100, 7, seed, "fill")) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.9 and (first[:100] != np.arange(100)).mean() > 0.9


def test_fillers_come_from_the_whole_set():
    """Not always the first ones, not only those of the last batch."""
    fillers = [np.concatenate(batches_of(90, 40, seed, "fill"))[90:] for seed in range(40)]
    assert len(np.unique(fillers)) == 90


@pytest.mark.parametrize("n", [8, 10])  # with and without a rest
def test_unknown_mode(n):
    with pytest.raises(ValueError, match="'fill', 'keep' or 'drop', but is 'pad'"):
        batches_of(n, 4, 0, "pad")


def test_batch_size_zero():
    with pytest.raises(ValueError, match="at least 1, but is 0"):
        batches_of(10, 0, 0, "fill")


def test_streams_differ():
    draws = {tuple(generator(seed, stream).integers(2**60, size=2))
             for seed in (0, 1, 378039) for stream in range(5)}  # fmt: skip
    assert len(draws) == 15


def test_streams_with_more_numbers_differ():
    draws = {generator(0, 1, *more).integers(2**60) for more in [(), (1,), (2,), (1, 1), (1, 2)]}
    assert len(draws) == 5


def test_further_numbers_are_not_0():
    """NumPy fills lists of seeds up with zeros: [5, 1, 0] would be the stream [5, 1] again."""
    with pytest.raises(ValueError, match="must not be 0"):
        generator(5, 1, 0)


def test_negative_seed():
    with pytest.raises(ValueError, match="negative.*-1"):
        generator(-1, 0)
