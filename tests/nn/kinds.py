"""One example, and its variants, of every layer and everything else that is made with settings.

`ALL` is found by looking into `course_lib.nn`; a new class without an entry here fails the tests.
"""

import inspect

import numpy as np

from course_lib import nn


def rng(seed=0):
    return np.random.default_rng(seed)


# For each class: its arguments, and for each setting another value that changes what it does.
SETTINGS = {
    "AvgPool2D": ({"size": 2, "stride": 1}, {"size": 3, "stride": 2}),
    "BatchNorm": ({"channels": 3}, {"channels": 4, "momentum": 0.5, "eps": 1e-3,
                                    "dtype": np.float64}),
    "CapsuleLengths": ({}, {}),
    "CapsuleVotes": ({"n_in": 5, "d_in": 4, "n_out": 3, "d_out": 2},
                     {"n_in": 6, "d_in": 5, "n_out": 4, "d_out": 3, "dtype": np.float64,
                      "scale": 0.5}),
    "Conv2D": ({"c_in": 3, "filters": 2, "kernel": 3},
               {"c_in": 4, "filters": 3, "kernel": (3, 2), "stride": 2, "padding": "same",
                "bias": False, "dtype": np.float64}),
    "Dense": ({"n_in": 6, "n_out": 5}, {"n_in": 7, "n_out": 4, "dtype": np.float64}),
    "DropConnect": ({"n_in": 6, "n_out": 5, "rate": 0.5},
                    {"n_in": 7, "n_out": 4, "rate": 0.2, "dtype": np.float64}),
    "Dropout": ({"rate": 0.9}, {"rate": 0.1}),
    "Flatten": ({}, {}),
    "LeakyReLU": ({"slope": 0.1}, {"slope": 0.2}),
    "MaxPool2D": ({"size": 2}, {"size": 3, "stride": (2, 1)}),
    "PrimaryCapsules": ({"dimension": 3}, {"dimension": 1}),
    "ReLU": ({}, {}),
    "Routing": ({"rounds": 2}, {"rounds": 3, "couplings": nn.MaxMinCouplings()}),
    "Sigmoid": ({}, {}),
    "Tanh": ({}, {}),
    # No layers:
    "Adam": ({}, {"lr": 0.1, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3, "weight_decay": 0.1}),
    "RMSprop": ({}, {"lr": 0.1, "rho": 0.5, "eps": 1e-3}),
    "SGD": ({}, {"lr": 0.1, "momentum": 0.9}),
    "L1": ({"strength": 0.1}, {"strength": 0.2}),
    "L2": ({"strength": 0.1}, {"strength": 0.2}),
    "MarginLoss": ({}, {"m_plus": 0.8, "m_minus": 0.2, "down_weight": 1.0}),
    "MeanSquaredError": ({}, {}),
    "SoftmaxCrossEntropy": ({}, {}),
    "MaxMinCouplings": ({}, {}),
    "SoftmaxCouplings": ({}, {}),
}
NO_CHOICE = {"rng", "initializer"}  # arguments that are no settings
IMAGES, VECTORS, CAPSULES = (4, 8, 7, 3), (4, 6), (4, 5, 4)
SHAPES = {"Dense": VECTORS, "DropConnect": VECTORS, "CapsuleVotes": CAPSULES,
          "CapsuleLengths": CAPSULES, "Routing": (4, 5, 3, 2)}
ALL = {name: kind for name in nn.__all__ if inspect.isclass(kind := getattr(nn, name))}
LAYERS = sorted(name for name, kind in ALL.items()
                if issubclass(kind, nn.Layer) and kind is not nn.Layer)
ABSTRACT = {"Layer", "Network", "CapsuleNetwork"}


def make(name, **settings):
    """One of the class of this name; ``settings`` take the place of those of `SETTINGS`."""
    arguments = {**SETTINGS[name][0], **settings}
    if "rng" in inspect.signature(ALL[name]).parameters:
        arguments.setdefault("rng", rng())
    return ALL[name](**arguments)


def batch(name, n=4, dtype=np.float64):
    """What a layer of this name can be given: ``n`` examples, no number of which is 0."""
    shape = (n, *SHAPES.get(name, IMAGES)[1:])
    return rng(1).uniform(0.1, 1.0, size=shape).astype(dtype)
