"""Every system by name: its size, its first loss, and that it can learn at all."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from course_lib import runs, zoo
from course_lib.data import load_digits28, split_validation
from course_lib.nn import Adam, SoftmaxCrossEntropy
from course_lib.training import Recipe, evaluate, fit, generator

# Learned parameters of every network, as the sources state them.
PARAMETERS = {
    "nn1l": 7_850, "nn2l": 238_510, "nn3l": 266_610, "lenet5": 61_706,
    "mlp256": 203_530, "cnn3": 130_890, "linear_std": 7_850, "linear_std_aug": 7_850,
    "vgg": 594_922, "vgg_aug": 594_922, "vgg_dropout": 594_922, "vgg_bn_dropout": 596_330,
    "ffnn512": 669_706, "lenet5_avg": 303_626, "slp": 7_850, "mlp4": 111_146, "mlp4_reg": 111_146,
    "cnn_strided": 88_730, "cnn_bn": 240_706,
}  # fmt: skip
SPINE = {system.name: system for system in zoo.spine.SYSTEMS}
NETWORKS = {name: s for name, s in zoo.SYSTEMS.items() if isinstance(s, zoo.System)}

spine = pytest.mark.parametrize("system", SPINE.values(), ids=SPINE)
every_network = pytest.mark.parametrize("system", NETWORKS.values(), ids=NETWORKS)
every_system = pytest.mark.parametrize("system", zoo.SYSTEMS.values(), ids=zoo.SYSTEMS)


@pytest.fixture(scope="module")
def digits():
    return load_digits28()


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_counts(name, rng):
    network = zoo.build(name, rng)
    assert network.n_parameters == PARAMETERS[name]
    assert network.n_parameters == sum(p.size for p in network.params.values())


def test_the_spine_is_complete():
    assert list(SPINE) == ["nn1l", "nn2l", "nn3l", "lenet5"]


def test_layers_of_lenet5(rng):
    shape, layers = (28, 28, 1), []
    for layer in zoo.build("lenet5", rng).layers:
        shape = layer.output_shape(shape)
        layers.append((type(layer).__name__, shape))
    assert layers == [
        ("Conv2D", (28, 28, 6)), ("MaxPool2D", (14, 14, 6)), ("ReLU", (14, 14, 6)),
        ("Conv2D", (10, 10, 16)), ("MaxPool2D", (5, 5, 16)), ("ReLU", (5, 5, 16)),
        ("Flatten", (400,)), ("Dense", (120,)), ("ReLU", (120,)),
        ("Dense", (84,)), ("ReLU", (84,)), ("Dense", (10,)),
    ]  # fmt: skip


def first_losses(system, digits):
    x, labels = system.inputs(digits.train_images[:100]), digits.train_labels[:100]
    return [evaluate(system.build(generator(seed, 0)), x, labels, system.recipe.loss)["loss"]
            for seed in range(3)]  # fmt: skip


# Larger inputs than pixels between 0 and 1 make larger logits, and those cost more.
LARGE_INPUTS = {"quick": 0.5, "linear_std": 1.0, "linear_std_aug": 1.0, "ffnn512_unscaled": 200.0}


@pytest.mark.parametrize("system", [
    s for s in NETWORKS.values() if isinstance(s.recipe.loss, SoftmaxCrossEntropy)
], ids=lambda system: system.name)  # fmt: skip
def test_first_loss_is_near_ln_10(system, digits):
    """Fresh weights know nothing, so each digit gets about a tenth."""
    tolerance = LARGE_INPUTS.get(system.name, 0.25)
    np.testing.assert_allclose(first_losses(system, digits), np.log(10), atol=tolerance)


def test_pixels_up_to_255_make_the_first_loss_huge(digits):
    assert min(first_losses(zoo.get_system("ffnn512_unscaled"), digits)) > 20


FAULTY = {system.name for system in zoo.faults.SYSTEMS}  # these cannot, and that is their fault
LARGE = re.compile("vgg|cnn3|capsnet|simple3x3|five_conv|three_conv")


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow] if LARGE.match(name) else []) for name in NETWORKS
    if name not in FAULTY
])  # fmt: skip
def test_overfits_32_images(name, digits):
    """A network that can learn at all learns a few images by heart."""
    system = zoo.get_system(name)
    data = system.inputs(digits.train_images[:32]), digits.train_labels[:32]
    network = system.build(generator(0, 0))
    loss, workers = system.recipe.loss, system.recipe.workers
    optimizer = partial(Adam, lr=0.001 if name.startswith("capsnet") else 0.003)
    # The mean over a feature map needs longer, and so does heavy dropout on pixels from 0 to 1.
    epochs = {"small": 150, "vgg_bn_aug": 120, "vgg_bn_long": 120}.get(name, 40)
    recipe = Recipe(epochs, lambda epoch: 32, optimizer, loss=loss, workers=workers)
    before = evaluate(network, *data, loss)
    fit(network, recipe, data, data, 0, progress=False)
    after = evaluate(network, *data, loss)
    assert before["errors"] > 16 and after["errors"] == 0 and after["loss"] < before["loss"] / 2


@every_network
def test_equal_seeds_give_equal_networks(system):
    first, again, other = (system.build(generator(seed, 0)).params for seed in (5, 5, 6))
    assert all((first[name] == again[name]).all() for name in first)
    assert any((first[name] != other[name]).any() for name in first)


@every_system
def test_every_system_is_found_by_its_name(system):
    assert zoo.get_system(system.name) is zoo.SYSTEMS[system.name] is system
    assert system.title and system.source


@spine
def test_published_results_are_there(system):
    assert len(system.published["accuracy"]) == len(system.published["cost"]) == 5


@spine
def test_recipe_of_the_spine(system):
    recipe = system.recipe.describe()
    assert recipe["batch_size"] == [32] * 4 + [64] * 4 + [128] * 4 + [256] * 4 + [512] * 4
    adam = "Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.01)"
    assert recipe["optimizer"] == adam
    assert recipe["epochs"] == 20 and recipe["keep_best_of_last"] == 4
    assert recipe["last_batch"] == "fill" and recipe["learning_rate"] is None


def test_unknown_system_names_the_choices(rng):
    for look_up in (zoo.get_system, lambda name: zoo.build(name, rng)):
        with pytest.raises(ValueError, match="'lenet6'; there are: .*nn1l.*lenet5"):
            look_up("lenet6")


def test_scikit_learn_is_imported_where_it_is_used():
    """It takes longer than all the rest, and most who import the zoo do not fit a model of it."""
    modules = ("zoo", "runs", "runs.sweep", "training", "plots", "data", "cli.train", "cli.sweep",
               "cli.table", "cli.zoo", "cli.predict", "cli.evaluate")  # fmt: skip
    code = (f"import sys, {', '.join('course_lib.' + module for module in modules)}; "
            "loaded = [name for name in sys.modules if name.split('.')[0] == 'sklearn']; "
            "print(*loaded[:3]); sys.exit(bool(loaded))")  # fmt: skip
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_only_networks_are_built(rng):
    with pytest.raises(ValueError, match="gnb .*is not a network"):
        zoo.build("gnb", rng)


@pytest.mark.parametrize("name", ["nn1l", "lenet5"])
def test_record_of_a_run(name, digits):
    """Short enough to run, long enough to be checked against the network that comes with it."""
    few = {key: getattr(digits, key)[:300] for key in ("train_images", "train_labels")}
    small = replace(digits, **few)
    network, record = runs.train_system(zoo.get_system(name), small, 5, epochs=2, progress=False)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    x = zoo.get_system(name).inputs(digits.test_images)
    wrong = network.predict(x) != digits.test_labels
    assert record["test"]["errors"] == wrong.sum() > 0
    assert record["test"]["accuracy"] == pytest.approx(1 - wrong.mean())
    half = len(wrong) // 2
    assert record["test"]["errors_by_half"] == [wrong[:half].sum(), wrong[half:].sum()]
    assert record["images"] == {"train": 269, "validation": 31, "test": 359}
    assert record["dataset"] == "embedded digits" and record["parameters"] == PARAMETERS[name]
    assert len(record["epochs"]) == 2 and record["seed"] == 5 and record["name"] == name
    chosen = record["epochs"][record["selected_epoch"] - 1]
    best = max(epoch["validation_accuracy"] for epoch in record["epochs"])
    assert chosen["validation_accuracy"] == best == record["validation"]["accuracy"]
    # The source's way picks on the test set, so it can only look better.
    assert record["published_way"]["accuracy"] >= record["test"]["accuracy"]


@pytest.mark.parametrize("seed", [0, 5])
def test_the_seed_draws_the_first_weights(seed, digits):
    system, first = zoo.get_system("nn1l"), {}

    def build(rng):
        network = system.build(rng)
        first.update({name: p.copy() for name, p in network.params.items()})
        return network

    runs.train_system(replace(system, build=build), digits, seed, epochs=1, progress=False)
    for name, p in system.build(generator(seed, 0)).params.items():
        np.testing.assert_array_equal(p, first[name])


def test_the_selected_epoch_is_what_is_scored(digits):
    """A second epoch that ruins everything is not kept, and leaves no trace in any score."""
    system = zoo.get_system("nn1l")
    recipe = replace(system.recipe, learning_rate=lambda epoch: (0.001, 100.0)[epoch])
    network, record = runs.train_system(
        replace(system, recipe=recipe), digits, 0, epochs=2, progress=False
    )
    assert record["selected_epoch"] == 1
    _, validation = split_validation(digits)
    for scores, images, labels in [
        (record["validation"], digits.train_images[validation], digits.train_labels[validation]),
        (record["test"], digits.test_images, digits.test_labels),
    ]:
        expected = evaluate(network, system.inputs(images), labels, recipe.loss)
        assert scores["accuracy"] == expected["accuracy"]
        assert scores["loss"] == pytest.approx(expected["loss"])


def test_the_test_images_choose_nothing(digits):
    """Other test labels change the score, but neither the weights nor the epoch that is kept."""
    system = zoo.get_system("nn1l")
    shifted = replace(digits, test_labels=(digits.test_labels + 1) % 10)
    (network, record), (other, other_record) = (
        runs.train_system(system, data, 0, epochs=2, progress=False) for data in (digits, shifted)
    )
    for name, p in network.params.items():
        np.testing.assert_array_equal(p, other.params[name])
    assert record["selected_epoch"] == other_record["selected_epoch"]
    assert record["test"]["accuracy"] > 0.7 and other_record["test"]["accuracy"] < 0.2
