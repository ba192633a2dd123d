"""The comparisons trust no answer and say where it differs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from course_lib.grading.compare import (
    as_data,
    describe,
    kind_problem,
    numerical_gradient,
    same,
    show,
    value_problem,
)

numbers = st.floats(-1e6, 1e6)
float_arrays = arrays(np.float64, array_shapes(min_dims=0, max_dims=4, max_side=4), elements=numbers)


class AlwaysEqual:
    """An object that claims to be equal to everything and to be any array."""

    dtype, shape, ndim, size = np.dtype(float), (2,), 1, 2

    def __eq__(self, other):
        return True

    def __array__(self, dtype=None, copy=None):
        return np.zeros(2)

    __hash__ = None


class Flattering(np.ndarray):
    """An array that claims that all comparisons hold."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape) if ufunc is np.subtract else np.ones(self.shape, bool)

    def __array_function__(self, function, types, args, kwargs):
        return np.ones(self.shape, bool)


class LyingFloat(float):
    def __float__(self):
        return 0.0


@pytest.mark.parametrize("answer", [
    AlwaysEqual(), np.zeros(2).view(Flattering), np.ma.zeros(2),
    np.array([0.0, None]), np.array(["0", "0"]), [0.0, 0.0], (0.0, 0.0), {0: 0.0}, "00", None,
    LyingFloat(3.0), range(2),
])
def test_what_is_no_plain_data_is_refused(answer):
    assert as_data(answer) is None
    for expected in (np.zeros(2), np.array(0.0)):
        assert kind_problem(answer, expected).startswith("Expected ")


@pytest.mark.parametrize(("answer", "expected"), [
    (np.zeros(2, np.float32), np.zeros(2)),
    (np.zeros(2, int), np.zeros(2)),
    (np.zeros(2, complex), np.zeros(2)),
    (np.zeros((2, 1)), np.zeros(2)),
    (np.zeros((1, 2)), np.zeros(2)),
    (np.zeros(1), np.array(0.0)),
    (np.zeros(3), np.zeros(2)),
    (np.zeros(2), np.zeros(2, int)),
    (np.zeros(2, bool), np.zeros(2, int)),
    (np.zeros(2, int), np.zeros(2, bool)),
    (np.float32(0), np.array(0.0)),
    (0, np.array(0.0)),
    (0.0, np.array(0)),
    (False, np.array(0)),
    (1, np.array(True)),
    (10**30, np.array(0)),
])
def test_wrong_kind_dtype_and_shape_are_told(answer, expected):
    text = kind_problem(answer, expected)
    assert describe(answer) in text


@pytest.mark.parametrize(("answer", "expected"), [
    (np.zeros(2), np.zeros(2)),
    (np.zeros((2, 2)).T, np.zeros((2, 2))),
    (np.zeros(4)[::2], np.zeros(2)),
    (np.zeros(2, np.uint8), np.zeros(2, int)),
    (0.0, np.array(0.0)),
    (np.float64(0), np.array(0.0)),
    (np.array(0.0), np.array(0.0)),
    (0, np.array(0)),
    (np.int32(0), np.array(0)),
    (True, np.array(True)),
    (np.bool_(True), np.array(True)),
])
def test_right_kinds_are_accepted(answer, expected):
    assert kind_problem(answer, expected) is None


@given(float_arrays)
def test_an_array_agrees_with_itself(array):
    assert value_problem("x", array, array.copy(), 0, 0, reveal=True) is None


@given(float_arrays.filter(lambda a: a.size), st.data())
def test_one_changed_element_is_found(array, data):
    index = tuple(data.draw(st.integers(0, n - 1)) for n in array.shape)
    changed = array.copy()
    changed[index] += 1 + abs(changed[index])
    text = value_problem("x", changed, array, 1e-8, 1e-12, reveal=True)
    if array.ndim:
        assert f"1 of {array.size} numbers differs" in text
        assert f"x[{', '.join(map(str, index))}]: " in text
    assert f"expected {show(array[index])}" in text.replace("Expected", "expected")
    hidden = value_problem("x", changed, array, 1e-8, 1e-12, reveal=False)
    assert not set("0123456789") & set(hidden)


def test_nan_and_inf_are_told():
    for bad in (np.nan, np.inf):
        text = value_problem("x", np.array([1.0, bad]), np.ones(2), 1e-8, 0, reveal=False)
        assert "nan or inf" in text
    assert value_problem("x", np.array([np.inf]), np.array([np.inf]), 1e-8, 0, True) is None
    assert value_problem("x", np.array([-np.inf]), np.array([np.inf]), 1e-8, 0, True)


def test_an_expected_nan_needs_a_nan():
    nan = np.array([np.nan])
    assert value_problem("x", nan, nan, 1e-8, 0, True) is None
    assert value_problem("x", np.zeros(1), nan, 1e-8, 0, True)


def test_integers_are_compared_exactly():
    big = np.array([2**60])
    assert not np.all(same(big, big + 1, rtol=1e-8, atol=1.0))


def test_arrays_of_different_shape_are_never_the_same():
    assert same(np.zeros((3, 1)), np.zeros(3), 1, 1) is False


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=3), elements=st.floats(-3, 3)))
def test_numerical_gradient_of_a_cubic(x):
    weights = np.linspace(1, 2, x.size).reshape(x.shape)
    before = x.copy()
    gradient = numerical_gradient(lambda z: np.sum(weights * z**3), x)
    np.testing.assert_allclose(gradient, 3 * weights * x**2, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(x, before)


def test_numerical_gradient_survives_a_function_that_changes_its_argument():
    def f(x):
        x *= 2
        return np.sum(x)

    np.testing.assert_allclose(numerical_gradient(f, np.ones((2, 2))), 2 * np.ones((2, 2)))


@pytest.mark.parametrize(("shape", "lines"), [
    ((1, 4, 5, 1), 4), ((4, 5), 4), ((1, 1, 1, 1), 1), ((1, 3, 1), 1), ((2, 3, 3, 1), 7), ((3,), 1), ((0, 1, 2), 1)])
def test_images_are_shown_as_images(shape, lines):
    text = show(np.arange(np.prod(shape), dtype=float).reshape(shape), "got ")
    assert len(text.split("\n")) == lines
    assert (str(shape) in text) == (len(shape) > 2)
