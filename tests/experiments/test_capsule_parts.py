"""The experiment of chapter 16: each version differs in what its name says."""

import numpy as np
import pytest

from course_lib.nn import CapsuleNetwork, MaxMinCouplings, SoftmaxCouplings
from experiments import capsule_parts

VERSIONS = capsule_parts.SETTINGS["versions"]
CAPSULES = [version for version in VERSIONS if version != "dense layers"]


@pytest.mark.parametrize("version", CAPSULES)
def test_a_version_changes_what_its_name_says(version):
    made = capsule_parts.network(version, np.random.default_rng(0))
    routing = made.layers[made.n_encoder - 1]
    assert routing.rounds == (1 if "1 round" in version else 3)
    wanted = MaxMinCouplings if "max-min" in version else SoftmaxCouplings
    assert isinstance(routing.couplings, wanted)
    assert (made.reconstruction_weight == 0) == (version == "no reconstruction")


def test_the_dense_layers_have_as_many_weights_as_the_votes():
    dense = capsule_parts.network("dense layers", np.random.default_rng(0))
    whole = capsule_parts.network("agreement, 3 rounds", np.random.default_rng(0))
    assert not isinstance(dense, CapsuleNetwork)
    assert dense.params["5.W"].size == whole.params["4.W"].size
    for name in ("0.W", "2.W"):  # the same convolutions
        assert (dense.params[name] == whole.params[name]).all()


def test_all_seeds_of_all_versions_are_measured(results_of):
    versions = ["agreement, 1 round", "dense layers"]
    results = results_of("capsule_parts", n_train=64, seeds=[0, 1], epochs=1, versions=versions)
    assert list(results) == versions
    for one in results.values():
        assert one["validation"]["n"] == 2
        assert 0 <= one["validation"]["mean"] <= 1
    assert results["dense layers"]["parameters"] < results["agreement, 1 round"]["parameters"]
