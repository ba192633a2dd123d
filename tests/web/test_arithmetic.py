"""The layers in JavaScript against those in Python: the same numbers in, the same numbers out."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from node import ROOT, export, node

from course_lib import zoo
from course_lib.classical import GaussianNaiveBayes
from course_lib.data import as_vectors, load_digits28
from course_lib.nn import (
    SGD,
    Adam,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
    Tanh,
    softmax,
)
from course_lib.runs.saved import load_trained

N_DIGITS = 500  # of the embedded ones

PROBABILITIES = """
    const dtype = { float32: Float32Array, float64: Float64Array }[data.dtype];
    const x = asImages(unpack(data.pixels), dtype);
    if (data.flat) x.shape = [x.length / 784, 784];
    return {data.build}(generator(0), x.constructor).load(unpackAll(data.weights)).probabilities(x);
"""


def digits(n=N_DIGITS):
    return load_digits28().train_images[:n]


def probabilities(name, folder=ROOT / "web"):
    """Of 500 digits, in JavaScript and in Python."""
    system = zoo.get_system(name)
    code = PROBABILITIES.replace("{data.build}", {"lenet5": "lenet5", "nn1l": "oneLayer"}[name])
    weights = export().weights(name)
    got = node(
        code, folder=folder, pixels=digits(), weights=weights, dtype="float32", flat=name == "nn1l"
    )
    expected = softmax(load_trained(system, 0).forward(system.inputs(digits())))
    return np.reshape(got, expected.shape), expected


@pytest.mark.parametrize("name", ["lenet5", "nn1l"])
def test_networks_give_the_same_probabilities(name):
    got, expected = probabilities(name)
    assert len({*expected.argmax(axis=1)}) == 10
    assert np.abs(got - expected).max() < 1e-4


def test_naive_bayes_gives_the_same_probabilities():
    train = load_digits28()
    model = GaussianNaiveBayes().fit(as_vectors(train.train_images, np.float64), train.train_labels)
    images = load_digits28().test_images
    got = node(
        """const model = new GaussianNaiveBayes(unpackAll(data.model));
        const x = unpack(data.x), all = [];
        for (let i = 0; i < x.length; i += 784) {
          all.push(model.probabilities(x.subarray(i, i + 784)));
        }
        return all;""",
        "bayes.js",
        model=export().naive_bayes(train),
        x=as_vectors(images, np.float64),
    )
    got = np.array([list(row.values()) if isinstance(row, dict) else row for row in got])
    assert np.abs(got - model.predict_proba(as_vectors(images, np.float64))).max() < 1e-4


# A small network with a layer of each kind, whose pooling drops a row.
SMALL = """
    const build = (random, dtype) => new Network([
      new Conv2D(1, 3, 5, random, { padding: 2, dtype }), new MaxPool2D(3), new Tanh(),
      new Conv2D(3, 4, 3, random, { dtype }), new ReLU(), new MaxPool2D(2), new Flatten(),
      new Dense(36, 7, random, dtype), new ReLU(), new Dense(7, 10, random, dtype)]);
"""
GRADIENTS = (
    SMALL
    + """
    const network = build(generator(0), Float64Array).load(unpackAll(data.weights));
    const x = unpack(data.x), loss = new SoftmaxCrossEntropy();
    const value = loss.forward(network.forward(x), data.labels);
    const dx = network.backward(loss.backward());
    return { value, dx, grads: network.grads };
"""
)


def small_network(rng, dtype=np.float64):
    return Network([
        Conv2D(1, 3, 5, rng, padding=2, dtype=dtype), MaxPool2D(3), Tanh(),
        Conv2D(3, 4, 3, rng, dtype=dtype), ReLU(), MaxPool2D(2), Flatten(),
        Dense(36, 7, rng, dtype), ReLU(), Dense(7, 10, rng, dtype),
    ])  # fmt: skip


def gradients(folder=ROOT / "web"):
    """Largest difference of a gradient, and of the loss, between JavaScript and Python."""
    rng = np.random.default_rng(0)
    network, loss = small_network(rng), SoftmaxCrossEntropy()
    for w in network.params.values():
        w += rng.normal(0, 0.1, w.shape)  # biases as well
    x, labels = rng.normal(0, 1, (6, 28, 28, 1)), rng.integers(10, size=6)
    value = loss.forward(network.forward(x, training=True), labels)
    dx = network.backward(loss.backward())
    got = node(GRADIENTS, folder=folder, weights=network.params, x=x, labels=labels.tolist())
    differences = {
        name: np.abs(np.reshape(got["grads"][name], g.shape) - g).max()
        for name, g in network.grads.items()
    }
    differences["x"] = np.abs(np.reshape(got["dx"], dx.shape) - dx).max()
    differences["loss"] = abs(got["value"] - value)
    assert min(np.abs(g).max() for g in network.grads.values()) > 1e-3, (
        "there is something to compare"
    )
    return differences


def test_gradients_are_the_same():
    assert max(gradients().values()) < 1e-10  # 1e-5 is promised; both compute in float64


LOSSES = """
    const dtype = {float32: Float32Array, float64: Float64Array}[data.dtype];
    const network = lenet5(generator(0), dtype).load(unpackAll(data.weights));
    const x = asImages(unpack(data.pixels), dtype), losses = [], size = data.size;
    const labels = unpack(data.labels), order = unpack(data.order);
    const optimizer = {data.optimizer}, loss = new SoftmaxCrossEntropy();
    for (let step = 0; step < 100; step++) {
      const batch = zeros([size, 28, 28, 1], dtype), truth = [];
      for (let i = 0; i < size; i++) {
        const k = order[step * size + i];
        batch.set(x.subarray(784 * k, 784 * (k + 1)), 784 * i);
        truth.push(labels[k]);
      }
      losses.push(network.lossAndGradients(batch, truth, loss));
      optimizer.step(network.params, network.grads);
    }
    return losses;
