"""73.61 % and 97.56 %: accuracies on *augmented* test images (`linear_std_aug`, `vgg_aug`).

Source 002 let the generator that augments training images make its test images as well. So its
numbers with and without augmentation are about different test sets. Here every network is scored
on both. One-layer networks are trained here; of larger ones the weights in ``results/`` are used.
"""

import numpy as np

from course_lib import zoo
from course_lib.runs.saved import saved_runs
from course_lib.zoo.dense import AUGMENT_002

from .common import accuracy_of, pairs, some_training_images, summary, train, unseen

QUESTION = "What do networks score on the test images, and what on augmented test images?"
SETTINGS = {"train_here": ["linear_std", "linear_std_aug"], "seeds": [0, 1, 2],
            "recorded": ["vgg", "vgg_aug", "vgg_dropout", "vgg_bn_dropout"],
            "n_train": None, "epochs": 11, "draws": [0, 1, 2]}


def run(dataset, directory, train_here, seeds, recorded, n_train, epochs, draws):
    """Accuracy on the test images and on each draw of augmented ones, for every network."""
    published = {name: zoo.get_system(name).published for name in [*train_here, *recorded]}
    n = n_train or len(dataset.train_labels)
    results = {}
    for name in train_here:
        system = zoo.get_system(name)
        learn, validation = pairs(system, dataset, *some_training_images(dataset, n))
        networks = {seed: train(system, learn, validation, seed, epochs=epochs)[0]
                    for seed in seeds}
        results[name] = _scored(system, networks, dataset, draws)
    for name in recorded:
        runs = saved_runs([zoo.get_system(name)], directory)
        if runs:
            networks = {r.seed: r.network() for r in runs}
            results[name] = _scored(runs[0].system, networks, dataset, draws)
    missing = [name for name in recorded if name not in results]
    return {"networks": results, "without_weights": missing, "published": published,
            "augmentation": repr(AUGMENT_002)}


def _scored(system, networks, dataset, draws):
    x, labels = unseen(system, dataset)
    augmented = [AUGMENT_002(x, np.random.default_rng(draw)) for draw in draws]
    plain = [accuracy_of(network, x, labels) for network in networks.values()]
    changed = [[accuracy_of(network, a, labels) for a in augmented]
               for network in networks.values()]
    means = [float(np.mean(row)) for row in changed]
    return {
        "seeds": list(networks),
        "test": summary(plain),
        "augmented_test": summary(means),
        "augmented_test_by_draw": changed,
        "test_minus_augmented": summary(np.subtract(plain, means)),
    }
