"""What Dense, ReLU and Flatten compute, and what holds for every layer."""

import numpy as np
import pytest

from course_lib.nn import Conv2D, Dense, Flatten, MaxPool2D, Network, ReLU

IMAGES, VECTORS = (4, 8, 7, 3), (4, 6)
LAYERS = {
    "Dense": (lambda rng, dtype: Dense(6, 5, rng, dtype), VECTORS),
    "Conv2D": (lambda rng, dtype: Conv2D(3, 5, 3, rng, padding=1, dtype=dtype), IMAGES),
    "Conv2D strided": (lambda rng, dtype: Conv2D(3, 2, 4, rng, 2, "same", dtype=dtype), IMAGES),
    "MaxPool2D": (lambda rng, dtype: MaxPool2D(2), IMAGES),
    "MaxPool2D overlapping": (lambda rng, dtype: MaxPool2D(3, 2), IMAGES),
    "ReLU": (lambda rng, dtype: ReLU(), VECTORS),
    "ReLU on images": (lambda rng, dtype: ReLU(), IMAGES),
    "Flatten": (lambda rng, dtype: Flatten(), IMAGES),
    "Network": (lambda rng, dtype: Network([
        Conv2D(3, 2, 3, rng, dtype=dtype), MaxPool2D(2), ReLU(),
        Flatten(), Dense(12, 3, rng, dtype),
    ]), IMAGES),
}  # fmt: skip
every_layer = pytest.mark.parametrize("make, shape", LAYERS.values(), ids=LAYERS)


def reordered(x, order):
    """A copy of x with the same values whose axes lie in memory in another order."""
    return np.ascontiguousarray(x.transpose(order)).transpose(np.argsort(order))


def with_gaps(x):
    """A view with the same values in which every second number in memory is not ours."""
    wide = np.full((*x.shape[:-1], 2 * x.shape[-1]), np.nan, x.dtype)
    wide[..., ::2] = x
    return wide[..., ::2]


MEMORY = {
    "Fortran": np.asfortranarray,
    "batch last": lambda x: reordered(x, (*range(1, x.ndim), 0)),
    "axes swapped": lambda x: reordered(x, (0, *range(x.ndim - 1, 0, -1))),
    "gaps": with_gaps,
    "backwards": lambda x: np.flip(np.flip(x).copy()),
    "first of many": lambda x: np.concatenate([x, x])[: len(x)],
    "read-only": lambda x: np.broadcast_to(x, x.shape),
}


def run(layer, x, dy):
    """Output and all gradients of one pass."""
    y = layer.forward(x, training=True)
    return {"y": y, "x": layer.backward(dy), **layer.grads}


@every_layer
@pytest.mark.parametrize("memory", MEMORY.values(), ids=MEMORY)
def test_order_in_memory_makes_no_difference(make, shape, memory, rng):
    layer = make(rng, np.float64)
    x = rng.normal(size=shape)
    dy = rng.normal(size=layer.forward(x).shape)
    expected = {name: a.copy() for name, a in run(layer, x, dy).items()}
    for name, a in run(layer, memory(x), memory(dy)).items():
        np.testing.assert_allclose(a, expected[name], rtol=1e-12, atol=1e-12, err_msg=name)


@every_layer
def test_arguments_are_not_changed(make, shape, rng):
    for memory in (np.ascontiguousarray, MEMORY["batch last"]):  # no copy is needed for the second
        layer = make(rng, np.float64)
        x = memory(rng.normal(size=shape))
        dy = memory(rng.normal(size=layer.forward(x).shape))
        params = {name: p.copy() for name, p in layer.params.items()}
        x_before, dy_before = x.copy(), dy.copy()
        run(layer, x, dy)
        np.testing.assert_array_equal(x, x_before)
        np.testing.assert_array_equal(dy, dy_before)
        for name, p in layer.params.items():
            np.testing.assert_array_equal(p, params[name])


