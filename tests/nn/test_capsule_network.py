"""The whole capsule network: both losses, both gradients, and whether it learns."""

import numpy as np
import pytest

from course_lib.data import as_images, load_digits28
from course_lib.nn import (
    Adam,
    CapsuleNetwork,
    CapsuleVotes,
    Conv2D,
    Dense,
    MarginLoss,
    MaxMinCouplings,
    PrimaryCapsules,
    ReLU,
    Routing,
    Sigmoid,
    SoftmaxCouplings,
    numerical_gradient,
)
from course_lib.nn.capsule_network import mask_capsules
from course_lib.training.workers import replicate

KINDS = pytest.mark.parametrize("couplings", [SoftmaxCouplings(), MaxMinCouplings()], ids=repr)


def small_network(rng, couplings, weight=0.05):
    """Images of 6 x 5 pixels, 12 capsules below, 3 above."""
    kind = {"rng": rng, "dtype": np.float64}
    encoder = [Conv2D(1, 4, 2, **kind), ReLU(), Conv2D(4, 6, 2, stride=2, **kind),
               PrimaryCapsules(2), CapsuleVotes(12, 2, 3, 4, scale=0.5, **kind),
               Routing(3, couplings)]  # fmt: skip
    return CapsuleNetwork(encoder, [Dense(12, 7, **kind), ReLU(), Dense(7, 30, **kind), Sigmoid()],
                          weight)  # fmt: skip


def total_loss(network, x, labels):
    """Margin loss plus squared pixel errors, by loops over examples and classes."""
    capsules, total = network.capsules(x), 0.0
    for n, label in enumerate(labels):
        masked = np.zeros_like(capsules[n])
        masked[label] = capsules[n, label]
        drawn = network.decoder.forward(masked.reshape(1, -1))
        total += network.reconstruction_weight * ((drawn - x[n].reshape(1, -1)) ** 2).sum()
        for k, capsule in enumerate(capsules[n]):
            length = np.sqrt((capsule**2).sum())
            total += max(0, 0.9 - length) ** 2 if k == label else 0.5 * max(0, length - 0.1) ** 2
    return total / len(x)


def test_mask_keeps_only_the_labeled_capsule(rng):
    capsules, labels = rng.normal(size=(4, 3, 2)), np.array([2, 0, 1, 2])
    masked = mask_capsules(capsules, labels).reshape(4, 3, 2)
    for n, j in np.ndindex(4, 3):
        np.testing.assert_array_equal(masked[n, j], capsules[n, j] if j == labels[n] else 0)


@KINDS
@pytest.mark.parametrize("n", [1, 3])
def test_every_gradient_of_the_total_loss(couplings, n, rng):
    network = small_network(rng, couplings)
    for name, b in network.params.items():
        if name.endswith("b"):
            b[...] = 0.1 * rng.normal(size=b.shape)
    x, labels = rng.uniform(size=(n, 6, 5, 1)), rng.integers(3, size=n)
    value, lengths = network.loss_and_gradients(x, labels, MarginLoss(), weight=0.25)
    assert value == pytest.approx(total_loss(network, x, labels))
    np.testing.assert_array_equal(lengths, network.forward(x))
    grads = {name: g.copy() for name, g in network.grads.items()}
    assert set(grads) == set(network.params)
    for name, w in network.params.items():
        # Max-min couplings bend sharply, so that a larger eps leaves an error of 2e-5.
        expected = 0.25 * numerical_gradient(lambda _: total_loss(network, x, labels), w, eps=1e-7)
        np.testing.assert_allclose(grads[name], expected, rtol=1e-5, atol=1e-8, err_msg=name)


def test_backward_of_the_lengths_alone(rng):
    network = small_network(rng, SoftmaxCouplings())
    x, dy = rng.uniform(size=(2, 6, 5, 1)), rng.normal(size=(2, 3))
    network.forward(x)
    dx = network.backward(dy)
    expected = numerical_gradient(lambda _: float((dy * network.forward(x)).sum()), x)
    np.testing.assert_allclose(dx, expected, rtol=1e-5, atol=1e-8)


