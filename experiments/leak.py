"""99.94 % on validation images after one epoch: had the network seen them? (`lenet5_avg`)

The suspicion about source 003: a notebook's cell that splits the images at random and trains was
run again. The network is still the one of the first run, the split is a new one, and most
"validation" images have been training images before. Here the first run learns from all images
that are later split. Beside it stands the honest run: split first, with a fresh network.
"""

import numpy as np

from course_lib import zoo
from course_lib.data import split_validation
from course_lib.runs.saved import saved_runs
from course_lib.zoo.dense import constant

from .common import accuracy_of, pairs, summary, train, unseen

QUESTION = "What does a validation set show whose images were training images in an earlier run?"
SETTINGS = {
    "held_out": 0.2, "epochs": 1, "batch_size": 128,
    # First runs that are made here: the network, its epochs, and the seeds.
    "system": "nn2l", "epochs_before": 10, "seeds": [0, 1, 2],
    # First runs whose weights lie in results/, as far as they do.
    "recorded": ["lenet5", "lenet5_avg"],
}


def run(dataset, directory, held_out, epochs, batch_size, system, epochs_before, seeds, recorded):
    """Validation and test accuracy, epoch by epoch after the split, with the leak and without."""
    options = {"held_out": held_out, "epochs": epochs, "batch_size": batch_size}
    everything = np.arange(len(dataset.train_labels))
    runs = []
    for seed in seeds:
        images, one = pairs(zoo.get_system(system), dataset, everything, everything[:1])
        before, _ = train(zoo.get_system(system), images, one, seed, epochs=epochs_before,
                          batch_size=constant(batch_size), keep_best_of_last=1)
        runs.append(_both(zoo.get_system(system), dataset, everything, before, seed, **options))
    results = {system: _summed(runs, len(everything), epochs_before)}
    # The recorded runs learned from all images but the validation images, which stay out here.
    learned, _ = split_validation(dataset)
    for name in recorded:
        runs = [_both(s.system, dataset, learned, s.network(), s.seed, **options)
                for s in saved_runs([zoo.get_system(name)], directory)]
        if runs:
            results[name] = _summed(runs, len(learned), zoo.get_system(name).recipe.epochs)
    return results


def _both(system, dataset, index, before, seed, held_out, epochs, batch_size):
    """Split at random, then train on: the network of the first run, and a fresh one."""
    order = np.random.default_rng([seed, 1]).permutation(index)
    n_validation = round(held_out * len(index))
    learn, validation = pairs(system, dataset, order[n_validation:], order[:n_validation])
    test = unseen(system, dataset)

    def after_each_epoch(network):
        rows = []
        for epoch in range(1, epochs + 1):
            # A seed of its own for each epoch, because each call counts its epochs from 1.
            network, training = train(system, learn, validation, 1000 * (seed + 1) + epoch, network,
                                      epochs=1, keep_best_of_last=1,
                                      batch_size=constant(batch_size))
            rows.append({"epoch": epoch,
                         "validation_accuracy": training.history[0]["validation_accuracy"],
                         "test_accuracy": accuracy_of(network, *test)})
        return rows

    return {"seed": seed, "before": {"validation_accuracy": accuracy_of(before, *validation),
                                     "test_accuracy": accuracy_of(before, *test)},
            "leak": after_each_epoch(before), "honest": after_each_epoch(None)}


def _summed(runs, n_images, epochs_before):
    def first(way, key):
        return np.array([r[way][0][key] for r in runs])

    return {
        "images": n_images,
        "epochs_before": epochs_before,
        "first_epoch": {
            way: {"validation_accuracy": summary(first(way, "validation_accuracy")),
                  "test_accuracy": summary(first(way, "test_accuracy")),
                  "validation_minus_test": summary(first(way, "validation_accuracy")
                                                   - first(way, "test_accuracy"))}
            for way in ("leak", "honest")},
        "runs": runs,
    }
