"""Mean squared error and margin loss: scikit-learn, plain loops and finite differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_squared_error

from course_lib.nn import MarginLoss, MeanSquaredError, numerical_gradient

sizes = st.tuples(st.integers(1, 6), st.integers(1, 7))


def margin_by_loops(lengths, labels, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    total = 0.0
    for row, label in zip(lengths, labels):
        for k, length in enumerate(row):
            if k == label:
                total += max(0.0, m_plus - length) ** 2
            else:
                total += down_weight * max(0.0, length - m_minus) ** 2
    return total / len(lengths)


@given(size=sizes, seed=st.integers(0, 1000))
def test_mse_agrees_with_scikit_learn(size, seed):
    rng = np.random.default_rng(seed)
    outputs, targets = rng.normal(size=size), rng.normal(size=size)
    value = MeanSquaredError().forward(outputs, targets)
    assert isinstance(value, float)
    assert value == pytest.approx(mean_squared_error(targets, outputs))


@given(size=sizes, seed=st.integers(0, 1000))
def test_integer_labels_stand_for_one_hot_targets(size, seed):
    rng = np.random.default_rng(seed)
    n, classes = size
    outputs, labels = rng.normal(size=size), rng.integers(classes, size=n)
    by_labels, by_targets = MeanSquaredError(), MeanSquaredError()
    before = outputs.copy()
    value = by_labels.forward(outputs, labels)
    assert value == by_targets.forward(outputs, np.eye(classes)[labels])
    np.testing.assert_array_equal(by_labels.backward(), by_targets.backward())
    np.testing.assert_array_equal(outputs, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (4, 5), (2, 3, 3, 2)])
def test_gradient_of_mse(shape, rng):
    outputs, targets, loss = rng.normal(size=shape), rng.normal(size=shape), MeanSquaredError()
    loss.forward(outputs, targets)
    dx = loss.backward()
    expected = numerical_gradient(lambda _: MeanSquaredError().forward(outputs, targets), outputs)
    np.testing.assert_allclose(dx, expected, rtol=1e-6, atol=1e-9)


def test_mse_names_wrong_shapes():
    with pytest.raises(ValueError, match=r"one per row of the outputs \(4, 3\)"):
        MeanSquaredError().forward(np.zeros((4, 3)), np.zeros((4, 2)))
    with pytest.raises(ValueError, match="shape of the outputs"):
        MeanSquaredError().forward(np.zeros((4, 3, 2)), np.zeros(4, int))


@given(size=sizes, seed=st.integers(0, 1000), m_plus=st.floats(0.5, 1), m_minus=st.floats(0, 0.5),
       down_weight=st.floats(0, 2))  # fmt: skip
def test_margin_loss_agrees_with_loops(size, seed, m_plus, m_minus, down_weight):
    rng = np.random.default_rng(seed)
    lengths, labels = rng.uniform(0, 1.2, size=size), rng.integers(size[1], size=size[0])
    value = MarginLoss(m_plus, m_minus, down_weight).forward(lengths, labels)
    assert isinstance(value, float)
    assert value == pytest.approx(margin_by_loops(lengths, labels, m_plus, m_minus, down_weight))


def test_margin_loss_of_one_example_by_hand():
    lengths, labels = np.array([[0.5, 0.3, 0.05]]), np.array([0])
    # true: (0.9 - 0.5)^2; others: half of (0.3 - 0.1)^2, and 0 below the margin
    assert MarginLoss().forward(lengths, labels) == pytest.approx(0.16 + 0.5 * 0.04)


@pytest.mark.parametrize("n, classes", [(1, 1), (1, 5), (6, 4)])
@pytest.mark.parametrize("settings", [(), (0.8, 0.3, 0.25)])
def test_gradient_of_margin_loss(n, classes, settings, rng):
    lengths, labels = rng.uniform(0, 1.2, size=(n, classes)), rng.integers(classes, size=n)
    loss = MarginLoss(*settings)
    loss.forward(lengths, labels)
    dx = loss.backward()
    expected = numerical_gradient(lambda _: MarginLoss(*settings).forward(lengths, labels), lengths)
    np.testing.assert_allclose(dx, expected, rtol=1e-6, atol=1e-9)


def test_margin_loss_is_zero_where_all_margins_are_kept():
    loss = MarginLoss()
    lengths = np.full((3, 10), 0.1)
    lengths[:, 4] = 0.9
    assert loss.forward(lengths, np.full(3, 4)) == 0
    assert not loss.backward().any()


def test_a_batch_weighs_each_example_equally(rng):
    lengths, labels = rng.uniform(size=(5, 3)), rng.integers(3, size=5)
    alone = [MarginLoss().forward(lengths[i : i + 1], labels[i : i + 1]) for i in range(5)]
    assert MarginLoss().forward(lengths, labels) == pytest.approx(np.mean(alone))


@pytest.mark.parametrize("loss", [MarginLoss, MeanSquaredError])
def test_float32_stays_float32_and_inputs_stay_as_they_are(loss, rng):
    lengths = rng.uniform(size=(4, 3)).astype(np.float32)
    before, loss = lengths.copy(), loss()
    loss.forward(lengths, np.array([0, 1, 2, 0]))
    first = loss.backward()
    assert first.dtype == np.float32
    first *= 0  # what backward returns is the caller's: a second call must not see the change
    assert loss.backward().any()
    np.testing.assert_array_equal(lengths, before)


def test_margin_loss_names_wrong_labels():
    with pytest.raises(ValueError, match=r"labels must have shape \(4,\)"):
        MarginLoss().forward(np.zeros((4, 3)), np.zeros(3, int))
