"""The trained networks whose weights lie in the results folder, and what they answer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from course_lib.nn import Conv2D, Network, SoftmaxCrossEntropy
from course_lib.runs.records import load_weights, results_directory
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
    def key(self) -> str:
        """Name and seed, for example ``"lenet5/0"``."""
        return f"{self.system.name}/{self.seed}"

    @property
    def digest(self) -> str:
        """Checksum of the weights: other weights, other results."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:16]

    @property
    def is_convolutional(self) -> bool:
        return is_convolutional(self.system.build)

    def network(self) -> Network:
        """The network with its weights."""
        network = self.system.build(np.random.default_rng(0))
        load_weights(network, self.path)
        return network

    def probabilities(self, images) -> np.ndarray:
        """Probabilities (N, J) of images (N, 28, 28) uint8.

        The outputs of a capsule network are lengths, not logits. They are divided by their sum, so
        that they can be averaged with probabilities.
        """
        network = self.network()
        return network.to_probabilities(logits_of(network, self.system.inputs(images)))


def is_convolutional(build: Callable) -> bool:
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
    directory = Path(directory or results_directory())
    runs = []
    for system in systems:
        if not isinstance(system, System):
            continue
        folder = directory / system.name
        seeds = sorted(int(path.stem[5:]) for path in folder.glob("seed-*.npz")
                       if path.stem[5:].isdigit())
        runs += [SavedRun(system, seed, folder / f"seed-{seed}.npz") for seed in seeds
                 if (folder / f"seed-{seed}.json").exists()]
    return runs


def one_per_system(runs):
    """The first run of each system."""
    first = {}
    for run in runs:
        first.setdefault(run.system.name, run)
    return list(first.values())


def logits_of(network, x):
    """Outputs of a network, computed on two cores."""
    with threadpool_limits(1, user_api="blas"), Workers(network, SoftmaxCrossEntropy(), 2) as workers:
        return workers.logits(x)


def predict(network, x):
    """The most probable class of each input."""
    return logits_of(network, x).argmax(axis=1)
