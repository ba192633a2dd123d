"""A mini-batch in shards gives what the whole mini-batch gives."""

import numpy as np
import pytest

from course_lib.nn import SoftmaxCrossEntropy
from course_lib.training import Workers


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
    with Workers(network, SoftmaxCrossEntropy, n_workers) as workers:
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
    with Workers(make_network(0), SoftmaxCrossEntropy, n_workers) as workers:
        first = {name: g.copy() for name, g in workers.gradients(x, labels)[2].items()}
        for _ in range(5):
            for name, g in workers.gradients(x, labels)[2].items():
                np.testing.assert_array_equal(g, first[name])


@pytest.mark.parametrize("n_workers", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 64, 65, 128, 129, 150])
def test_logits_come_in_order(make_network, n_workers, size, digits):
    x, network = digits[0][0][:size].astype(np.float64), make_network(0, np.float64)
    with Workers(network, SoftmaxCrossEntropy, n_workers) as workers:
        np.testing.assert_allclose(workers.logits(x), network.forward(x), rtol=1e-12, atol=1e-12)


def test_workers_see_parameters_that_change(make_network, digits):
    """An optimizer changes the arrays of the network in place; no worker may hold a copy."""
    x, labels = digits[0]
    network = make_network(0)
    with Workers(network, SoftmaxCrossEntropy, 2) as workers:
        before = workers.gradients(x, labels)[0]
        for p in network.params.values():
            p[...] = 0
        assert workers.gradients(x, labels)[0] == pytest.approx(np.log(10)) != pytest.approx(before)


def test_gradients_of_a_worker_do_not_touch_the_network(make_network, digits):
    network = make_network(0)
    with Workers(network, SoftmaxCrossEntropy, 2) as workers:
        workers.gradients(*digits[0])
    assert network.grads == {}


@pytest.mark.parametrize("n_workers", [1, 2])
def test_an_error_in_a_worker_arrives(make_network, n_workers, digits):
    x, labels = digits[0]
    labels = labels.copy()
    labels[-1] = 99  # the last shard is that of another thread
    with (
        Workers(make_network(0), SoftmaxCrossEntropy, n_workers) as workers,
        pytest.raises((IndexError, ValueError)),
    ):
        workers.gradients(x, labels)


def test_no_workers(make_network):
    with pytest.raises(ValueError, match="at least 1, but is 0"):
        Workers(make_network(0), SoftmaxCrossEntropy, 0)


@pytest.mark.parametrize(("n_images", "shared"), [(63, False), (64, True)])
def test_small_batches_are_not_handed_over(make_network, digits, monkeypatch, n_images, shared):
    monkeypatch.setattr("course_lib.training.workers.SHARE_FROM", 64)
    (x, labels), _ = digits
    with Workers(make_network(1), SoftmaxCrossEntropy, n=2) as workers:
        used, work = [], workers._work
        monkeypatch.setattr(workers, "_work", lambda k, *rest: used.append(k) or work(k, *rest))
        workers.gradients(x[:n_images], labels[:n_images])
    assert sorted(used) == ([0, 1] if shared else [0])
