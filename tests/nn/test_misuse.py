"""What every layer, loss and optimizer says when it is used in the wrong way.

The classes are found by looking into `course_lib.nn` (see `kinds`), so that none is left out.
"""

import copy
import pickle

import numpy as np
import pytest

from course_lib import nn
from course_lib.nn import SGD, Adam, Dense, Network, RMSprop, SoftmaxCrossEntropy
from course_lib.nn.penalties import L2, add_penalty
from course_lib.nn.schedules import batch_size_at, learning_rate_at

from .kinds import ABSTRACT, LAYERS, SETTINGS, batch, make, rng

every_layer = pytest.mark.parametrize("name", LAYERS)
LOSSES = ["SoftmaxCrossEntropy", "MeanSquaredError", "MarginLoss"]
OPTIMIZERS = ["SGD", "RMSprop", "Adam"]


@every_layer
def test_backward_before_forward(name):
    with pytest.raises(ValueError, match=f"{name} has nothing to go back from.*call forward"):
        make(name).backward(np.ones((4, 5)))


@pytest.mark.parametrize("name", LOSSES)
def test_backward_of_a_loss_before_forward(name):
    with pytest.raises(ValueError, match=f"{name} has nothing to go back from.*call forward"):
        make(name).backward()


def test_backward_of_a_network_before_forward():
    with pytest.raises(ValueError, match="call forward before backward"):
        Network([Dense(2, 2, rng())]).backward(np.ones((1, 2)))


@every_layer
def test_a_gradient_of_another_shape(name):
    """Also of one that NumPy would stretch, and after a forward pass without training."""
    layer, x = make(name), batch(name, dtype=np.float32)
    for training in (True, False):
        y = layer.forward(x, training)
        one = y.shape[1:]
        for shape in [(1, *one), (len(y) + 1, *one), one, (*y.shape, 1), ()]:
            with pytest.raises(ValueError, match="gradient of the shape of its output") as error:
                layer.backward(np.ones(shape, np.float32))
            assert f"{y.shape}" in str(error.value) and f"but got {shape}" in str(error.value)
        assert layer.backward(np.ones_like(y)).shape == x.shape


@every_layer
@pytest.mark.parametrize("training", [True, False])
def test_an_empty_batch(name, training):
    with pytest.raises(ValueError, match="needs at least one example"):
        make(name).forward(batch(name, 4)[:0], training)


@pytest.mark.parametrize("name", LOSSES)
def test_the_loss_of_an_empty_batch(name):
    with pytest.raises(ValueError, match="needs at least one example"):
        make(name).forward(np.zeros((0, 3)), np.zeros(0, int))


@every_layer
def test_a_list_is_no_array(name):
    with pytest.raises(ValueError, match="needs a NumPy array, but got list"):
        make(name).forward(batch(name).tolist())


@pytest.mark.parametrize("name", ["AvgPool2D", "BatchNorm", "CapsuleLengths", "Dropout", "Routing"])
def test_integers_where_they_will_not_do(name):
    with pytest.raises(ValueError, match="input of float32 or float64, but got uint8"):
        make(name).forward(np.ones(batch(name).shape, np.uint8), training=True)


@pytest.mark.parametrize("name", SETTINGS)
def test_everything_can_be_copied_and_pickled(name):
    thing = make(name)
    if name in LAYERS:
        x = batch(name, dtype=np.float32)
        y = thing.forward(x)
    for same in (copy.deepcopy(thing), pickle.loads(pickle.dumps(thing))):
        assert nn.describe(same) == nn.describe(thing)
        if name in LAYERS:
            np.testing.assert_array_equal(same.forward(x), y)
            assert all(same.params[key] is not p for key, p in thing.params.items())


WHOLE = {"n_in", "n_out", "d_in", "d_out", "c_in", "filters", "channels", "kernel", "size",
         "stride", "dimension", "rounds"}
FROM_0_BELOW_1 = {"rate", "slope", "rho", "beta1", "beta2"}
ABOVE_0 = {"eps"}
FROM_0 = {"lr", "weight_decay", "strength", "m_plus", "m_minus", "down_weight", "scale"}
OTHER = {"dtype": [int, "float16", "x", 3], "bias": [1, "yes", None], "padding": [
    "full", -1, 0.5, (1, -1), (1, 2, 3), ((1, 2, 3), 0)], "couplings": None}


