"""A recorder tells which images were used, and what a history of the training may hold."""

import numpy as np

from course_lib.nn import SGD, Dense, Flatten, Network, SoftmaxCrossEntropy
from course_lib.training.recorder import Recorder, history_of


def test_it_records_what_was_passed_back_and_nothing_else():
    rng = np.random.default_rng(1)
    X, y = rng.random((5, 4, 4, 1), dtype=np.float32), np.array([0, 1, 2, 0, 1])
    plain = Network([Flatten(), Dense(16, 3, rng)])
    network = Network([Recorder(), *plain.layers, Recorder()])
    loss, losses = SoftmaxCrossEntropy(), []
    for order in (np.array([4, 0, 2]), np.array([1, 3])):
        losses.append(loss.forward(network.forward(X[order].astype(np.float64), True), y[order]))
        network.backward(loss.backward())
        SGD(lr=0.1).step(network.params, network.grads)
        network.predict(X)
    batches = network.layers[0].numbers(X)
    assert [list(batch) for batch in batches] == [[4, 0, 2], [1, 3]]
    assert list(network.layers[0].numbers(X[::-1].copy())[0]) == [0, 4, 2]
    assert list(network.layers[0].numbers(X + 1)[0]) == [-1, -1, -1]
    known = history_of(network.layers[-1].batches, [y[batch] for batch in batches], epochs=1)
    assert np.allclose(known["images"], (3 * losses[0] + 2 * losses[1]) / 5)
    assert np.allclose(known["batches"], np.mean(losses))
    assert np.allclose(known["last"], losses[1])
    assert np.array_equal(network.forward(X), plain.forward(X))


def test_a_history_has_one_number_for_each_epoch():
    rng = np.random.default_rng(2)
    logits, labels = rng.normal(size=(12, 3)), rng.integers(0, 3, size=12)
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    losses = -np.log(chances[np.arange(12), labels])
    parts = [slice(0, 4), slice(4, 6), slice(6, 10), slice(10, 12)]
    known = history_of([logits[p] for p in parts], [labels[p] for p in parts], epochs=2)
    for epoch, (first, second) in enumerate((parts[:2], parts[2:])):
        means = losses[first].mean(), losses[second].mean()
        whole = np.concatenate([losses[first], losses[second]])
        right = logits.argmax(axis=1)[first.start:second.stop] == labels[first.start:second.stop]
        for name, expected in {"images": whole.mean(), "total": whole.sum(), "sum": sum(means),
                               "batches": np.mean(means), "last": means[1],
                               "accuracy": right.mean()}.items():
            assert np.isclose(known[name][epoch], expected), name
