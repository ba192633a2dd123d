"""The convolutional networks of notes 001 to 004."""

from dataclasses import replace
from functools import partial

from course_lib.data import as_images
from course_lib.nn import (
    SGD,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPool2D,
    Network,
    ReLU,
)
from course_lib.zoo.dense import (
    AUGMENTED_002,
    DECAYING,
    MNIST_MEAN,
    MNIST_STD,
    RMSPROP_10,
    STEPS_002,
    constant,
)
from course_lib.zoo.system import System


def standardized_images(images):
    """Pixels with mean 0 and standard deviation 1 (over all of MNIST), (N, 28, 28, 1)."""
    return (as_images(images) - MNIST_MEAN) / MNIST_STD


def cnn3(rng):
    """Three convolutions of notes 001.

    >>> import numpy as np
    >>> cnn3(np.random.default_rng(0)).n_parameters
    130890
    """
    return Network([
        Conv2D(1, 32, 3, rng), ReLU(), MaxPool2D(2),
        Conv2D(32, 64, 3, rng), ReLU(), MaxPool2D(2),
        Conv2D(64, 64, 3, rng), ReLU(),
        Flatten(),
        Dense(576, 128, rng), ReLU(),
        Dense(128, 10, rng),
    ])


def vgg(rng, dropout=0.0):
    """Two blocks of two 3x3 convolutions, in the manner of VGG (notes 002).

    >>> import numpy as np
    >>> vgg(np.random.default_rng(0)).n_parameters
    594922
    """
    def drop():
        return [Dropout(dropout, rng)] if dropout else []

    return Network([
        Conv2D(1, 32, 3, rng), ReLU(), Conv2D(32, 32, 3, rng), ReLU(), MaxPool2D(2), *drop(),
        Conv2D(32, 64, 3, rng), ReLU(), Conv2D(64, 64, 3, rng), ReLU(), MaxPool2D(2), *drop(),
        Flatten(),
        Dense(1024, 512, rng), ReLU(),
        Dense(512, 10, rng),
    ])


def vgg_bn_dropout(rng):
    """The same with batch normalization after every convolution and the dense layer.

    >>> import numpy as np
    >>> vgg_bn_dropout(np.random.default_rng(0)).n_parameters
    596330
    """
    def convolution(c_in, filters):
        return [Conv2D(c_in, filters, 3, rng), BatchNorm(filters), ReLU()]

    return Network([
        *convolution(1, 32), *convolution(32, 32), MaxPool2D(2),
        *convolution(32, 64), *convolution(64, 64), MaxPool2D(2),
        Flatten(),
        Dense(1024, 512, rng), BatchNorm(512), ReLU(), Dropout(0.5, rng),
        Dense(512, 10, rng),
    ])


def lenet5_avg(rng):
    """A LeNet-5 with average pooling, the first one of stride 1 (notes 003).

    >>> import numpy as np
    >>> lenet5_avg(np.random.default_rng(0)).n_parameters
    303626
    """
    return Network([
        Conv2D(1, 6, 5, rng), ReLU(), AvgPool2D(2, stride=1),
        Conv2D(6, 16, 5, rng), ReLU(), AvgPool2D(2),
        Conv2D(16, 120, 5, rng), ReLU(),
        Flatten(),
        Dense(3000, 84, rng), ReLU(),
        Dense(84, 10, rng),
    ])


def cnn_strided(rng, relu=False):
    """Three convolutions with stride instead of pooling (notes 004).

    As published there is nothing between the convolutions, so the three together are one linear
    map.

    >>> import numpy as np
    >>> cnn_strided(np.random.default_rng(0)).n_parameters
    88730
    """
    def between():
        return [ReLU()] if relu else []

    return Network([
        Conv2D(1, 12, 3, rng, padding="same"), *between(),
        Conv2D(12, 24, 6, rng, stride=2, padding="same"), *between(),
        Conv2D(24, 32, 6, rng, stride=2, padding="same"), *between(),
        Flatten(),
        Dense(1568, 32, rng), ReLU(),
        Dense(32, 10, rng),
    ])


def cnn_bn(rng):
    """The same convolutions with batch normalization between the weighted sum and ReLU.

    >>> import numpy as np
    >>> cnn_bn(np.random.default_rng(0)).n_parameters
    240706
    """
    def convolution(c_in, filters, kernel, stride):
        return [Conv2D(c_in, filters, kernel, rng, stride=stride, padding="same"),
                BatchNorm(filters), ReLU()]

    return Network([
        *convolution(1, 12, 3, 1), *convolution(12, 24, 6, 2), *convolution(24, 32, 6, 2),
        Flatten(),
        Dense(1568, 128, rng), BatchNorm(128), ReLU(), Dropout(0.2, rng),
        Dense(128, 10, rng),
    ])


TWO_WORKERS = partial(replace, workers=2)
SGD_8020 = replace(STEPS_002, epochs=10, batch_size=constant(128), optimizer=partial(SGD, lr=0.1),
                   learning_rate=None, keep_best_of_last=10, workers=2)

SYSTEMS = (
    System("cnn3", "three 3x3 convolutions", cnn3, TWO_WORKERS(RMSPROP_10), as_images, "001",
           {"accuracy": (99.19,)}),
    System("vgg", "VGG-like", vgg, TWO_WORKERS(STEPS_002), standardized_images, "002",
           {"accuracy": (98.60,)}),
    System("vgg_constant", "VGG-like, learning rate without effect", vgg,
           replace(STEPS_002, learning_rate=None, workers=2), standardized_images, "002"),
    System("vgg_aug", "VGG-like with augmentation", vgg, TWO_WORKERS(AUGMENTED_002),
           standardized_images, "002", {"accuracy_on_augmented_test_set": 97.56}),
    System("vgg_dropout", "VGG-like with dropout", partial(vgg, dropout=0.5),
           TWO_WORKERS(STEPS_002), standardized_images, "002", {"accuracy": (98.78,)}),
    System("vgg_bn_dropout", "VGG-like with batch norm and dropout", vgg_bn_dropout,
           TWO_WORKERS(STEPS_002), standardized_images, "002",
           {"accuracy": (99.28,), "best_epoch_on_test": 99.55}),
    System("lenet5_avg", "LeNet-5 with average pooling", lenet5_avg, SGD_8020, as_images, "003",
           {"accuracy": (99.19,), "validation_accuracy_of_first_epoch": 99.94}),
    System("cnn_strided", "three strided convolutions, linear", cnn_strided,
           TWO_WORKERS(DECAYING), as_images, "004"),
    System("cnn_strided_relu", "three strided convolutions with ReLU",
           partial(cnn_strided, relu=True), TWO_WORKERS(DECAYING), as_images, "004"),
    System("cnn_bn", "three strided convolutions with batch norm", cnn_bn, TWO_WORKERS(DECAYING),
           as_images, "004", {"accuracy_about": 99}),
)