def wrong_values(name, setting):
    if setting in OTHER:
        return OTHER[setting]
    if (name, setting) == ("SGD", "momentum"):
        return [-0.1, 1, 3, np.nan, "0.9"]
    if (name, setting) == ("BatchNorm", "momentum"):
        return [-0.1, 1.1, np.nan, "0.9"]
    if setting in WHOLE:
        return [0, -1, 2.0, 2.5, "2", True, np.nan]
    if setting in FROM_0_BELOW_1:
        return [-0.1, 1, 1.5, np.nan, "0.5", False]
    if setting in ABOVE_0:
        return [0, -1e-9, np.nan, np.inf, "1"]
    assert setting in FROM_0, f"what must {setting} of {name} be?"
    return [-1e-9, np.nan, np.inf, "1", True, None]


CONSTRAINTS = [(name, setting) for name in SETTINGS for setting in SETTINGS[name][1]
               if OTHER.get(setting, True) is not None]


@pytest.mark.parametrize("name, setting", CONSTRAINTS)
def test_every_setting_is_checked(name, setting):
    for value in wrong_values(name, setting):
        with pytest.raises(ValueError, match=rf"^{setting} must ") as error:
            make(name, **{setting: value})
        assert setting == "padding" or repr(value) in str(error.value)


@pytest.mark.parametrize("name", [name for name in SETTINGS if name in ("Dropout", "DropConnect")])
@pytest.mark.parametrize("wrong", [None, 0, np.random, np.random.RandomState(0)])
def test_a_seed_is_no_generator(name, wrong):
    with pytest.raises(ValueError, match=r"rng must be .*np\.random\.default_rng\(0\)"):
        make(name, rng=wrong)


@pytest.mark.parametrize("initializer", [nn.glorot_uniform, nn.he_normal])
def test_initializers_check_their_arguments(initializer):
    with pytest.raises(ValueError, match="rng must be"):
        Dense(3, 2, 0, initializer=initializer)
    with pytest.raises(ValueError, match="fan_in must be"):
        initializer((3, 2), 0, 2, rng())
    with pytest.raises(ValueError, match="fan_out must be"):
        initializer((3, 2), 3, 2.5, rng())
    with pytest.raises(ValueError, match="dtype must be"):
        initializer((3, 2), 3, 2, rng(), int)


@pytest.mark.parametrize("schedule, arguments, named", [
    (batch_size_at, (-1,), "epoch"), (batch_size_at, (0.5,), "epoch"),
    (batch_size_at, (0, 0), "initial"), (batch_size_at, (0, 32, 0), "every"),
    (learning_rate_at, (-1, 0.1, 0.5), "epoch"), (learning_rate_at, (0, -0.1, 0.5), "initial"),
    (learning_rate_at, (0, 0.1, 0), "decay"), (learning_rate_at, (0, 0.1, np.nan), "decay"),
])  # fmt: skip
def test_schedules_check_their_arguments(schedule, arguments, named):
    with pytest.raises(ValueError, match=f"^{named} must be"):
        schedule(*arguments)


def test_a_network_is_made_of_layers():
    for layers in ([nn.ReLU], [Dense(2, 2, rng()), None], [np.tanh]):
        with pytest.raises(ValueError, match="layers must be a list of layers, but holds"):
            Network(layers)
    with pytest.raises(ValueError, match="at least one layer"):
        Network([]).forward(np.ones((3, 2)))  # layers may still be appended to the list
    with pytest.raises(ValueError, match="reconstruction_weight must be"):
        nn.CapsuleNetwork([nn.PrimaryCapsules(2)], [nn.Sigmoid()], -1)
    for batch_size in (0, -1, 2.5):
        with pytest.raises(ValueError, match="batch_size must be"):
            Network([nn.ReLU()]).logits(np.ones((3, 2)), batch_size)
    assert {"Network", "CapsuleNetwork", "Layer"} == ABSTRACT


# Labels


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("labels", [np.array([True, False]), np.array([1.0, 0.0]), ["1", "0"]])
def test_labels_that_are_no_integers(name, labels):
    with pytest.raises(ValueError, match="labels must be whole numbers, but their dtype is"):
        make(name).forward(np.array([[5.0, 0.0], [5.0, 0.0]]), labels)


