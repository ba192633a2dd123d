"""What does each remedy against overfitting buy, on one network and few images? (chapter 8)

A network of three dense layers learns from a thousand digits, which it can memorize. Each remedy is
added alone, at a few strengths. Validation images choose the strength, by the mean over all
seeds; then the networks of the chosen strength answer the test images.
"""

from functools import partial

import numpy as np

from course_lib.data import Augmentation, as_images
from course_lib.nn import L1, L2, Adam, BatchNorm, Dense, Dropout, Flatten, Network, ReLU
from course_lib.training import EarlyStopping, Recipe, fit, generator
from course_lib.training.seeds import WEIGHTS
from experiments.common import accuracy_of, draw, some_training_images, summary

QUESTION = "What does each remedy against overfitting buy on the same network and few images?"
SETTINGS = {
    "n_train": 1000, "n_validation": 2000, "seeds": [0, 1, 2, 3, 4], "epochs": 60,
    "strengths": {
        "none": [None],
        "L1 penalty": [3e-5, 1e-4, 3e-4],
        "L2 penalty": [3e-4, 1e-3, 3e-3],
        "dropout": [0.2, 0.4, 0.6],
        "early stopping": [3, 10],
        "batch normalization": [None],
        "augmentation": [0.05, 0.1],
        "augmentation and dropout": [0.2, 0.4],
    },
}


def network(rng, rate=0.0, normalize=False):
    """784-300-100-10, with dropout or batch normalization behind each hidden layer if asked for."""
    layers = [Flatten()]
    for n_in, n_out in ((784, 300), (300, 100)):
        layers += [Dense(n_in, n_out, rng), *([BatchNorm(n_out)] if normalize else []), ReLU()]
        layers += [Dropout(rate, rng)] if rate else []
    return Network([*layers, Dense(100, 10, rng)])


def batch_size(epoch):
    """The same in all epochs."""
    return 32


def changes(remedy, strength):
    """What a remedy changes in the network, and what in the recipe."""
    shift = {"augmentation": strength, "augmentation and dropout": 0.1}.get(remedy)
    in_recipe = {
        "penalty": {"L1 penalty": L1, "L2 penalty": L2}.get(remedy, lambda _: None)(strength),
        "early_stopping": partial(EarlyStopping, strength) if remedy == "early stopping" else None,
        "augment": shift and Augmentation(rotation=100 * shift, shift=shift, zoom=shift),
    }
    return {"rate": strength if "dropout" in remedy else 0.0,
            "normalize": remedy == "batch normalization"}, in_recipe


def run(dataset, n_train, n_validation, seeds, epochs, strengths):
    """Scores of each remedy at each strength, and the curves of the first seed."""
    learn, validation = some_training_images(dataset, n_train)
    validation = draw(validation, n_validation, 0)
    x, labels = as_images(dataset.train_images), dataset.train_labels
    parts = [(x[index], labels[index]) for index in (learn, validation)]
    results = {}
    for remedy, candidates in strengths.items():
        tried = [train(remedy, strength, *parts, seeds, epochs) for strength in candidates]
        best = max(tried, key=lambda one: one["validation"]["mean"])
        test = [accuracy_of(net, as_images(dataset.test_images), dataset.test_labels)
                for net in best["networks"]]
        results[remedy] = {
            "tried": [{key: one[key] for key in ("strength", "validation")} for one in tried],
            "strength": best["strength"], "train": best["train"], "validation": best["validation"],
            "test": summary(test), "curves": best["curves"],
        }
    return results


def train(remedy, strength, learn, validation, seeds, epochs):
    """Networks of all seeds with one remedy at one strength, and how they did."""
    in_network, in_recipe = changes(remedy, strength)
    recipe = Recipe(epochs=epochs, batch_size=batch_size, optimizer=Adam, workers=1, **in_recipe)
    networks, histories = [], []
    for seed in seeds:
        net = network(generator(seed, WEIGHTS), **in_network)
        histories.append(fit(net, recipe, learn, validation, seed, progress=False).history)
        networks.append(net)
    return {
        "strength": strength, "networks": networks,
        "train": summary([accuracy_of(net, *learn) for net in networks]),
        "validation": summary([accuracy_of(net, *validation) for net in networks]),
        "curves": {key: [float(np.round(epoch[key], 5)) for epoch in histories[0]]
                   for key in ("train_loss", "validation_loss")},
    }
