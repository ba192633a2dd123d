"""The experiment of chapter 8, on tiny data: each remedy does what its name says."""

import numpy as np
import pytest

from course_lib.nn import BatchNorm, Dropout
from experiments import regularization

FEW = {"n_train": 60, "n_validation": 50, "seeds": [0, 1], "epochs": 2}


@pytest.mark.parametrize("remedy", regularization.SETTINGS["strengths"])
def test_a_remedy_changes_what_its_name_says(remedy):
    strength = regularization.SETTINGS["strengths"][remedy][0]
    in_network, in_recipe = regularization.changes(remedy, strength)
    layers = regularization.network(np.random.default_rng(0), **in_network).layers
    changed = {
        "dropout": any(isinstance(layer, Dropout) and layer.rate == strength for layer in layers),
        "batch normalization": any(isinstance(layer, BatchNorm) for layer in layers),
        "augmentation": in_recipe["augment"] is not None,
        "penalty": in_recipe["penalty"] is not None,
        "early stopping": in_recipe["early_stopping"] is not None,
    }
    assert {name for name, on in changed.items() if on} == {
        name for name in changed if name in remedy}


def test_validation_images_choose_the_strength(results_of):
    strengths = {"none": [None], "dropout": [0.1, 0.9]}
    results = results_of("regularization", **FEW, strengths=strengths)
    assert set(results) == set(strengths)
    for name, one in results.items():
        best = max(one["tried"], key=lambda tried: tried["validation"]["mean"])
        assert one["strength"] == best["strength"] and one["validation"] == best["validation"]
        assert [tried["strength"] for tried in one["tried"]] == strengths[name]
        assert one["test"]["n"] == 2 and len(one["curves"]["train_loss"]) == 2