def test_labels_of_a_reconstruction():
    for labels in (np.array([True, False]), np.array([0, 2]), np.array([-1, 0]), np.array([0])):
        with pytest.raises(ValueError, match="labels must"):
            nn.capsule_network.mask_capsules(np.ones((2, 2, 3)), labels)


# Optimizers


@pytest.mark.parametrize("optimizer", [SGD(0.1, 0.9), RMSprop(0.1), Adam(0.1)], ids=OPTIMIZERS)
def test_one_optimizer_for_two_networks(optimizer):
    first, second = (Network([Dense(2, 2, rng(seed))]) for seed in (1, 2))
    grads = {name: np.ones_like(p) for name, p in first.params.items()}
    optimizer = copy.deepcopy(optimizer)
    optimizer.step(first.params, grads)
    before, state = copy.deepcopy(second.params), copy.deepcopy(optimizer.state)
    with pytest.raises(ValueError, match=r"another 0\.W; each network needs an optimizer"):
        optimizer.step(second.params, {name: np.zeros_like(g) for name, g in grads.items()})
    for name, p in second.params.items():
        np.testing.assert_array_equal(p, before[name])
    np.testing.assert_equal(optimizer.state, state)
    optimizer.step(first.params, grads)  # the first network goes on

    # A copy of both goes on, too, and a step is what it would have been.
    network, optimizer_2 = copy.deepcopy(first), copy.deepcopy(optimizer)
    optimizer.step(first.params, grads)
    optimizer_2.step(network.params, grads)
    for name, p in network.params.items():
        np.testing.assert_array_equal(p, first.params[name])


def test_an_optimizer_that_remembers_nothing_may_serve_two_networks():
    optimizer = SGD(0.5)
    for seed in (1, 2):
        w = np.full(2, float(seed))
        optimizer.step({"w": w}, {"w": np.ones(2)})
        assert w.tolist() == [seed - 0.5] * 2


@pytest.mark.parametrize("optimizer", [SGD(0.1), SGD(0.1, 0.9), RMSprop(), Adam()])
def test_gradients_that_do_not_match(optimizer):
    cases = [({"w": np.ones(1)}, "gradient of w must have the shape of the parameter, .3,."),
             ({"w": 1.0}, "gradient of w must have the shape"),
             ({"w": np.ones((1, 3))}, "gradient of w must have the shape"),
             ({"v": np.ones(3)}, "no gradient of w; the gradients are of v"),
             ({}, "the gradients are of nothing")]
    for grads, message in cases:
        w = np.ones(3)
        with pytest.raises(ValueError, match=message):
            optimizer.step({"w": w}, grads)
        assert w.tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match="parameter w must be floating-point, but is int64"):
        optimizer.step({"w": np.ones(3, np.int64)}, {"w": np.ones(3)})
    assert optimizer.state.get("t", 0) == 0


@pytest.mark.parametrize("optimizer", [SGD(0.1), SGD(0.1, 0.9), RMSprop(), Adam()])
def test_a_learning_rate_that_was_changed_is_checked(optimizer):
    optimizer.lr = -0.1
    with pytest.raises(ValueError, match="lr must be a number"):
        optimizer.step({"w": np.ones(3)}, {"w": np.ones(3)})


def test_a_penalty_on_gradients_that_do_not_match():
    with pytest.raises(ValueError, match=r"no gradient of 0\.W"):
        add_penalty(L2(0.1), {"0.W": np.ones(3)}, {})
    with pytest.raises(ValueError, match=r"gradient of 0\.W must have the shape"):
        add_penalty(L2(0.1), {"0.W": np.ones(1)}, {"0.W": np.ones(3)})


def test_the_loss_is_still_right_for_labels_of_any_integer_type():
    logits = np.array([[5.0, 0.0], [5.0, 0.0]])
    expected = np.log1p(np.exp(-5)) + 2.5
    for dtype in (np.uint8, np.int8, np.int64):
        loss = SoftmaxCrossEntropy().forward(logits, np.array([1, 0], dtype))
        assert loss == pytest.approx(expected)
