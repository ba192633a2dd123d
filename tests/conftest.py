"""What all tests share: settings and the fixtures `rng`, `mnist` and `course`."""

import os
from pathlib import Path

import hypothesis
import numpy as np
import pytest

os.environ.setdefault("MPLBACKEND", "Agg")

# No deadline: the time of one example says little on a busy machine. In CI the same examples are
# tried on every run, so that a failure can be repeated; elsewhere each run tries others.
hypothesis.settings.register_profile("course", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("course")


@pytest.fixture
def rng():
    """A fresh random generator, the same for every test."""
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def mnist():
    """The real MNIST; the test is skipped where COURSE_MNIST_DIR names no directory."""
    directory = os.environ.get("COURSE_MNIST_DIR")
    if not directory or not Path(directory).is_dir():
        pytest.skip("needs MNIST: set COURSE_MNIST_DIR to a directory that holds it")
    from course_lib.data import load_mnist

    return load_mnist(directory, download=False)


@pytest.fixture(scope="session")
def course():
    """``course("train", "nn1l")`` runs the command and returns its exit code."""
    from course_lib import cli

    return lambda *words: cli.main(list(map(str, words)))