def test_lengths_are_what_is_predicted(rng):
    network = small_network(rng, SoftmaxCouplings())
    x = rng.uniform(size=(5, 6, 5, 1))
    lengths = np.linalg.norm(network.capsules(x), axis=2)
    np.testing.assert_allclose(network.logits(x, batch_size=2), lengths)
    np.testing.assert_array_equal(network.predict(x), lengths.argmax(axis=1))
    p = network.predict_proba(x)
    np.testing.assert_allclose(p, lengths / lengths.sum(axis=1, keepdims=True))


def test_replicas_share_parameters_and_nothing_else(rng):
    network = small_network(rng, SoftmaxCouplings())
    replica = replicate(network)
    a, b = rng.uniform(size=(2, 2, 6, 5, 1))
    network.loss_and_gradients(a, np.array([0, 1]), MarginLoss())
    before = {name: g.copy() for name, g in network.grads.items()}
    replica.loss_and_gradients(b, np.array([2, 1]), MarginLoss())
    for name, w in network.params.items():
        assert replica.params[name] is w
        np.testing.assert_array_equal(network.grads[name], before[name])
    assert any((replica.grads[name] != g).any() for name, g in before.items())


def test_the_published_network_has_the_published_size(rng):
    encoder = [Conv2D(1, 256, 9, rng), ReLU(), Conv2D(256, 256, 9, rng, stride=2),
               PrimaryCapsules(8), CapsuleVotes(1152, 8, 10, 16, rng), Routing(3)]  # fmt: skip
    decoder = [Dense(160, 512, rng), ReLU(), Dense(512, 1024, rng), ReLU(),
               Dense(1024, 784, rng), Sigmoid()]  # fmt: skip
    network = CapsuleNetwork(encoder, decoder)
    assert network.decoder.n_parameters == 1_411_344
    # The authors' program adds a bias to each output capsule, the paper does not: 160 fewer here.
    assert network.n_parameters == 8_215_728 - 160
    summary = " ".join(network.summary((28, 28, 1)).split())
    assert "3 PrimaryCapsules (N, 1152, 8) 0 4 CapsuleVotes (N, 1152, 10, 16) 1,474,560" in summary
    assert "6 CapsuleLengths (N, 10) 0" in summary


@KINDS
def test_overfits_a_few_digits_and_draws_them(couplings):
    rng = np.random.default_rng(0)
    digits = load_digits28()
    x, labels = as_images(digits.train_images[:32])[:, ::2, ::2], digits.train_labels[:32]
    encoder = [Conv2D(1, 8, 5, rng), ReLU(), Conv2D(8, 16, 5, rng, stride=2), PrimaryCapsules(4),
               CapsuleVotes(36, 4, 10, 8, rng), Routing(3, couplings)]  # fmt: skip
    network = CapsuleNetwork(encoder, [Dense(80, 64, rng), ReLU(), Dense(64, 196, rng), Sigmoid()],
                             reconstruction_weight=0.01)  # fmt: skip
    adam, values = Adam(lr=0.005), []
    for _ in range(150):
        value, _ = network.loss_and_gradients(x, labels, MarginLoss())
        adam.step(network.params, network.grads)
        values.append(value)
    assert (network.predict(x) == labels).all()
    right = network.reconstruct(network.capsules(x), labels)
    wrong = network.reconstruct(network.capsules(x), (labels + 1) % 10)
    pixels = x.reshape(32, -1)
    nothing = ((pixels - pixels.mean(axis=0)) ** 2).sum(axis=1).mean()
    error, other = (((drawn - pixels) ** 2).sum(axis=1).mean() for drawn in (right, wrong))
    assert error < 0.7 * nothing and error < other
