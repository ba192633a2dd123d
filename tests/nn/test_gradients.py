"""Every layer against central differences: float64, random upstream gradient, every element."""

import numpy as np
import pytest

from course_lib.nn import (
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
    check_gradients,
    numerical_gradient,
)

RIGHT = 1e-7  # largest relative error of a right gradient


def assert_right(layer, x, rng):
    for name, b in layer.params.items():
        if name.endswith("b"):  # biases start at zero, where a mistake with them may not show
            b[...] = rng.normal(size=b.shape)
    errors = check_gradients(layer, x, rng)
    assert set(errors) == {"x", *layer.params}
    for name, error in errors.items():
        assert error < RIGHT, f"gradient of {name} is off by {error:.1e}"
    assert layer.backward(np.ones_like(layer.forward(x))).shape == x.shape
    for name, parameter in layer.params.items():
        assert layer.grads[name].shape == parameter.shape


def spread_out(rng, shape, gap=0.01):
    """Random numbers that differ from each other and from 0 by ``gap``: no kink within reach."""
    n = int(np.prod(shape))
    return (rng.permutation(n) - n // 2 + 0.5).reshape(shape) * gap


@pytest.mark.parametrize("n, n_in, n_out", [(4, 5, 3), (1, 5, 3), (3, 1, 1), (2, 4, 4)])
def test_dense(n, n_in, n_out, rng):
    layer = Dense(n_in, n_out, rng, dtype=np.float64)
    assert_right(layer, rng.normal(size=(n, n_in)), rng)


CONVOLUTIONS = {
    #                          image (H, W, C)  F  kernel  stride  padding
    "plain":                   ((6, 6, 1), 1, 3, 1, "valid"),
    "odd size, channels":      ((7, 5, 3), 4, 3, 1, "valid"),
    "LeNet-5's first":         ((7, 7, 1), 2, 5, 1, 2),
    "1 x 1":                   ((4, 5, 3), 2, 1, 1, "valid"),
    "1 x 1, stride 2":         ((5, 4, 2), 2, 1, 2, "valid"),
    "even kernel":             ((6, 7, 2), 3, 2, 1, "valid"),
    "even kernel, same":       ((6, 7, 2), 3, 4, 1, "same"),
    "even kernel, same, s 2":  ((7, 8, 2), 2, 6, 2, "same"),
    "rectangular kernel":      ((6, 7, 2), 3, (2, 5), 1, "valid"),
    "one row":                 ((5, 6, 2), 2, (1, 3), 1, "same"),
    "one column":              ((6, 5, 2), 2, (3, 1), 1, "same"),
    "stride 2, rest dropped":  ((8, 6, 2), 3, 3, 2, "valid"),
    "stride 2, same":          ((7, 6, 2), 3, 3, 2, "same"),
    "stride 3":                ((8, 9, 2), 2, 4, 3, "valid"),
    "stride 3 over kernel 2":  ((8, 9, 2), 2, 2, 3, "valid"),
    "stride 3, same":          ((7, 8, 2), 2, 5, 3, "same"),
    "unequal strides":         ((7, 8, 2), 3, 3, (1, 3), "valid"),
    "unequal strides, other":  ((7, 8, 2), 3, (4, 2), (3, 2), "same"),
    "asymmetric padding":      ((4, 5, 2), 3, 3, 1, ((0, 2), (3, 1))),
    "asymmetric, unequal":     ((5, 4, 2), 2, (2, 3), (2, 1), ((1, 0), (0, 2))),
    "kernel fills the image":  ((4, 5, 2), 3, (4, 5), 1, "valid"),
    "padding over kernel":     ((3, 3, 1), 2, 2, 1, 3),
}  # fmt: skip


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("case", CONVOLUTIONS.values(), ids=CONVOLUTIONS)
def test_convolution(case, n, rng):
    image, filters, kernel, stride, padding = case
    layer = Conv2D(image[2], filters, kernel, rng, stride, padding, dtype=np.float64)
    assert_right(layer, rng.normal(size=(n, *image)), rng)


def test_convolution_without_bias(rng):
    layer = Conv2D(2, 3, 3, rng, bias=False, dtype=np.float64)
    assert set(layer.params) == {"W"}
    assert_right(layer, rng.normal(size=(2, 5, 5, 2)), rng)


POOLS = {
    "plain": ((6, 6, 1), 2, None),
    "channels": ((4, 6, 3), 2, None),
    "rest dropped": ((7, 5, 2), 2, None),
    "overlapping": ((7, 7, 2), 3, 2),
    "overlapping, stride 1": ((5, 6, 2), 3, 1),
    "overlapping one way": ((6, 7, 2), (2, 3), (2, 1)),
    "gaps": ((8, 8, 1), 2, 3),
    "rectangular": ((6, 7, 2), (3, 2), None),
    "unequal strides": ((7, 8, 2), 2, (1, 3)),
    "whole image": ((4, 5, 2), (4, 5), None),
    "one pixel": ((4, 5, 2), 1, None),
}


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("case", POOLS.values(), ids=POOLS)
def test_max_pool(case, n, rng):
    image, size, stride = case
    assert_right(MaxPool2D(size, stride), spread_out(rng, (n, *image)), rng)


@pytest.mark.parametrize("shape", [(1, 5), (4, 3), (2, 3, 5, 2)])
def test_relu(shape, rng):
    assert_right(ReLU(), spread_out(rng, shape), rng)


@pytest.mark.parametrize("shape", [(1, 3, 5, 2), (4, 2, 2, 3), (3, 1, 1, 1)])
def test_flatten(shape, rng):
    assert_right(Flatten(), rng.normal(size=shape), rng)


@pytest.mark.parametrize("n", [1, 4])
def test_loss(n, rng):
    logits, labels = rng.normal(size=(n, 5)), rng.integers(5, size=n)
    loss = SoftmaxCrossEntropy()
    numerical = numerical_gradient(lambda _: loss.forward(logits, labels), logits)
    loss.forward(logits, labels)
    np.testing.assert_allclose(loss.backward(), numerical, atol=1e-9)


def test_network(rng):
    """All layers together, so that each one gets what another hands on."""
    network = Network([
        Conv2D(2, 3, 3, rng, padding="same", dtype=np.float64), MaxPool2D(2), ReLU(),
        Conv2D(3, 4, 2, rng, stride=2, dtype=np.float64), ReLU(),
        Flatten(), Dense(16, 5, rng, dtype=np.float64), ReLU(), Dense(5, 3, rng, dtype=np.float64),
    ])  # fmt: skip
    assert_right(network, rng.normal(size=(3, 9, 8, 2)), rng)
