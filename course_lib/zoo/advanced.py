"""The state of the art of document 001, in sizes that two cores can train."""

from functools import partial

from course_lib.data import Augmentation, as_images
from course_lib.nn import (
    Adam,
    BatchNorm,
    CapsuleNetwork,
    CapsuleVotes,
    Conv2D,
    Dense,
    DropConnect,
    Flatten,
    MarginLoss,
    MaxMinCouplings,
    MaxPool2D,
    Network,
    PrimaryCapsules,
    ReLU,
    Routing,
    Sigmoid,
)
from course_lib.nn.schedules import learning_rate_at
from course_lib.training import Recipe

from .dense import constant
from .system import System


def capsnet(rng, channels=64, couplings=None):
    """Capsules with routing by agreement, and a decoder that draws the digit again.

    The published network has 256 channels in both convolutions and decoder layers of 512 and
    1,024 units, over 8 million parameters; with 64 channels it takes a twelfth of the arithmetic.

    >>> import numpy as np
    >>> capsnet(np.random.default_rng(0)).n_parameters
    1280720
    """
    n_capsules = 6 * 6 * channels // 8
    encoder = [
        Conv2D(1, channels, 9, rng), ReLU(),
        Conv2D(channels, channels, 9, rng, stride=2), PrimaryCapsules(8),
        CapsuleVotes(n_capsules, 8, 10, 16, rng), Routing(3, couplings),
    ]
    decoder = [
        Dense(160, 256, rng), ReLU(), Dense(256, 512, rng), ReLU(), Dense(512, 784, rng), Sigmoid(),
    ]
    return CapsuleNetwork(encoder, decoder)


def dropconnect(rng):
    """Two convolutions and a dense layer that drops half of its weights (Wan et al. 2013).

    >>> import numpy as np
    >>> dropconnect(np.random.default_rng(0)).n_parameters
    184586
    """
    return Network([
        Conv2D(1, 32, 5, rng), MaxPool2D(2), ReLU(),
        Conv2D(32, 64, 5, rng), MaxPool2D(2), ReLU(),
        Flatten(),
        DropConnect(1024, 128, 0.5, rng), ReLU(),
        Dense(128, 10, rng),
    ])


def simple3x3(rng, first=16, last=80, step=16):
    """3x3 convolutions without padding or pooling, each with batch norm (An et al. 2020).

    Published with ten convolutions of 32, 48, ..., 176 channels.

    >>> import numpy as np
    >>> simple3x3(np.random.default_rng(0)).n_parameters
    352014
    """
    layers, c_in, size = [], 1, 28
    for filters in range(first, last + 1, step):
        layers += [Conv2D(c_in, filters, 3, rng, bias=False), BatchNorm(filters), ReLU()]
        c_in, size = filters, size - 2
    return Network([*layers, Flatten(), Dense(size * size * c_in, 10, rng), BatchNorm(10)])


CAPSULES = Recipe(epochs=30, batch_size=constant(128), optimizer=Adam, loss=MarginLoss,
                  learning_rate=partial(learning_rate_at, initial=0.001, decay=0.93),
                  augment=Augmentation(shift=2 / 28), workers=2)
ROTATED = Recipe(epochs=30, batch_size=constant(120), optimizer=Adam, average_decay=0.999,
                 learning_rate=partial(learning_rate_at, initial=0.001, decay=0.93),
                 augment=Augmentation(rotation=20, shift=0.2), keep_best_of_last=4, workers=2)
GENTLE = Recipe(epochs=30, batch_size=constant(128), optimizer=Adam,
                learning_rate=partial(learning_rate_at, initial=0.001, decay=0.93),
                augment=Augmentation(rotation=10, shift=0.1, zoom=0.1), keep_best_of_last=4,
                workers=2)

SYSTEMS = (
    System("dropconnect", "DropConnect, one network", dropconnect, GENTLE, as_images, "001",
           {"ensemble_accuracy": 99.79}),
    System("capsnet", "capsules, reduced", capsnet, CAPSULES, as_images, "001",
           {"accuracy_full_size": 99.75}),
    System("capsnet_maxmin", "capsules with max-min routing, reduced",
           partial(capsnet, couplings=MaxMinCouplings()), CAPSULES, as_images, "001",
           {"vote_of_three_full_size": 99.83}),
    System("simple3x3", "3x3 convolutions without pooling", simple3x3, ROTATED, as_images,
           "An et al. 2020"),
)
