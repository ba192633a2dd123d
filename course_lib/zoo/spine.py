"""The spine of the book: one to three dense layers and LeNet-5, trained by one recipe.

Students build LeNet-5 in ps08-lenet5 (chapter 10).
"""

from functools import partial
from itertools import pairwise

from course_lib.data import as_images, as_vectors
from course_lib.nn import Adam, Conv2D, Dense, Flatten, MaxPool2D, Network, ReLU
from course_lib.nn.schedules import batch_size_at
from course_lib.training import Recipe
from course_lib.zoo.system import System

SPINE_SEEDS = (0, 378039, 501968, 757431, 924519)

SPINE_RECIPE = Recipe(
    epochs=20,
    batch_size=batch_size_at,
    optimizer=partial(Adam, lr=0.001, weight_decay=0.01),
    last_batch="fill",
    keep_best_of_last=4,
    workers=2,
)


def dense_network(sizes, rng):
    """Dense layers of the given sizes with ReLU between them.

    >>> import numpy as np
    >>> dense_network((784, 300, 100, 10), np.random.default_rng(0)).n_parameters
    266610
    """
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [Dense(n_in, n_out, rng), ReLU()]
    return Network(layers[:-1])  # the last layer gives logits


def lenet5(rng):
    """LeNet-5 as it is built today.

    Pooling stands before ReLU. The order makes no difference to any result, because ReLU never
    changes which of two numbers is the larger one, and this way ReLU has a quarter of the pixels to
    work on.

    >>> import numpy as np
    >>> lenet5(np.random.default_rng(0)).n_parameters
    61706
    """
    return Network([
        Conv2D(1, 6, 5, rng, padding=2), MaxPool2D(2), ReLU(),
        Conv2D(6, 16, 5, rng), MaxPool2D(2), ReLU(),
        Flatten(),
        Dense(400, 120, rng), ReLU(),
        Dense(120, 84, rng), ReLU(),
        Dense(84, 10, rng),
    ])


def _spine(name, title, build, inputs, accuracies, costs, seconds):
    published = {"seeds": SPINE_SEEDS, "accuracy": accuracies, "cost": costs,
                 "train_seconds": seconds}
    return System(name, title, build, SPINE_RECIPE, inputs, "000", published)


SYSTEMS = (
    _spine("nn1l", "one layer", partial(dense_network, (784, 10)), as_vectors,
           (92.80, 92.78, 92.74, 92.78, 92.80), (0.2604, 0.2606, 0.2616, 0.2614, 0.2605), 13),
    _spine("nn2l", "two layers", partial(dense_network, (784, 300, 10)), as_vectors,
           (98.45, 98.41, 98.41, 98.34, 98.41), (0.0588, 0.0579, 0.0615, 0.0650, 0.0600), 97),
    _spine("nn3l", "three layers", partial(dense_network, (784, 300, 100, 10)), as_vectors,
           (98.47, 98.45, 98.51, 98.50, 98.62), (0.0731, 0.0707, 0.0705, 0.0721, 0.0678), 103),
    _spine("lenet5", "LeNet-5", lenet5, as_images,
           (99.11, 99.36, 99.26, 99.25, 99.34), (0.0440, 0.0275, 0.0337, 0.0351, 0.0314), 4740),
)
