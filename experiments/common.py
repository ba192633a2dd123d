"""What several experiments need."""

from dataclasses import replace

import numpy as np
from scipy import stats

from course_lib.data import split_validation
from course_lib.training import fit, generator
from course_lib.training.seeds import WEIGHTS


def summary(values):
    """Mean, standard deviation and 95 % interval of the mean (Student's t) of a few runs.

    >>> [round(end, 4) for end in summary([0.98, 0.97, 0.99])["interval"]]
    [0.9552, 1.0048]
    """
    values = [float(v) for v in values]
    n, mean = len(values), float(np.mean(values))
    if n < 2:
        return {"mean": mean, "sd": None, "interval": None, "n": n, "values": values}
    sd = float(np.std(values, ddof=1))
    half = float(stats.t.ppf(0.975, n - 1)) * sd / n**0.5
    return {"mean": mean, "sd": sd, "interval": [mean - half, mean + half], "n": n,
            "values": values}


def draw(index, n, seed):
    """At most n of the given positions, drawn at random, in increasing order."""
    rng = np.random.default_rng(seed)
    return np.sort(rng.permutation(index)[:n])


def some_training_images(dataset, n, seed=0):
    """Positions of n training images drawn at random, and of all validation images."""
    train, validation = split_validation(dataset)
    return draw(train, n, seed), validation


def pairs(system, dataset, *indices):
    """Inputs and labels (x, y) of training images, once for each list of positions."""
    return [(system.inputs(dataset.train_images[index]), dataset.train_labels[index])
            for index in indices]


def unseen(system, dataset):
    """Inputs and labels (x, y) of the test images."""
    return system.inputs(dataset.test_images), dataset.test_labels


def train(system, train, validation, seed, network=None, **changes):
    """Train a network by the recipe of a system, with changes; returns (network, training).

    ``network`` goes on with one that is there already; its optimizer starts anew.
    """
    if network is None:
        network = system.build(generator(seed, WEIGHTS))
    recipe = replace(system.recipe, workers=1, **changes)
    return network, fit(network, recipe, train, validation, seed, progress=False)


def accuracy_of(network, x, labels):
    """Share of right answers."""
    return float((network.predict(x) == labels).mean())
