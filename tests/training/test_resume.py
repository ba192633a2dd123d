"""Stop after any epoch, go on, and end with the same bits."""

from functools import partial

import numpy as np
import pytest

from course_lib.nn import Adam
from course_lib.training import fit
from course_lib.training.checkpoint import load_checkpoint


class Stop(Exception):
    """What stops a run here: a full disk, Ctrl-C, a power cut."""


class StoppingAdam(Adam):
    """Adam that stops the run before step ``last + 1``. Its repr is that of Adam."""

    def __init__(self, last, **settings):
        super().__init__(**settings)
        self.last = last

    def step(self, params, grads):
        if self.state["t"] == self.last:
            raise Stop
        super().step(params, grads)


def stop_after(recipe, step, **changes):
    return recipe(optimizer=partial(StoppingAdam, step, lr=0.01, weight_decay=0.01), **changes)


def assert_same_bits(a, b):
    assert set(a) == set(b)
    for name in a:
        assert a[name].dtype == b[name].dtype
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


def assert_same_run(file_a, file_b):
    """Everything that a run saves: parameters, moments, snapshots, history; only seconds may differ."""
    (arrays, facts), (other_arrays, other_facts) = map(load_checkpoint, (file_a, file_b))
    assert set(arrays) == set(other_arrays) >= {"network", "optimizer m", "optimizer v", "epoch 3"}
    for group in arrays:
        assert_same_bits(arrays[group], other_arrays[group])
    for epoch in facts["history"] + other_facts["history"]:
        assert epoch.pop("seconds") > 0
    assert facts == other_facts


# 150 images: 5 batches of 32 in epochs 1 and 2, 3 batches of 64 in epochs 3 and 4; 16 steps in all.
@pytest.mark.parametrize("step, epochs_done", [(5, 1), (10, 2), (13, 3), (7, 1), (12, 2), (15, 3)])
@pytest.mark.parametrize("workers", [1, 2])
def test_resumed_run_equals_uninterrupted_run(
    make_network, recipe, digits, workers, step, epochs_done, tmp_path
):
    train, validation = digits
    whole, stopped = tmp_path / "whole.npz", tmp_path / "stopped.npz"
    network = make_network(seed=1)
    training = fit(network, recipe(workers=workers), train, validation, 7, whole, progress=False)

    with pytest.raises(Stop):
        fit(make_network(seed=1), stop_after(recipe, step, workers=workers), train, validation, 7,
            stopped, progress=False)  # fmt: skip
    assert len(load_checkpoint(stopped)[1]["history"]) == epochs_done

    resumed_network = make_network(seed=99)  # other first weights: all must come from the file
    resumed = fit(resumed_network, recipe(workers=workers), train, validation, 7, stopped,
                  progress=False)  # fmt: skip
    assert_same_bits(resumed_network.params, network.params)
    assert resumed.selected_epoch == training.selected_epoch
    assert list(resumed.snapshots) == list(training.snapshots)
    assert_same_run(stopped, whole)


def test_stopped_after_every_epoch(make_network, recipe, digits, tmp_path):
    """Four lives of one epoch each."""
    whole, stopped = tmp_path / "whole.npz", tmp_path / "stopped.npz"
    fit(make_network(1), recipe(), *digits, 7, whole, progress=False)
    for life, step in enumerate((5, 10, 13), start=1):
        with pytest.raises(Stop):
            fit(make_network(life), stop_after(recipe, step), *digits, 7, stopped, progress=False)
    fit(make_network(99), recipe(), *digits, 7, stopped, progress=False)
    assert_same_run(stopped, whole)


def test_a_finished_run_is_not_trained_again(make_network, recipe, digits, tmp_path):
    file = tmp_path / "run.npz"
    network, again = make_network(1), make_network(2)
    fit(network, recipe(), *digits, 7, file, progress=False)
    training = fit(again, stop_after(recipe, 16), *digits, 7, file, progress=False)
    assert_same_bits(again.params, network.params)
    assert len(training.history) == 4


def test_checkpoints_do_not_change_the_run(make_network, recipe, digits, tmp_path):
    network, plain = make_network(1), make_network(1)
    fit(network, recipe(), *digits, 7, tmp_path / "run.npz", progress=False)
    fit(plain, recipe(), *digits, 7, progress=False)
    assert_same_bits(network.params, plain.params)


@pytest.mark.parametrize("workers", [1, 2])
def test_equal_seeds_give_equal_runs(make_network, recipe, digits, workers):
    networks = [make_network(1) for _ in range(3)]
    for network, seed in zip(networks, (7, 7, 8)):
        fit(network, recipe(workers=workers), *digits, seed, progress=False)
    assert_same_bits(networks[0].params, networks[1].params)
    assert any((p != networks[2].params[name]).any() for name, p in networks[0].params.items())


@pytest.fixture
def stopped(make_network, recipe, digits, tmp_path):
    """The checkpoint of a run that was stopped in its third epoch."""
    file = tmp_path / "run.npz"
    with pytest.raises(Stop):
        fit(make_network(1), stop_after(recipe, 11), *digits, 7, file, progress=False)
    return file


@pytest.mark.parametrize("seed, changes", [
    (8, {}), (7, {"epochs": 5}), (7, {"optimizer": Adam}), (7, {"last_batch": "keep"}),
    (7, {"batch_size": lambda epoch: 32}), (7, {"learning_rate": None}), (7, {"workers": 2}),
    (7, {"keep_best_of_last": 1}),
])  # fmt: skip
def test_another_seed_or_recipe_is_refused(stopped, make_network, recipe, digits, seed, changes):
    before = stopped.read_bytes()
    with pytest.raises(ValueError, match="run.npz belongs to a run with another seed or recipe"):
        fit(make_network(1), recipe(**changes), *digits, seed, stopped, progress=False)
    assert stopped.read_bytes() == before


@pytest.mark.parametrize("change, problem", [
    (lambda network: network.layers.pop(), "W.*in the network or in the file, but not in both"),
    (lambda network: network.layers[-1].params.update(W=np.zeros((3, 3))), r"W has shape .*\(3, 3\)"),
])  # fmt: skip
def test_another_network_is_refused(stopped, make_network, recipe, digits, change, problem):
    network = make_network(1)
    change(network)
    before = stopped.read_bytes()
    with pytest.raises(ValueError, match=problem):
        fit(network, recipe(), *digits, 7, stopped, progress=False)
    assert stopped.read_bytes() == before


@pytest.mark.xfail(strict=True, reason="nothing in the file tells which data the run saw")
def test_other_data_are_refused(stopped, make_network, recipe, digits):
    (x, labels), validation = digits
    with pytest.raises(ValueError, match="data"):
        fit(make_network(1), recipe(), (1 - x, labels), validation, 7, stopped, progress=False)
