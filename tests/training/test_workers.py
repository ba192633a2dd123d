"""A mini-batch in shards gives what the whole mini-batch gives."""

import numpy as np
import pytest

import course_lib.training.workers as module
from course_lib.nn import (
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    Layer,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
)
from course_lib.training import Workers, generator


def whole_batch(network, x, labels):
    loss = SoftmaxCrossEntropy()
    logits = network.forward(x)
    mean = loss.forward(logits, labels)
    network.backward(loss.backward())
    return mean, (logits.argmax(axis=1) == labels).sum(), network.grads


@pytest.mark.parametrize("n_workers", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 63, 64, 65, 129, 150])
def test_sum_of_shards_is_the_whole(make_network, n_workers, size, digits):
    x, labels = digits[0][0][:size].astype(np.float64), digits[0][1][:size]
    network = make_network(0, np.float64)
    expected_loss, expected_correct, expected = whole_batch(make_network(0, np.float64), x, labels)
    with Workers(network, SoftmaxCrossEntropy(), n_workers) as workers:
        loss, correct, grads = workers.gradients(x, labels)
    assert loss == pytest.approx(expected_loss, rel=1e-12) and correct == expected_correct
    assert set(grads) == set(network.params)
    for name, g in grads.items():
        scale = np.abs(expected[name]).max()
        np.testing.assert_allclose(g, expected[name], atol=1e-12 * scale, err_msg=name)


@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_repeats_bit_for_bit(make_network, n_workers, digits):
    """However the threads are scheduled: the sum has a fixed order."""
    x, labels = digits[0]
    with Workers(make_network(0), SoftmaxCrossEntropy(), n_workers) as workers:
        first = {name: g.copy() for name, g in workers.gradients(x, labels)[2].items()}
        for _ in range(5):
            for name, g in workers.gradients(x, labels)[2].items():
                np.testing.assert_array_equal(g, first[name])


@pytest.mark.parametrize("n_workers", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 64, 65, 128, 129, 150])
def test_logits_come_in_order(make_network, n_workers, size, digits):
    x, network = digits[0][0][:size].astype(np.float64), make_network(0, np.float64)
    with Workers(network, SoftmaxCrossEntropy(), n_workers) as workers:
        np.testing.assert_allclose(workers.logits(x), network.forward(x), rtol=1e-12, atol=1e-12)


def test_workers_see_parameters_that_change(make_network, digits):
    """An optimizer changes the arrays of the network in place; no worker may hold a copy."""
    x, labels = digits[0]
    network = make_network(0)
    with Workers(network, SoftmaxCrossEntropy(), 2) as workers:
        before = workers.gradients(x, labels)[0]
        for p in network.params.values():
            p[...] = 0
        assert workers.gradients(x, labels)[0] == pytest.approx(np.log(10)) != pytest.approx(before)


def test_gradients_of_a_worker_do_not_touch_the_network(make_network, digits):
    network = make_network(0)
    with Workers(network, SoftmaxCrossEntropy(), 2) as workers:
        workers.gradients(*digits[0])
    assert network.grads == {}


@pytest.mark.parametrize("n_workers", [1, 2])
def test_an_error_in_a_worker_arrives(make_network, n_workers, digits):
    x, labels = digits[0]
    labels = labels.copy()
    labels[-1] = 99  # the last shard is that of another thread
    with (
        Workers(make_network(0), SoftmaxCrossEntropy(), n_workers) as workers,
        pytest.raises((IndexError, ValueError)),
    ):
        workers.gradients(x, labels)


def normalized(seed=0):
    """A network whose workers wait for each other in each layer."""
    rng = np.random.default_rng(seed)
    return Network(
        [Flatten(), BatchNorm(196), Dense(196, 20, rng), BatchNorm(20), ReLU(), Dense(20, 10, rng)]
    )


@pytest.mark.parametrize("n_workers", [2, 3])
@pytest.mark.parametrize("bad", [0, 75, -1])
def test_the_cause_of_an_error_is_told_and_the_workers_go_on(n_workers, bad, digits):
    """Not what the others say, who waited for the one that failed; that has no words at all."""
    x, labels = digits[0]
    wrong = labels.copy()
    wrong[bad] = 99
    network = normalized()
    with Workers(network, SoftmaxCrossEntropy(), n_workers) as workers:
        for _ in range(3):
            with pytest.raises(ValueError, match="99"):
                workers.gradients(x, wrong)
        loss, _, grads = workers.gradients(x, labels)
    with Workers(normalized(), SoftmaxCrossEntropy(), n_workers) as fresh:
        expected_loss, _, expected = fresh.gradients(x, labels)
    assert loss == expected_loss
    for name, g in grads.items():
        np.testing.assert_array_equal(g, expected[name])


def test_of_two_errors_one_cause_is_told(digits):
    x, labels = digits[0]
    with (
        Workers(normalized(), SoftmaxCrossEntropy(), 2) as workers,
        pytest.raises(ValueError, match="99"),
    ):
        workers.gradients(x, np.full_like(labels, 99))


class Stopped(BaseException):
    """Like KeyboardInterrupt, which pytest would take for its own."""


def test_an_interruption_frees_those_who_wait(digits, monkeypatch):
    """Ctrl-C reaches the main thread alone; the others wait for its part of a sum."""
    x, labels = digits[0]
    network = normalized()
    with Workers(network, SoftmaxCrossEntropy(), 2) as workers:
        dense = workers.replicas[0].layers[2]
        with monkeypatch.context() as patch:
            patch.setattr(dense, "forward", lambda *words: (_ for _ in ()).throw(Stopped))
            with pytest.raises(Stopped):
                workers.gradients(x, labels)
        assert np.isfinite(workers.gradients(x, labels)[0])


