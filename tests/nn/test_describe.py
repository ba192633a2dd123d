"""Descriptions: plain data, and another one whenever something else is done."""

import inspect
import json

import numpy as np
import pytest

from course_lib.data import Augmentation
from course_lib.nn import (
    CapsuleNetwork,
    CapsuleVotes,
    Dense,
    Dropout,
    Layer,
    Network,
    PrimaryCapsules,
    ReLU,
    Routing,
    Sigmoid,
    Tanh,
    describe,
)

from .kinds import ABSTRACT, ALL, NO_CHOICE, SETTINGS, make, rng


def test_every_class_has_an_entry():
    assert set(ALL) - ABSTRACT == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_argument_is_a_setting_with_a_variant(name):
    arguments = set(inspect.signature(ALL[name]).parameters) - NO_CHOICE
    assert set(SETTINGS[name][1]) == arguments
    assert set(describe(make(name))) == {"kind", *arguments}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_description_is_json_and_names_the_kind(name):
    description = describe(make(name))
    assert json.loads(json.dumps(description)) == description
    assert description["kind"] == name


@pytest.mark.parametrize("name, setting", [(n, s) for n in SETTINGS for s in SETTINGS[n][1]])
def test_another_setting_is_another_description(name, setting):
    changed = make(name, **{setting: SETTINGS[name][1][setting]})
    assert describe(changed) != describe(make(name))


def test_equal_settings_are_equal_descriptions_whatever_was_drawn():
    for name in SETTINGS:
        arguments = inspect.signature(ALL[name]).parameters
        other = {"rng": rng(5)} if "rng" in arguments else {}
        assert describe(make(name)) == describe(make(name, **other))


def test_what_is_written_in_two_ways_is_described_in_one():
    assert describe(make("Conv2D", kernel=3)) == describe(make("Conv2D", kernel=(3, 3)))
    assert describe(make("MaxPool2D")) == describe(make("MaxPool2D", stride=2))
    numpy_number = make("Dense", n_in=np.int64(6), dtype="float32")
    assert json.dumps(describe(numpy_number)) == json.dumps(describe(make("Dense")))


def test_networks_that_take_the_same_arrays_differ():
    def network(activation, rate):
        return Network([Dense(4, 3, rng()), activation, Dropout(rate, rng()), Dense(3, 2, rng())])

    same = network(ReLU(), 0.9).describe()
    assert same == network(ReLU(), 0.9).describe()
    assert same != network(Tanh(), 0.9).describe()
    assert same != network(ReLU(), 0.1).describe()
    assert [layer["kind"] for layer in same["layers"]] == ["Dense", "ReLU", "Dropout", "Dense"]


def test_a_capsule_network_tells_its_two_parts_and_the_weight():
    def network(weight):
        encoder = [PrimaryCapsules(2), CapsuleVotes(8, 2, 3, 4, rng()), Routing(2)]
        return CapsuleNetwork(encoder, [Dense(12, 4, rng()), Sigmoid()], weight)

    description = network(0.5).describe()
    assert json.loads(json.dumps(description)) == description
    assert set(description) == {"kind", "encoder", "decoder", "reconstruction_weight"}
    assert description["encoder"]["layers"][2]["couplings"] == {"kind": "SoftmaxCouplings"}
    assert [layer["kind"] for layer in description["decoder"]["layers"]] == ["Dense", "Sigmoid"]
    assert description != network(0.25).describe()


def test_an_augmentation_is_described_too():
    assert describe(Augmentation(shift=0.1))["shift"] == 0.1
    assert describe(Augmentation(shift=0.1)) != describe(Augmentation(shift=0.2))


def test_a_layer_of_ones_own_is_described_or_told_what_it_lacks():
    class Scale(Layer):
        def __init__(self, by):
            super().__init__()
            self.by = by

    class Forgetful(Layer):
        def __init__(self, by):
            super().__init__()

    assert Scale(3).describe() == {"kind": "Scale", "by": 3}
    with pytest.raises(ValueError, match="Forgetful .* does not keep 'by'"):
        Forgetful(3).describe()


@pytest.mark.parametrize("value", [lambda x: x, np.ones(3), ReLU, np.tanh])
def test_what_json_cannot_hold_is_refused(value):
    class Odd(Layer):
        def __init__(self, setting):
            super().__init__()
            self.setting = setting

    with pytest.raises(ValueError, match="plain settings"):
        Odd(value).describe()