"""
OPTIMIZERS = {
    "SGD": (lambda: SGD(lr=0.1), "new SGD({ lr: 0.1 })"),
    "momentum": (lambda: SGD(lr=0.02, momentum=0.9), "new SGD({ lr: 0.02, momentum: 0.9 })"),
    "AdamW": (
        lambda: Adam(lr=0.002, weight_decay=0.01),
        "new Adam({ lr: 0.002, weightDecay: 0.01 })",
    ),
}


def losses(kind, dtype, size=16, folder=ROOT / "web"):
    """The first 100 losses of LeNet-5 in both languages, same weights and order."""
    rng = np.random.default_rng(1)
    network, loss = zoo.build("lenet5", rng), SoftmaxCrossEntropy()
    for layer in network.layers:
        layer.params.update({name: w.astype(dtype) for name, w in layer.params.items()})
        if layer.params:
            layer.dtype = np.dtype(dtype)
    start = {name: w.copy() for name, w in network.params.items()}
    train = load_digits28()
    pixels, labels = train.train_images[:400], train.train_labels[:400]
    order = rng.integers(400, size=100 * size)
    make, code = OPTIMIZERS[kind]
    optimizer, expected = make(), []
    x = as_vectors(pixels, np.dtype(dtype).type).reshape(-1, 28, 28, 1)
    for step in range(100):
        batch = order[step * size : (step + 1) * size]
        expected.append(loss.forward(network.forward(x[batch], training=True), labels[batch]))
        network.backward(loss.backward())
        optimizer.step(network.params, network.grads)
    got = node(
        LOSSES.replace("{data.optimizer}", code),
        folder=folder,
        weights=start,
        pixels=pixels,
        dtype=dtype,
        size=size,
        labels=labels.astype(np.uint8),
        order=order.astype(np.float32),
    )
    return np.array(got), np.array(expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_first_hundred_losses_are_the_same(kind, dtype):
    """In float32 the first 40. After that, rounding may decide which of two nearly equal pixels is
    a maximum, or whether a unit is active, and training amplifies it: NumPy itself with one and
    with two threads of BLAS was 0.5 apart after 100 steps of SGD. In float64 that is rare."""
    got, expected = losses(kind, dtype)
    assert expected[-20:].mean() < 0.7 * expected[:5].mean(), "the network learns"
    if dtype == "float32":
        assert np.abs(got - expected)[:40].max() < 1e-4
    else:
        assert np.abs(got - expected).max() < 1e-8


@pytest.mark.parametrize("file, right, wrong, check", [
    ("layers.js", "h + i - padding;\n            if (row < 0 || row >= height) continue; // pa",
     "h + i;\n            if (row < 0 || row >= height) continue; // pa", "probabilities"),
    ("layers.js", "x[pixel] > x[best]", "x[pixel] < x[best]", "probabilities"),
    ("layers.js", "dx[i] = y[i] > 0 ? dy[i] : 0;", "dx[i] = dy[i];", "gradients"),
    ("layers.js", "dy[i] * (1 - y[i] * y[i])", "dy[i] * (1 - y[i])", "gradients"),
    ("layers.js", "if (dx) dx[pixel + c] += d * W", "if (dx) dx[pixel + c] = d * W", "gradients"),
    ("layers.js", "db[o] += dy[row * nOut + o];", "db[o] = dy[row * nOut + o];", "gradients"),
    ("network.js", "d[i] /= n;", "d[i] /= 1;", "gradients"),
    ("network.js", "beta2 ** state.t", "beta1 ** state.t", "AdamW"),
    ("network.js", " + weightDecay * w[i]", "", "AdamW"),
    ("network.js", "this.momentum * v[i] + g[i]", "this.momentum * (v[i] + g[i])", "momentum"),
])  # fmt: skip
def test_a_planted_error_is_seen(file, right, wrong, check, tmp_path):
    for name in ("unpack.js", "layers.js", "network.js"):
        text = (ROOT / "web" / name).read_text(encoding="utf-8")
        if name == file:
            assert text.count(right) == 1
            text = text.replace(right, wrong)
        (tmp_path / name).write_text(text, encoding="utf-8")
    if check == "probabilities":
        got, expected = probabilities("lenet5", tmp_path)
        assert not np.abs(got - expected).max() < 1e-4
    elif check == "gradients":
        assert not max(gradients(tmp_path).values()) < 1e-5
    else:
        got, expected = losses(check, "float64", folder=tmp_path)
        assert not np.abs(got - expected).max() < 1e-4
