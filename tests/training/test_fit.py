"""The loop: which epoch is kept, what is measured, what a recipe says."""

import json
import re
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, log_loss

from course_lib.nn import Adam, Layer, Network, SoftmaxCrossEntropy
from course_lib.training import Recipe, Workers, evaluate, fit, generator, loop, mini_batches


class Scripted(Layer):
    """A layer whose accuracy on ten validation images after each epoch is written down beforehand.

    Its only parameter goes down by the learning rate at every step, so it tells the epoch.
    """

    def __init__(self, right):
        super().__init__()
        self.right = iter(right)
        self.params["W"] = np.zeros(1)

    def forward(self, x, training=False):
        logits = np.zeros((len(x), 2))
        if not training:
            logits[: next(self.right), 1] = 1.0
        return logits

    def backward(self, dy, input_gradient=True):
        self.grads["W"] = np.ones(1)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.integers(1, 9))
def test_best_of_the_last_epochs_is_kept(right, last):
    network = Network([Scripted(right)])
    recipe = Recipe(len(right), lambda epoch: 10, partial(Adam, lr=1.0), keep_best_of_last=last)
    data = np.zeros((10, 1)), np.ones(10, int)
    training = fit(network, recipe, data, data, 0, progress=False)
    candidates = range(1, len(right) + 1)[-last:]
    best = max(right[epoch - 1] for epoch in candidates)
    expected = [epoch for epoch in candidates if right[epoch - 1] == best][-1]  # the latest
    assert training.selected_epoch == expected
    assert network.params["0.W"] == pytest.approx(-expected, rel=1e-6)
    assert list(training.snapshots) == list(candidates)
    accuracies = [epoch["validation_accuracy"] for epoch in training.history]
    assert accuracies == pytest.approx(np.divide(right, 10))


def test_history_is_what_happened(make_network, recipe, digits):
    """Retrace one epoch by hand: order of the images, losses and hits while the weights change."""
    (x, labels), validation = digits
    training = fit(make_network(1), recipe(epochs=1), *digits, 7, progress=False)
    network, optimizer, loss = make_network(1), recipe().optimizer(), SoftmaxCrossEntropy()
    losses, hits = [], []
    for batch in mini_batches(150, 32, generator(7, 1)):
        logits = network.forward(x[batch], training=True)
        losses.append(loss.forward(logits, labels[batch]))
        hits.append((logits.argmax(axis=1) == labels[batch]).mean())
        network.backward(loss.backward())
        optimizer.step(network.params, network.grads)
    (epoch,) = training.history
    assert epoch["epoch"] == 1 and epoch["batch_size"] == 32 and epoch["learning_rate"] == 0.01
    assert epoch["train_loss"] == pytest.approx(np.mean(losses), rel=1e-4)
    assert epoch["train_accuracy"] == pytest.approx(np.mean(hits))
    scores = evaluate(network, *validation, SoftmaxCrossEntropy())
    assert epoch["validation_loss"] == pytest.approx(scores["loss"], rel=1e-3)
    assert epoch["validation_accuracy"] == pytest.approx(scores["accuracy"], abs=0.026)  # one image


def test_rates_and_sizes_follow_the_recipe(make_network, recipe, digits):
    history = fit(make_network(1), recipe(), *digits, 7, progress=False).history
    assert [epoch["batch_size"] for epoch in history] == [32, 32, 64, 64]
    rates = [epoch["learning_rate"] for epoch in history]
    assert rates == pytest.approx([0.01, 0.008, 0.0064, 0.00512])


def test_each_epoch_has_its_own_order(digits, recipe):
    """Seen from inside: what the layer gets in each epoch is another permutation."""
    seen = []

    class Spy(Scripted):
        def forward(self, x, training=False):
            seen.extend(x[:, 0].astype(int) if training else [])
            return np.zeros((len(x), 2))

    data = np.arange(20.0)[:, None], np.zeros(20, int)
    fit(Network([Spy([])]), Recipe(3, lambda epoch: 5), data, data, 0, progress=False)
    epochs = np.reshape(seen, (3, 20))
    np.testing.assert_array_equal(np.sort(epochs), np.tile(np.arange(20), (3, 1)))
    assert len(np.unique(epochs, axis=0)) == 3


