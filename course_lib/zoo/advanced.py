"""Towards the state of the art, in sizes for two cores: augmentation, capsules, depth."""

from dataclasses import replace
from functools import partial
from itertools import chain, pairwise

from course_lib.data import Augmentation, as_images
from course_lib.nn import (
    Adam,
    AvgPool2D,
    BatchNorm,
    CapsuleNetwork,
    CapsuleVotes,
    Conv2D,
    Dense,
    DropConnect,
    Dropout,
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
from course_lib.zoo.convolutional import standardized_images, vgg_bn_dropout
from course_lib.zoo.dense import constant
from course_lib.zoo.spine import lenet5
from course_lib.zoo.system import System


def capsnet(rng, channels=32, couplings=None):
    """Capsules with routing by agreement, and a decoder that draws the digit again.

    The published network has 256 channels in both convolutions and decoder layers of 512 and
    1,024 units, over 8 million parameters; 32 channels take about a fortieth of the arithmetic.

    >>> import numpy as np
    >>> capsnet(np.random.default_rng(0)).n_parameters
    844912
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


def normalized(c_in, filters, kernel, rng):
    """A convolution, batch normalization, which takes the place of the bias, and ReLU."""
    return [Conv2D(c_in, filters, kernel, rng, bias=False), BatchNorm(filters), ReLU()]


def simple3x3(rng, channels=(16, 24, 32, 40, 48)):
    """3x3 convolutions without padding or pooling, each with batch norm (An et al. 2020).

    Published with ten convolutions of 32, 48, ..., 176 channels.

    >>> import numpy as np
    >>> simple3x3(np.random.default_rng(0)).n_parameters
    195182
    """
    layers = []
    for c_in, filters in pairwise((1, *channels)):
        layers += normalized(c_in, filters, 3, rng)
    n_features = (28 - 2 * len(channels)) ** 2 * channels[-1]
    return Network([*layers, Flatten(), Dense(n_features, 10, rng), BatchNorm(10)])


def early_pooling(rng, channels=(32, 64, 64, 96, 96), kernel=3, dropout=0.0):
    """Convolutions with batch norm and one pooling early on, which saves most of the arithmetic.

    All kernels but the first, which is 5x5, have the same size. An et al. (2020) average networks
    with kernels of several sizes.

    >>> import numpy as np
    >>> early_pooling(np.random.default_rng(0)).n_parameters
    210430
    """
    convolutions = [normalized(1, channels[0], 5, rng), [MaxPool2D(2)]]
    convolutions += [normalized(c_in, filters, kernel, rng) for c_in, filters in pairwise(channels)]
    side = 12 - (kernel - 1) * (len(channels) - 1)
    return Network([
        *chain(*convolutions),
        Flatten(), *([Dropout(dropout, rng)] if dropout else []),
        Dense(side**2 * channels[-1], 10, rng), BatchNorm(10),
    ])


def small(rng):
    """As accurate as possible with less than 10,000 parameters.

    The last pooling takes the mean of each whole feature map, so the dense layer is tiny.

    >>> import numpy as np
    >>> small(np.random.default_rng(0)).n_parameters
    9688
    """
    return Network([
        *normalized(1, 10, 3, rng), *normalized(10, 16, 3, rng), MaxPool2D(2),
        *normalized(16, 16, 3, rng), *normalized(16, 18, 3, rng), *normalized(18, 18, 3, rng),
        AvgPool2D(6), Flatten(),
        Dense(18, 10, rng),
    ])


def quick(rng):
    """Two convolutions and one hidden layer, for a good result within seconds.

    >>> import numpy as np
    >>> quick(np.random.default_rng(0)).n_parameters
    83250
    """
    return Network([
        Conv2D(1, 8, 5, rng, padding="same"), MaxPool2D(2), ReLU(),
        Conv2D(8, 24, 5, rng), MaxPool2D(2), ReLU(),
        Flatten(),
        Dense(600, 128, rng), ReLU(),
        Dense(128, 10, rng),
    ])


def falling(decay, initial=0.002):
    """A learning rate that falls by the same factor after each epoch."""
    return partial(learning_rate_at, initial=initial, decay=decay)


CAPSULES = Recipe(epochs=10, batch_size=constant(64), optimizer=Adam, loss=MarginLoss(),
                  learning_rate=falling(0.7), keep_best_of_last=4, workers=2,
                  augment=Augmentation(shift=2 / 28))
# Kinds of change as in the literature: rotation, shift and the moving average from An et al.,
# elastic distortion from Simard et al. The sizes are ours, set before the first run.
AVERAGED = Recipe(epochs=25, batch_size=constant(128), optimizer=Adam, average_decay=0.999,
                  learning_rate=falling(0.85), keep_best_of_last=4, workers=2,
                  augment=Augmentation(rotation=15, shift=0.1, zoom=0.1, elastic=0.8))
# For those that take longest: fewer epochs, of twice as many steps.
SHORT = replace(AVERAGED, epochs=10, batch_size=constant(64), learning_rate=falling(0.66, 0.003))
# For the best that one network can reach in about an hour. Its last epochs show the digits as they
# are: in a trial this took five_conv's cost on the validation images below that of every epoch
# before.
BEST = replace(SHORT, epochs=36, learning_rate=falling(0.9, 0.003), plain_epochs=4, workers=1)
LONG = replace(AVERAGED, epochs=30, learning_rate=falling(0.88),
               augment=Augmentation(rotation=10, shift=0.08, zoom=0.08))
# Smaller batches and longer steps: both lowered the cost on the validation images in short runs.
# A network that is too small to memorize can take them.
SMALL = replace(LONG, epochs=25, batch_size=constant(64), learning_rate=falling(0.85, 0.008))
# Two passes are enough where the steps are long at first and the weights are averaged. Chosen by
# the accuracy on the validation images among five networks, batches of 64 and 128, and two to four
# epochs: as good there as LeNet-5 after its 20 epochs, and the shortest of those.
QUICK = Recipe(epochs=2, batch_size=constant(64), optimizer=Adam, average_decay=0.99,
               learning_rate=falling(0.5, 0.004), last_batch="drop", workers=2)

SYSTEMS = (
    System("lenet5_aug", "LeNet-5 with augmentation", lenet5, LONG, as_images, "ours"),
    System("vgg_bn_aug", "VGG-like with batch norm, dropout, augmentation", vgg_bn_dropout, SHORT,
           as_images, "ours"),
    System("five_conv", "five convolutions with batch norm, augmentation", early_pooling, AVERAGED,
           as_images, "ours"),
    System("vgg_bn_long", "VGG-like with batch norm, dropout, augmentation, long training",
           vgg_bn_dropout, BEST, as_images, "ours"),
    System("five_conv_wide", "five wide convolutions with batch norm, augmentation, long training",
           partial(early_pooling, channels=(48, 96, 96, 144, 144), dropout=0.5), BEST, as_images,
           "ours"),
    System("three_conv_wide",
           "three wide 5x5 convolutions with batch norm, augmentation, long training",
           partial(early_pooling, channels=(48, 96, 144), kernel=5, dropout=0.5), BEST, as_images,
           "ours"),
    System("small", "under 10,000 parameters", small, SMALL, as_images, "ours"),
    System("quick", "two convolutions, two epochs", quick, QUICK, standardized_images, "ours"),
    System("dropconnect", "DropConnect, one network", dropconnect, LONG, as_images, "001",
           {"ensemble_accuracy": 99.79}),
    System("capsnet", "capsules, reduced", capsnet, CAPSULES, as_images, "001",
           {"accuracy_full_size": 99.75}),
    System("capsnet_maxmin", "capsules with max-min routing, reduced",
           partial(capsnet, couplings=MaxMinCouplings()), CAPSULES, as_images, "001",
           {"vote_of_three_full_size": 99.83}),
    System("simple3x3", "3x3 convolutions without pooling, reduced", simple3x3, SHORT, as_images,
           "An et al. 2020"),
)
