"""What do the parts of a capsule network buy, each left out or exchanged alone? (chapter 16)

The reduced capsule network of the zoo learns from a few thousand digits, in five versions. The last
one is no capsule network: the same convolutions, and behind them two dense layers, of which the
first has as many weights as the votes have. Nothing is chosen; the last epoch counts.
"""

from course_lib.data import as_images
from course_lib.nn import (
    Conv2D,
    Dense,
    Flatten,
    MarginLoss,
    MaxMinCouplings,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
)
from course_lib.training import generator
from course_lib.training.seeds import WEIGHTS
from course_lib.zoo import get_system
from course_lib.zoo.advanced import capsnet
from experiments.common import accuracy_of, draw, some_training_images, summary, train

QUESTION = "What do routing and reconstruction buy, and what do two dense layers do instead?"
SETTINGS = {
    "n_train": 3000, "seeds": [0, 1, 2], "epochs": 5,
    "versions": ["agreement, 3 rounds", "agreement, 1 round", "max-min, 3 rounds",
                 "no reconstruction", "dense layers"],
}


def network(version, rng):
    """A network of one of the versions, the weights drawn from ``rng``."""
    if version == "dense layers":
        return Network([
            Conv2D(1, 32, 9, rng), ReLU(), Conv2D(32, 32, 9, rng, stride=2), ReLU(), Flatten(),
            Dense(1152, 160, rng), ReLU(), Dense(160, 10, rng),
        ])
    made = capsnet(rng, couplings=MaxMinCouplings() if version == "max-min, 3 rounds" else None)
    if version == "agreement, 1 round":
        made.layers[made.n_encoder - 1].rounds = 1
    if version == "no reconstruction":
        made.reconstruction_weight = 0.0
    return made


def run(dataset, n_train, seeds, epochs, versions):
    """Accuracy of each version on all validation images, over the seeds."""
    learn, validation = some_training_images(dataset, n_train)
    x, labels = as_images(dataset.train_images), dataset.train_labels
    few = draw(validation, 500, 0)  # for the progress of the training
    parts = [(x[index], labels[index]) for index in (learn, few)]
    results = {}
    for version in versions:
        loss = SoftmaxCrossEntropy() if version == "dense layers" else MarginLoss()
        networks = [
            train(get_system("capsnet"), *parts, seed, network(version, generator(seed, WEIGHTS)),
                  epochs=epochs, keep_best_of_last=1, loss=loss)[0] for seed in seeds]
        results[version] = {
            "parameters": networks[0].n_parameters,
            "validation": summary([accuracy_of(net, x[validation], labels[validation])
                                   for net in networks]),
        }
    return results
