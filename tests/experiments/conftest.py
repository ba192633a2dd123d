"""Embedded digits, a folder with a few trained networks, and a run of an experiment on both."""

import json

import pytest

from course_lib import runs, zoo
from course_lib.data import load_digits28
from course_lib.runs import save_record, save_weights
from course_lib.runs.records import as_json
from experiments import find
from experiments.records import measure


@pytest.fixture(scope="session")
def digits():
    return load_digits28()


def train_into(directory, name, seed, digits, epochs=1):
    network, record = runs.train_system(zoo.get_system(name), digits, seed, epochs, progress=False)
    save_weights(network, directory / name / f"seed-{seed}.npz")
    save_record(record, directory)
    return network, record


@pytest.fixture(scope="session")
def trained(tmp_path_factory, digits):
    """A results folder with one run of nn1l and two of lenet5 (one epoch each)."""
    directory = tmp_path_factory.mktemp("results")
    for name, seed in [("nn1l", 0), ("lenet5", 0), ("lenet5", 378039)]:
        train_into(directory, name, seed, digits)
    return directory


@pytest.fixture
def results_of(digits, trained):
    """Run an experiment with the given settings; its results as they are read from the record."""
    def run(name, directory=trained, **settings):
        return json.loads(as_json(measure(find(name), digits, directory, settings)))["results"]

    return run