@every_layer
def test_float32_stays_float32(make, shape, rng):
    layer, exact = make(np.random.default_rng(1), np.float32), make(np.random.default_rng(1), float)
    x = rng.normal(size=shape)
    dy = rng.normal(size=exact.forward(x).shape)
    expected = run(exact, x, dy)
    for name, a in run(layer, x.astype(np.float32), dy.astype(np.float32)).items():
        assert a.dtype == np.float32, name
        np.testing.assert_allclose(a, expected[name], rtol=1e-4, atol=1e-4, err_msg=name)


@every_layer
def test_gradients_replace_those_of_the_last_pass(make, shape, rng):
    """Nothing adds up over passes, and an earlier batch of another size leaves no trace."""
    layer = make(rng, np.float64)
    x = rng.normal(size=shape)
    dy = rng.normal(size=layer.forward(x).shape)
    first = {name: a.copy() for name, a in run(layer, x, dy).items()}
    run(layer, x[:3], dy[:3])
    for name, a in run(layer, x, dy).items():
        np.testing.assert_array_equal(a, first[name], err_msg=name)


@every_layer
def test_each_example_is_on_its_own(make, shape, rng):
    layer = make(rng, np.float64)
    x = rng.normal(size=shape)
    together = layer.forward(x).copy()
    one_by_one = np.concatenate([layer.forward(x[i : i + 1]) for i in range(len(x))])
    np.testing.assert_allclose(together, one_by_one, atol=1e-12)


@every_layer
def test_first_layer_may_skip_the_input_gradient(make, shape, rng):
    layer = make(rng, np.float64)
    dy = rng.normal(size=layer.forward(rng.normal(size=shape)).shape)
    layer.backward(dy)
    expected = {name: g.copy() for name, g in layer.grads.items()}
    layer.backward(dy, input_gradient=False)
    for name, g in layer.grads.items():
        np.testing.assert_array_equal(g, expected[name])


def test_dense_by_hand():
    layer = Dense(2, 3, np.random.default_rng(0), dtype=np.float64)
    layer.params["W"][...] = [[1, 2, 3], [4, 5, 6]]
    layer.params["b"][...] = [10, 20, 30]
    x = np.array([[1.0, 0.0], [2.0, -1.0]])
    assert layer.forward(x).tolist() == [[11, 22, 33], [8, 19, 30]]
    assert layer.backward(np.array([[1.0, 0, 0], [0, 1, 2]])).tolist() == [[1, 4], [8, 17]]
    assert layer.grads["W"].tolist() == [[1, 2, 4], [0, -1, -2]]
    assert layer.grads["b"].tolist() == [1, 1, 2]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 40])  # short and long arrays take different paths in NumPy
def test_relu_has_slope_0_at_0(dtype, n):
    tiny = np.nextafter(dtype(0), dtype(1))
    x = np.tile(np.array([-0.0, 0.0, tiny, -tiny, 1, -1, np.inf, -np.inf], dtype), (n, 1))
    layer = ReLU()
    y = layer.forward(x)
    np.testing.assert_array_equal(y[0], np.array([0, 0, tiny, 0, 1, 0, np.inf, 0], dtype))
    dx = layer.backward(np.full(x.shape, -7, dtype))
    np.testing.assert_array_equal(dx, np.tile(np.array([0, 0, -7, 0, -7, 0, -7, 0], dtype), (n, 1)))


def test_flatten_takes_pixels_row_by_row(rng):
    x = rng.normal(size=(3, 4, 5, 2))
    layer = Flatten()
    np.testing.assert_array_equal(layer.forward(x), x.reshape(3, 40))
    dy = rng.normal(size=(3, 40))
    np.testing.assert_array_equal(layer.backward(dy), dy.reshape(x.shape))
    assert layer.output_shape((4, 5, 2)) == (40,)


@pytest.mark.parametrize("layer, shape", [
    (Dense(6, 5, np.random.default_rng(0)), (4, 7)), (Dense(6, 5, np.random.default_rng(0)), (6,)),
    (Flatten(), (4, 6)), (MaxPool2D(2), (8, 8, 1)),
])  # fmt: skip
def test_wrong_shapes_are_named(layer, shape):
    with pytest.raises(ValueError) as error:
        layer.forward(np.zeros(shape))
    assert repr(layer) in str(error.value) and str(shape) in str(error.value)
