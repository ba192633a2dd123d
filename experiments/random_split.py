"""A validation set at random or by writer: which one tells the truth about strangers? (chapter 13)

No writer of MNIST's test images wrote a training image. A validation set drawn at random shares its
writers with the training part; one held out by writer does not. Here each network learns from
what is left after *both* have been held out, equally many images each, so that one and the same
network is scored on strangers, on acquaintances and on the test images.
"""

import numpy as np

from course_lib import zoo
from course_lib.data import load_writers
from course_lib.data.splits import hold_out_by_writer
from course_lib.zoo.dense import constant

from .common import accuracy_of, pairs, summary, train, unseen

QUESTION = "How much does a random validation split flatter, compared with a split by writer?"
SETTINGS = {
    "n_images": 5000, "batch_size": 128,
    # system: [epochs, seeds]
    "systems": {"nn2l": [6, list(range(12))], "lenet5": [3, list(range(6))]},
}


def run(dataset, n_images, batch_size, systems, writers=None):
    """Validation minus test accuracy for both ways of holding out, paired by network.

    ``writers`` is the pair (writer, series) of every training image; it is loaded with MNIST's.
    """
    if writers is None:
        if dataset.name != "MNIST":
            raise ValueError("the writers of other digits than MNIST's are not known")
        loaded = load_writers()
        writers = loaded.train_writer, loaded.train_series
    results = {}
    for name, (epochs, seeds) in systems.items():
        system = zoo.get_system(name)
        runs = [_run(system, dataset, *writers, n_images, batch_size, epochs, seed)
                for seed in seeds]
        results[name] = {
            "epochs": epochs,
            "random_minus_test": summary([r["random"] - r["test"] for r in runs]),
            "writer_minus_test": summary([r["writer"] - r["test"] for r in runs]),
            "random_minus_writer": summary([r["random"] - r["writer"] for r in runs]),
            "runs": runs,
        }
    return results


def _run(system, dataset, writer, series, n_images, batch_size, epochs, seed):
    learn_index, by_writer, at_random = three_parts(writer, series, n_images, seed)
    learn, strangers, acquaintances = pairs(system, dataset, learn_index, by_writer, at_random)
    network, _ = train(system, learn, strangers, seed, epochs=epochs, keep_best_of_last=1,
                       batch_size=constant(batch_size))
    return {"seed": seed, "images": len(learn_index), "validation_images": len(by_writer),
            "writer": accuracy_of(network, *strangers),
            "random": accuracy_of(network, *acquaintances),
            "test": accuracy_of(network, *unseen(system, dataset))}


def three_parts(writer, series, n_images, seed):
    """Positions to learn from, held out by writer, and held out at random (from other writers).

    The random part has as many images of each series of forms as the part by writer, so that one
    is not easier than the other because of who was asked to write.
    """
    by_writer = hold_out_by_writer(writer, series, n_images, seed).astype(np.int64)
    rest = np.setdiff1d(np.arange(len(writer)), by_writer)
    rng = np.random.default_rng([seed, 2])
    at_random = np.concatenate([
        rng.permutation(rest[series[rest] == kind])[: (series[by_writer] == kind).sum()]
        for kind in np.unique(series)])
    return np.setdiff1d(rest, at_random), by_writer, np.sort(at_random)