def test_an_error_while_predicting_arrives(make_network, digits):
    x = digits[0][0]
    with Workers(make_network(0), SoftmaxCrossEntropy(), 2) as workers:
        with pytest.raises(ValueError, match="shape|fit"):
            workers.logits(x[:, :3, :3])
        assert workers.logits(x).shape == (150, 10)


def test_no_workers(make_network):
    with pytest.raises(ValueError, match="at least 1, but is 0"):
        Workers(make_network(0), SoftmaxCrossEntropy(), 0)


@pytest.mark.parametrize(("n_images", "shared"), [(63, False), (64, True)])
def test_small_batches_are_not_handed_over(make_network, digits, monkeypatch, n_images, shared):
    monkeypatch.setattr("course_lib.training.workers.SHARE_FROM", 64)
    (x, labels), _ = digits
    with Workers(make_network(1), SoftmaxCrossEntropy(), n=2) as workers:
        used, work = [], workers._work
        monkeypatch.setattr(workers, "_work", lambda k, *rest: used.append(k) or work(k, *rest))
        workers.gradients(x[:n_images], labels[:n_images])
    assert sorted(used) == ([0, 1] if shared else [0])


# Dropout: whose numbers come from where.


@pytest.fixture
def from_100(monkeypatch):
    """Batches of less than 100 are for one worker alone, which has a network of its own."""
    monkeypatch.setattr(module, "SHARE_FROM", 100)


def dropping(rate=0.5):
    rng = np.random.default_rng(0)
    return Network([Dropout(rate, rng), Dense(64, 10, rng)])


def masks_of(workers, n):
    """The mask that each worker drew for its part of a mini-batch of n images."""
    x = np.ones((n, 64), np.float32)
    workers.gradients(x, np.zeros(n, int))
    small = n < len(workers.replicas) or n < module.SHARE_FROM
    return [network.layers[0].cache["mask"]
            for network in ([workers.alone] if small else workers.replicas)]


@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_a_short_last_batch_has_masks_of_its_own(n_workers, from_100):
    with Workers(dropping(), SoftmaxCrossEntropy(), n_workers) as workers:
        workers.start_epoch(seed=3, epoch=0)
        batches = [masks_of(workers, n) for n in (300, 300, 40, 40)]
        rows = [row for masks in batches for mask in masks for row in mask]
    assert len({row.tobytes() for row in rows}) == len(rows) == 680


@pytest.mark.parametrize("sizes", [(300, 300), (40, 40)])
def test_the_first_worker_draws_the_same_numbers_alone(sizes, from_100):
    """As before there was a second way: without short batches, the bits that it always gave."""
    with Workers(dropping(), SoftmaxCrossEntropy(), 1) as workers:
        workers.start_epoch(seed=3, epoch=1)
        drawn = np.concatenate([mask for n in sizes for mask in masks_of(workers, n)])
    rng = generator(3, 2, 1, 1)
    expected = [rng.random((n, 64), dtype=np.float32) >= 0.5 for n in sizes]
    np.testing.assert_array_equal(drawn > 0, np.concatenate(expected))


def test_an_epoch_can_be_repeated(from_100):
    with Workers(dropping(), SoftmaxCrossEntropy(), 2) as workers:
        seen = []
        for epoch in (0, 1, 0):
            workers.start_epoch(seed=3, epoch=epoch)
            seen.append(np.concatenate(masks_of(workers, 300) + masks_of(workers, 7)))
    np.testing.assert_array_equal(seen[0], seen[2])
    assert (seen[0] != seen[1]).any()


def test_no_two_threads_share_a_generator_before_the_first_epoch_either():
    network = dropping()
    with Workers(network, SoftmaxCrossEntropy(), 3) as workers:
        rngs = [replica.layers[0].rng for replica in workers.replicas]
        assert len({id(rng) for rng in [*rngs, network.layers[0].rng]}) == 4
        masks = masks_of(workers, 300)
    assert len({mask.tobytes() for mask in masks}) == 3


class MeanOfAll(Layer):
    """Takes the mean over the whole mini-batch away: a layer of one's own that sees all of it."""

    needs_whole_batch = True

    def __init__(self):
        super().__init__()
        self.state["n_steps"] = np.zeros(1)

    def forward(self, x, training=False):
        n = self.all_sum(len(x))
        self.cache = n
        if self.updates_state:
            self.state["n_steps"] += 1
        return x - self.all_sum(x.sum(axis=0)) / n

    def backward(self, dy, input_gradient=True):
        return dy - self.all_sum(dy.sum(axis=0)) / self.cache


@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_a_layer_of_ones_own_sees_the_whole_batch(n_workers, rng):
    x, labels = rng.normal(size=(10, 6)), rng.integers(3, size=10)
    layers = [Dense(6, 4, rng, np.float64), MeanOfAll(), Dense(4, 3, rng, np.float64)]
    expected_loss, _, expected = whole_batch(Network(layers), x, labels)
    network = Network(layers)
    network.state["1.n_steps"][...] = 0
    with Workers(network, SoftmaxCrossEntropy(), n_workers) as workers:
        loss, _, grads = workers.gradients(x, labels)
    assert loss == pytest.approx(expected_loss, rel=1e-12)
    for name, g in grads.items():
        np.testing.assert_allclose(g, expected[name], atol=1e-14, err_msg=name)
    assert network.state["1.n_steps"] == 1
