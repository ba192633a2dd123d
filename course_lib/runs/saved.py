"""The trained networks whose weights lie in the results folder, and what they answer."""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from course_lib.nn import Conv2D, SoftmaxCrossEntropy
from course_lib.runs.files import WEIGHTS, in_words, run_path, runs_in
from course_lib.runs.weights import load_weights
from course_lib.training import Workers
from course_lib.zoo.system import System


@dataclass(frozen=True)
class SavedRun:
    """A run whose weights are there.

    Attributes
    ----------
    system : System
    seed : int
    path : Path
        Of the weights.
    """

    system: System
    seed: int
    path: Path

    @property
    def key(self):
        """Name and seed, for example ``"lenet5/0"``."""
        return f"{self.system.name}/{self.seed}"

    @property
    def digest(self):
        """Checksum of the weights: other weights, other results."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:16]

    @property
    def is_convolutional(self):
        return is_convolutional(self.system.build)

    def network(self):
        """The network with its weights."""
        network = self.system.build(np.random.default_rng(0))
        load_weights(network, self.path)
        return network

    def probabilities(self, images):
        """Probabilities (N, J) of images (N, 28, 28) uint8.

        The outputs of a capsule network are lengths, not logits. They are divided by their sum, so
        that they can be averaged with probabilities.
        """
        network = self.network()
        return network.to_probabilities(logits_of(network, self.system.inputs(images)))


def is_convolutional(build):
    """Whether a network has a convolution.

    >>> from course_lib import zoo
    >>> is_convolutional(zoo.get_system("lenet5").build)
    True
    >>> is_convolutional(zoo.get_system("nn1l").build)
    False
    """
    return any(isinstance(layer, Conv2D) for layer in build(np.random.default_rng(0)).layers)


def saved_runs(systems, directory=None):
    """All runs of these systems whose weights are there, in the order of the systems.

    Systems that are no networks have no weights. Weights without a record belong to a run that has
    not ended; they are left out.
    """
    recorded, weights = set(runs_in(directory)), runs_in(directory, kind=WEIGHTS)
    return [SavedRun(system, seed, run_path(name, seed, directory, WEIGHTS))
            for system in systems for name, seed in weights
            if name == system.name and (name, seed) in recorded]


def load_trained(system, seed, directory=None):
    """The network of a system with the weights that were saved for a seed.

    Parameters
    ----------
    system : System
    seed : int
    directory : path-like, optional

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        There are no such weights; the message names those that there are. Or the file does not
        hold them.
    """
    path = run_path(system.name, seed, directory, WEIGHTS)
    if not path.exists():
        known = in_words(runs_in(directory, kind=WEIGHTS))
        raise ValueError(
            f"there are no weights of {system.name} with seed {seed}, that is, no {path}; there "
            f"are weights of: {known}. Make them with: course train {system.name} --seed {seed} "
            "--directory FOLDER; then name the same --directory here"
        )
    try:
        return SavedRun(system, seed, path).network()
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} does not hold the weights of {system.name}: {error}") from error


def one_per_system(runs):
    """The first run of each system."""
    first = {}
    for run in runs:
        first.setdefault(run.system.name, run)
    return list(first.values())


def logits_of(network, x, workers=2):
    """Outputs of a network, shape (N, classes), computed on two cores."""
    with (threadpool_limits(1, user_api="blas"),
          Workers(network, SoftmaxCrossEntropy(), workers) as pool):
        return pool.logits(x)


def predict(network, x):
    """The most probable class of each input."""
    return logits_of(network, x).argmax(axis=1)
