"""Stop after any epoch, go on, and end with the same bits."""

import re
from functools import partial

import numpy as np
import pytest

from course_lib.nn import (
    L2,
    Adam,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MarginLoss,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
    Tanh,
)
from course_lib.training import EarlyStopping, fit
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
    """What a run saves: parameters, moments, snapshots, history. Only seconds may differ."""
    (arrays, facts), (other_arrays, other_facts) = map(load_checkpoint, (file_a, file_b))
    assert set(arrays) == set(other_arrays) >= {"network", "optimizer m", "optimizer v"}
    for group in arrays:
        assert_same_bits(arrays[group], other_arrays[group])
    for epoch in facts["history"] + other_facts["history"]:
        assert epoch.pop("seconds") > 0 and epoch.pop("processor_seconds") > 0
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
    assert list(resumed.snapshots) == list(training.snapshots) == [3, 4]
    assert_same_run(stopped, whole)


def add_noise(images, rng):
    return images + 0.1 * rng.random(images.shape, images.dtype)


def regularized(seed):
    """A network with everything that draws at random or remembers what is not learned."""
    rng = np.random.default_rng(seed)
    return Network([
        Conv2D(1, 4, 5, rng, stride=2), BatchNorm(4), ReLU(), Dropout(0.3, rng),
        Flatten(), Dense(100, 10, rng),
    ])  # fmt: skip


EXTRAS = {
    "nothing": {},
    "average": {"average_decay": 0.9},
    "penalty": {"penalty": L2(0.01)},
    "augmentation": {"augment": add_noise},
    "early stopping": {"early_stopping": partial(EarlyStopping, 3)},
    "stopped early": {"early_stopping": partial(EarlyStopping, 1, min_delta=99.0)},
    "short last batch": {"last_batch": "keep"},
}


@pytest.mark.parametrize("changes", EXTRAS.values(), ids=EXTRAS)
@pytest.mark.parametrize("workers", [1, 2])
def test_resumed_run_of_a_richer_recipe(recipe, digits, workers, changes, tmp_path):
    (x, labels), validation = digits
    data = (x[:129], labels[:129]), validation  # 4 batches of 32 and one image
    whole, stopped = tmp_path / "whole.npz", tmp_path / "stopped.npz"
    fit(regularized(1), recipe(workers=workers, **changes), *data, 7, whole, progress=False)
    with pytest.raises(Stop):
        recipe_that_stops = stop_after(recipe, 7, workers=workers, **changes)
        fit(regularized(1), recipe_that_stops, *data, 7, stopped, progress=False)
    fit(regularized(99), recipe(workers=workers, **changes), *data, 7, stopped, progress=False)
    assert_same_run(stopped, whole)


def test_progress_of_a_resumed_run_starts_where_it_stopped(
    make_network, recipe, digits, tmp_path, capsys
):
    with pytest.raises(Stop):
        fit(make_network(1), stop_after(recipe, 10), *digits, 7, tmp_path / "run", progress=False)
    fit(make_network(1), recipe(), *digits, 7, tmp_path / "run", progress=True)
    percents = [int(p) for p in re.findall(r"(\d+) %", capsys.readouterr().err)]
    assert percents[0] == 50 and min(percents) == 50 and max(percents) == 100


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


@pytest.mark.parametrize("changes", [
    {"epochs": 5}, {"optimizer": Adam}, {"last_batch": "keep"}, {"batch_size": lambda epoch: 32},
    {"learning_rate": None}, {"workers": 2}, {"keep_best_of_last": 1}, {"penalty": L2(0.01)},
    {"average_decay": 0.9}, {"early_stopping": partial(EarlyStopping, 3)}, {"augment": add_noise},
])  # fmt: skip
def test_another_recipe_is_refused(stopped, make_network, recipe, digits, changes):
    before = stopped.read_bytes()
    with pytest.raises(ValueError, match="run.npz belongs to a run with another recipe"):
        fit(make_network(1), recipe(**changes), *digits, 7, stopped, progress=False)
    assert stopped.read_bytes() == before