def test_evaluate_agrees_with_scikit_learn(make_network, digits):
    network, (x, labels) = make_network(1), digits[0]
    scores = evaluate(network, x, labels, SoftmaxCrossEntropy())
    p = network.predict_proba(x).astype(np.float64)
    assert scores["accuracy"] == pytest.approx(accuracy_score(labels, p.argmax(axis=1)))
    expected = log_loss(labels, p / p.sum(axis=1, keepdims=True), labels=range(10))
    assert scores["loss"] == pytest.approx(expected, rel=1e-5)
    assert scores["n"] == 150 and scores["errors"] == (p.argmax(axis=1) != labels).sum()


def test_training_helps(make_network, recipe, digits):
    network = make_network(1)
    before = evaluate(network, *digits[1], SoftmaxCrossEntropy())
    fit(network, recipe(), *digits, 7, progress=False)
    after = evaluate(network, *digits[1], SoftmaxCrossEntropy())
    assert before["accuracy"] < 0.3 and after["accuracy"] > 0.6 and after["loss"] < before["loss"]


def test_progress_covers_the_whole_run(make_network, recipe, digits, capsys):
    history = fit(make_network(1), recipe(epochs=4), *digits, 7, progress=False).history
    assert capsys.readouterr() == ("", "")
    fit(make_network(1), recipe(epochs=4), *digits, 7, progress=True)
    lines = re.findall(r"epoch (\d)/4: (\d+) %[^\r]* left, loss (\S+), accuracy (\S+)",
                       capsys.readouterr().err)
    ends = [
        (
            str(e["epoch"]),
            str(25 * e["epoch"]),
            f"{e['train_loss']:.4f}",
            f"{e['train_accuracy']:.4f}",
        )
        for e in history
    ]
    assert [line for line in dict.fromkeys(lines) if line in ends] == ends
    percents = [int(line[1]) for line in lines]
    assert percents == sorted(percents)


def test_a_recipe_describes_itself_in_json(recipe):
    described = recipe().describe()
    assert json.loads(json.dumps(described)) == described
    assert described["batch_size"] == [32, 32, 64, 64] and described["epochs"] == 4
    assert "lr=0.01" in described["optimizer"] and "weight_decay=0.01" in described["optimizer"]
    assert described["loss"] == "SoftmaxCrossEntropy" and described["keep_best_of_last"] == 2
    assert recipe(learning_rate=None).describe()["learning_rate"] is None


@pytest.mark.parametrize("plain_epochs", range(5))
def test_last_epochs_see_the_images_as_they_are(make_network, recipe, digits, plain_epochs):
    """The loop asks for the learning rate when an epoch begins: that tells which one it is."""
    now, changed_at = [], set()

    def rate(epoch):
        now[:] = [epoch]
        return 0.01

    def unchanged(images, rng):
        changed_at.update(now)
        return images

    fit(make_network(1), recipe(learning_rate=rate, augment=unchanged, plain_epochs=plain_epochs),
        *digits, 7, progress=False)  # fmt: skip
    assert changed_at == set(range(4 - plain_epochs))


@pytest.mark.parametrize("plain_epochs", [-1, 5])
def test_plain_epochs_are_some_of_the_epochs(recipe, plain_epochs):
    with pytest.raises(
        ValueError, match=f"plain_epochs must be 0 to epochs, 4, but is {plain_epochs}"
    ):
        recipe(plain_epochs=plain_epochs)


def test_one_pool_of_workers_serves_the_whole_run(make_network, recipe, digits, monkeypatch):
    """Threads are started once, not for each epoch's validation anew."""
    made = []
    monkeypatch.setattr(loop, "Workers", lambda *words: made.append(words) or Workers(*words))
    fit(make_network(1), recipe(workers=2), *digits, 7, progress=False)
    assert len(made) == 1
