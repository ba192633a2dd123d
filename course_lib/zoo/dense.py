"""The dense networks of notes 001 to 004."""

from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np

from course_lib.data import Augmentation, as_vectors
from course_lib.nn import SGD, Adam, Dense, Dropout, Network, ReLU, RMSprop
from course_lib.nn.schedules import learning_rate_at
from course_lib.training import Recipe
from course_lib.zoo.spine import dense_network
from course_lib.zoo.system import System

# Mean and standard deviation of all pixels of the MNIST training images, scaled to [0, 1].
MNIST_MEAN, MNIST_STD = np.float32(0.13066), np.float32(0.30811)


def standardized_vectors(images):
    """Pixels with mean 0 and standard deviation 1 (over all of MNIST), (N, 784)."""
    return (as_vectors(images) - MNIST_MEAN) / MNIST_STD


def unscaled_vectors(images):
    """Pixels from 0 to 255 as they are, (N, 784): the fault of `ffnn512_unscaled`."""
    return images.reshape(len(images), -1).astype(np.float32)


def with_dropout(sizes, rate, rng):
    """Dense layers with ReLU and dropout after each hidden one.

    >>> with_dropout((784, 512, 512, 10), 0.2, np.random.default_rng(0)).n_parameters
    669706
    """
    layers = []
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [Dense(n_in, n_out, rng), ReLU(), Dropout(rate, rng)]
    return Network([*layers, Dense(*sizes[-2:], rng)])


def constant(value):
    """A schedule that does not change."""
    return partial(_constant, value)


def _constant(value, epoch):
    return value


def steps_002(epoch):
    """Learning rate of notes 002: 0.01 for one epoch, 0.1 for five, 0.01 for five."""
    return 0.1 if 1 <= epoch <= 5 else 0.01


RMSPROP_10 = Recipe(epochs=10, batch_size=constant(128), optimizer=RMSprop, last_batch="keep")
ADAM_10 = Recipe(epochs=10, batch_size=constant(128), optimizer=Adam, last_batch="keep")
DECAYING = Recipe(epochs=10, batch_size=constant(100), optimizer=Adam, last_batch="keep",
                  learning_rate=partial(learning_rate_at, initial=0.01, decay=0.6))
STEPS_002 = Recipe(epochs=11, batch_size=constant(64), optimizer=partial(SGD, lr=0.01),
                   learning_rate=steps_002, last_batch="keep")
# Pixels that come in from outside the image are paper: the standardized value of 0.
AUGMENT_002 = Augmentation(rotation=8, shift=0.08, shear=0.3, zoom=0.08,
                           background=float(-MNIST_MEAN / MNIST_STD))
AUGMENTED_002 = replace(STEPS_002, augment=AUGMENT_002)

SYSTEMS = (
    System("mlp256", "784-256-10", partial(dense_network, (784, 256, 10)), RMSPROP_10, as_vectors,
           "001", {"validation_accuracy": (97.85,)}),
    System("mlp2", "784-256-256-10", partial(dense_network, (784, 256, 256, 10)), RMSPROP_10,
           as_vectors, "001", {"accuracy_about": 98}),
    System("mlp2_dropout", "784-256-256-10 with dropout",
           partial(with_dropout, (784, 256, 256, 10), 0.2), RMSPROP_10, as_vectors, "001"),
    System("linear_std", "one layer, standardized pixels", partial(dense_network, (784, 10)),
           STEPS_002, standardized_vectors, "002", {"accuracy": (92.51,)}),
    System("linear_std_aug", "one layer, standardized pixels, augmentation",
           partial(dense_network, (784, 10)), AUGMENTED_002, standardized_vectors, "002",
           {"accuracy_on_augmented_test_set": 73.61}),
    System("ffnn512", "784-512-512-10 with dropout, mended",
           partial(with_dropout, (784, 512, 512, 10), 0.2), RMSPROP_10, as_vectors, "003"),
    System("ffnn512_unscaled", "784-512-512-10 with dropout, pixels not scaled",
           partial(with_dropout, (784, 512, 512, 10), 0.2), RMSPROP_10, unscaled_vectors, "003",
           {"accuracy": (37.36,)}),
    System("slp", "one layer, Adam", partial(dense_network, (784, 10)), ADAM_10, as_vectors, "004",
           {"accuracy_about": 92}),
    System("mlp4", "784-128-64-32-10", partial(dense_network, (784, 128, 64, 32, 10)), ADAM_10,
           as_vectors, "004"),
    System("mlp4_reg", "784-128-64-32-10 with dropout and a decaying learning rate",
           partial(with_dropout, (784, 128, 64, 32, 10), 0.2), DECAYING, as_vectors, "004",
           {"accuracy_about": 97}),
)