@pytest.mark.parametrize("make", [
    lambda rng: [Tanh()], lambda rng: [Dropout(0.1, rng)], lambda rng: [],
], ids=["Tanh", "dropout 0.1", "one layer less"])  # fmt: skip
def test_a_network_that_takes_the_same_arrays_is_refused(make, recipe, digits, tmp_path):
    """Which layers there are and how they are set is not seen by the shapes of parameters."""
    rng = np.random.default_rng(0)
    networks = {"ReLU": ReLU(), "dropout": Dropout(0.9, rng)}
    for name, last in networks.items():
        file = tmp_path / f"{name}.npz"
        with pytest.raises(Stop):
            fit(Network([Flatten(), Dense(196, 10, rng), last]), stop_after(recipe, 11), *digits, 7,
                file, progress=False)  # fmt: skip
        before = file.read_bytes()
        with pytest.raises(ValueError, match=f"{name}.npz belongs to a run with another network"):
            other = Network([Flatten(), Dense(196, 10, rng), *make(rng)])
            fit(other, recipe(), *digits, 7, file, progress=False)
        assert file.read_bytes() == before


def turned(images, rng, by=1):
    return np.roll(images, by, axis=1)


class Turning:
    """An augmentation of one's own that does not tell its settings."""

    def __init__(self, by):
        self.by = by

    def __call__(self, images, rng):
        return np.roll(images, self.by, axis=1)


class TellingTurning(Turning):
    def __repr__(self):
        return f"TellingTurning({self.by})"

    def other(self, images, rng):
        return images


UNTOLD = {"lambda": lambda images, rng: images, "no repr": Turning(1),
          "array": partial(turned, by=np.arange(3)), "lambda inside": partial(map, lambda x: x),
          "method": Turning(1).__call__}  # fmt: skip


@pytest.mark.parametrize("augment", UNTOLD.values(), ids=UNTOLD)
def test_what_cannot_be_told_from_others_is_refused_before_the_first_epoch(
    augment, make_network, recipe, digits, tmp_path
):
    """A checkpoint of a run with one lambda would be taken for that of another."""
    with pytest.raises(ValueError, match="cannot be told from others of its kind"):
        fit(make_network(1), recipe(augment=augment), *digits, 7, tmp_path / "run", progress=False)
    assert not list(tmp_path.iterdir())


def test_without_a_checkpoint_a_lambda_will_do(make_network, recipe, digits):
    recipe = recipe(epochs=1, keep_best_of_last=1, augment=lambda images, rng: images)
    assert len(fit(make_network(1), recipe, *digits, 7, progress=False).history) == 1


def test_functions_of_a_recipe_are_told_apart(recipe):
    different = [turned, partial(turned, by=2), partial(turned, by=3), add_noise, TellingTurning(1),
                 TellingTurning(2), TellingTurning(1).other, TellingTurning(2).other, None]
    told = [recipe(augment=augment).describe()["augment"] for augment in different]
    assert len(set(told)) == len(different)
    assert told[1] == f"{__name__}.turned(by=2)"
    losses = [MarginLoss(), MarginLoss(m_plus=0.8), SoftmaxCrossEntropy()]
    assert [recipe(loss=loss).describe()["loss"] for loss in losses] == [
        "MarginLoss", "MarginLoss(m_plus=0.8)", "SoftmaxCrossEntropy"]  # fmt: skip


def test_another_seed_is_refused(stopped, make_network, recipe, digits):
    with pytest.raises(ValueError, match="run.npz belongs to a run with another seed"):
        fit(make_network(1), recipe(), *digits, 8, stopped, progress=False)


@pytest.mark.parametrize("change, problem", [
    (lambda network: network.layers.pop(), "run.npz belongs to a run with another network"),
    (lambda network: network.layers[-1].params.pop("b"), "b.*in the network or in the file"),
    (lambda network: network.layers[-1].params.update(W=np.zeros((3, 3))), r"shape .*\(3, 3\)"),
])  # fmt: skip
def test_another_network_is_refused(stopped, make_network, recipe, digits, change, problem):
    network = make_network(1)
    change(network)
    before = stopped.read_bytes()
    with pytest.raises(ValueError, match=problem):
        fit(network, recipe(), *digits, 7, stopped, progress=False)
    assert stopped.read_bytes() == before


def test_other_data_are_refused(stopped, make_network, recipe, digits):
    (x, labels), validation = digits
    with pytest.raises(ValueError, match="data"):
        fit(make_network(1), recipe(), (1 - x, labels), validation, 7, stopped, progress=False)
