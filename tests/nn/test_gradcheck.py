"""The judge is judged: wrong gradients of many kinds must be seen."""

import numpy as np
import pytest

from course_lib.nn import Dense, SoftmaxCrossEntropy, check_gradients, numerical_gradient
from course_lib.nn.gradcheck import relative_error

WRONG = 1e-5


def wrong_dense(change):
    """A square dense layer whose backward pass is spoiled by ``change(layer, dy, dx)``."""

    class WrongDense(Dense):
        def backward(self, dy, input_gradient=True):
            dx = super().backward(dy)
            spoiled = change(self, dy, dx)
            return dx if spoiled is None else spoiled

    rng = np.random.default_rng(1)
    return WrongDense(4, 4, rng, dtype=np.float64), rng.normal(size=(3, 4)), rng


def replace(name, f):
    """Spoil the gradient of one parameter."""

    def change(layer, dy, dx):
        layer.grads[name] = f(layer.cache, dy, layer.grads[name])

    return change


SPOILED = {
    # what is wrong: (which gradient, how)
    "sign": ("W", replace("W", lambda x, dy, g: -g)),
    "scaled by 1.001": ("W", replace("W", lambda x, dy, g: 1.001 * g)),
    "transposed": ("W", replace("W", lambda x, dy, g: g.T)),
    "divided by the batch": ("W", replace("W", lambda x, dy, g: g / len(x))),
    "one example only": ("W", replace("W", lambda x, dy, g: x[:1].T @ dy[:1])),
    "dy ignored": ("W", replace("W", lambda x, dy, g: x.T @ np.ones_like(dy))),
    "x ignored": ("W", replace("W", lambda x, dy, g: np.ones_like(x).T @ dy)),
    "one wrong element": ("W", replace("W", lambda x, dy, g: g + 0.01 * np.eye(4, k=3))),
    "not a number": ("W", replace("W", lambda x, dy, g: g * np.nan)),
    "mean for sum": ("b", replace("b", lambda x, dy, g: dy.mean(axis=0))),
    "sum over the wrong axis": ("b", replace("b", lambda x, dy, g: np.resize(dy.sum(axis=1), 4))),
    "zero": ("b", replace("b", lambda x, dy, g: np.zeros_like(g))),
    "dx with W for W^T": ("x", lambda layer, dy, dx: dy @ layer.params["W"]),
    "dx with dy ignored": ("x", lambda layer, dy, dx: np.ones_like(dy) @ layer.params["W"].T),
    "dx scaled": ("x", lambda layer, dy, dx: 2 * dx),
    "dx is dy": ("x", lambda layer, dy, dx: dy),
}  # fmt: skip


@pytest.mark.parametrize("name, change", SPOILED.values(), ids=SPOILED)
def test_wrong_gradient_is_seen(name, change):
    errors = check_gradients(*wrong_dense(change))
    assert not errors[name] < WRONG
    for other in {"x", "W", "b"} - {name}:
        assert errors[other] < 1e-7, "a gradient that is right was blamed"


def test_missing_gradient_is_seen():
    def forget(layer, dy, dx):
        del layer.grads["b"]

    with pytest.raises(KeyError, match="'b'"):
        check_gradients(*wrong_dense(forget))


def test_gradient_of_the_wrong_shape_is_seen():
    keep_dimensions = replace("b", lambda x, dy, g: dy.sum(axis=0, keepdims=True))
    with pytest.raises(ValueError, match="shape"):
        check_gradients(*wrong_dense(keep_dimensions))


def test_upstream_gradient_is_random(rng):
    """With dy = 1 a backward pass that ignores dy would be called right."""
    seen = []
    layer, x, _ = wrong_dense(lambda layer, dy, dx: seen.append(dy.copy()))
    check_gradients(layer, x, rng)
    assert len(np.unique(seen[0])) == seen[0].size


def test_a_forgotten_mean_in_the_loss_is_seen(rng):
    logits, labels, loss = rng.normal(size=(4, 3)), rng.integers(3, size=4), SoftmaxCrossEntropy()
    numerical = numerical_gradient(lambda _: loss.forward(logits, labels), logits)
    loss.forward(logits, labels)
    assert relative_error(loss.backward(), numerical) < 1e-7
    assert relative_error(loss.backward() * len(labels), numerical) > 0.5


def test_numerical_gradient_of_a_known_function(rng):
    x = rng.normal(size=(2, 3))
    before = x.copy()
    gradient = numerical_gradient(lambda _: np.sin(x).sum() + x[0, 1] * x[1, 2], x)
    expected = np.cos(x)
    expected[0, 1] += x[1, 2]
    expected[1, 2] += x[0, 1]
    np.testing.assert_allclose(gradient, expected, rtol=1e-8)
    np.testing.assert_array_equal(x, before)  # put back exactly


def test_float32_is_refused():
    with pytest.raises(ValueError, match="float64.*float32"):
        numerical_gradient(lambda _: 0.0, np.zeros(3, np.float32))


def test_the_input_of_the_caller_is_not_touched(rng):
    x = rng.normal(size=(3, 4))
    x.flags.writeable = False
    assert check_gradients(Dense(4, 2, rng, dtype=np.float64), x, rng)["x"] < 1e-7
