import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.data import (
    Dataset,
    hold_out_by_writer,
    load_digits28,
    load_writers,
    split_validation,
)
from course_lib.data.splits import MNIST_VALIDATION_FILE, stratified_split


def dataset_of(labels, name):
    empty = np.empty((0, 28, 28), np.uint8)
    return Dataset(name, empty, labels, empty, np.empty(0, np.int64))


def fingerprint(index):
    return hashlib.sha256(np.asarray(index, "<i8").tobytes()).hexdigest()[:16]


def assert_divides(rest, drawn, n):
    assert rest.dtype == drawn.dtype == np.int64
    assert (np.diff(rest) > 0).all() and (np.diff(drawn) > 0).all()
    assert sorted([*rest, *drawn]) == list(range(n))


@given(
    labels=st.lists(st.integers(0, 4), min_size=1, max_size=200).map(np.array),
    fraction=st.floats(0, 1),
    seed=st.integers(0, 10),
)
def test_stratified_split(labels, fraction, seed):
    rest, drawn = stratified_split(labels, fraction, seed)
    assert_divides(rest, drawn, len(labels))
    for label in np.unique(labels):
        n = (labels == label).sum()
        assert abs((labels[drawn] == label).sum() - fraction * n) <= 0.5
    again = stratified_split(labels, fraction, seed)
    np.testing.assert_array_equal(again[1], drawn)


def test_stratified_split_is_random():
    """Neither the first images nor every tenth, and another seed draws others."""
    labels = np.zeros(1000, int)
    draws = [stratified_split(labels, 0.1, seed)[1] for seed in range(20)]
    counts = np.bincount(np.concatenate(draws), minlength=1000)
    assert counts.max() < 13  # binomial(20, 0.1): 13 or more has probability 4e-9 for an image
    assert np.mean([d.mean() for d in draws]) == pytest.approx(499.5, abs=5 * 289 / 2000**0.5)


def test_embedded_digits():
    dataset = load_digits28()
    train, validation = split_validation(dataset)
    assert_divides(train, validation, len(dataset.train_labels))
    counts = np.bincount(dataset.train_labels)
    held_out = np.bincount(dataset.train_labels[validation])
    assert np.abs(held_out - counts / 10).max() <= 0.5
    # Always the same: this fails if NumPy ever changes its stream of random numbers.
    assert fingerprint(validation) == "73908a6a97ab946d"


def test_mnist_is_a_fixed_list():
    train, validation = split_validation(dataset_of(np.zeros(60000, int), "MNIST"))
    assert_divides(train, validation, 60000)
    assert len(validation) == 4909
    assert fingerprint(validation) == "5419965a14b4717b"
    stored = np.load(MNIST_VALIDATION_FILE, allow_pickle=False)
    assert stored.dtype == np.uint16
    assert MNIST_VALIDATION_FILE.stat().st_size < 10_000


def test_part_of_mnist_is_refused():
    with pytest.raises(ValueError, match="60,000 training images, but this data set has 59,999"):
        split_validation(dataset_of(np.zeros(59999, int), "MNIST"))


@st.composite
def collections(draw):
    """Writers, each in one of two series, with the images of all of them mixed."""
    n_writers = draw(st.integers(2, 30))
    series_of = np.array([0, 4, *draw(st.lists(st.sampled_from([0, 4]), max_size=28))])
    series_of = np.resize(series_of, n_writers)
    n_written = draw(st.lists(st.integers(1, 20), min_size=n_writers, max_size=n_writers))
    writer = np.repeat(np.arange(n_writers), n_written)
    mixed = np.random.default_rng(draw(st.integers(0, 99))).permutation(len(writer))
    return writer[mixed] + 100, series_of[writer[mixed]]


@given(collections(), st.integers(2, 300), st.integers(0, 5))
def test_hold_out_by_writer(collection, n_images, seed):
    writer, series = collection
    held_out = hold_out_by_writer(writer, series, n_images, seed)
    assert held_out.dtype == np.uint16 and (np.diff(held_out.astype(int)) > 0).all()
    rest = np.setdiff1d(np.arange(len(writer)), held_out)
    assert not set(writer[held_out]) & set(writer[rest])
    for kind in (0, 4):
        n = (series[held_out] == kind).sum()
        assert n <= n_images / 2
        left = rest[series[rest] == kind]
        if len(left):  # the share is used up: the largest writer left over would not fit
            assert n + np.bincount(writer[left]).max() > n_images / 2
    np.testing.assert_array_equal(held_out, hold_out_by_writer(writer, series, n_images, seed))


def test_hold_out_by_writer_is_random():
    writer = np.repeat(np.arange(100), 10)
    series = np.repeat([0, 4], 500)
    draws = [hold_out_by_writer(writer, series, 100, seed) for seed in range(20)]
    assert len({tuple(draw) for draw in draws}) == 20
    means = [writer[draw].mean() for draw in draws]
    assert np.mean(means) == pytest.approx(49.5, abs=5 * 14.4 / 200**0.5)


def test_the_fixed_list_is_made_by_the_function(qmnist):
    writers = load_writers(download=False)
    held_out = hold_out_by_writer(writers.train_writer, writers.train_series)
    np.testing.assert_array_equal(held_out, np.load(MNIST_VALIDATION_FILE))


def test_the_fixed_list_holds_out_writers_and_is_balanced(mnist, qmnist):
    writers = load_writers(download=False)
    train, validation = split_validation(mnist)
    assert not set(writers.train_writer[train]) & set(writers.train_writer[validation])
    share = np.mean(writers.train_series[validation] == 0)
    assert share == pytest.approx(0.5, abs=0.02)
    of_train = np.bincount(mnist.train_labels[train]) / len(train)
    of_validation = np.bincount(mnist.train_labels[validation]) / len(validation)
    assert np.abs(of_train - of_validation).max() < 0.01
