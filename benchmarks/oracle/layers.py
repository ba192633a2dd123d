"""Each layer alone: output, gradients of the input and of all parameters, running statistics."""

from functools import partial
from itertools import product

import numpy as np
import torch

from benchmarks.oracle import reference
from benchmarks.oracle.compare import gradients, paired, tensor, tensors
from course_lib import nn


def compare(make, shape, training=True, whole_numbers=False):
    """Pairs for one layer, a random input and a random upstream gradient."""
    rng = np.random.default_rng(0)
    layer = make(rng)
    x = rng.normal(size=shape)
    if whole_numbers:  # so few that they are often equal
        x = np.rint(x) + 0.0  # which turns -0.0 into 0.0
    for array in [*layer.params.values(), *layer.state.values()]:
        array += rng.random(array.shape)  # zero biases and a scale of one would hide mistakes
    state = tensors(layer.state)
    y = layer.forward(x, training)
    dy = rng.normal(size=y.shape)
    dx = layer.backward(dy)

    p, t = tensors(layer.params), tensor(x)
    their_y = reference.forward(layer, p, state, t, training)
    their_y.backward(torch.from_numpy(dy))
    return {"y": (y, their_y), "dx": (dx, t.grad), **paired("d", layer.grads, gradients(p)),
            **paired("", layer.state, state)}


CASES = {
    "Dense": (lambda rng: nn.Dense(7, 4, rng, np.float64), (5, 7)),
    "Flatten": (lambda rng: nn.Flatten(), (3, 4, 5, 2)),
    "ReLU": (lambda rng: nn.ReLU(), (3, 4, 5, 2)),
    "LeakyReLU: 0.1": (lambda rng: nn.LeakyReLU(0.1), (5, 7)),
    "Sigmoid": (lambda rng: nn.Sigmoid(), (5, 7)),
    "Tanh": (lambda rng: nn.Tanh(), (5, 7)),
    "Dropout: 0.3": (lambda rng: nn.Dropout(0.3, rng), (5, 7)),
    "Dropout: 0.3, predicting": (lambda rng: nn.Dropout(0.3, rng), (5, 7), False),
    "DropConnect: 0.5": (lambda rng: nn.DropConnect(7, 4, 0.5, rng, np.float64), (5, 7)),
    "DropConnect: 0.5, predicting":
        (lambda rng: nn.DropConnect(7, 4, 0.5, rng, np.float64), (5, 7), False),
    "PrimaryCapsules": (lambda rng: nn.PrimaryCapsules(4), (3, 5, 2, 8)),
    "CapsuleVotes": (lambda rng: nn.CapsuleVotes(6, 4, 3, 5, rng, np.float64), (2, 6, 4)),
    "CapsuleLengths": (lambda rng: nn.CapsuleLengths(), (2, 6, 4)),
    "MaxPool2D: 2, many ties": (lambda rng: nn.MaxPool2D(2), (2, 6, 7, 3), True, True),
    "MaxPool2D: 3 stride 2, many ties": (lambda rng: nn.MaxPool2D(3, 2), (2, 9, 8, 3), True, True),
}
for name, shape in (("vectors", (6, 3)), ("images", (2, 4, 5, 3))):
    for training in (True, False):
        CASES[f"BatchNorm: {name}{'' if training else ', predicting'}"] = (
            lambda rng: nn.BatchNorm(3, momentum=0.8, dtype=np.float64), shape, training)
for rounds, couplings in product((1, 2, 3), (nn.SoftmaxCouplings, nn.MaxMinCouplings)):
    CASES[f"Routing: {rounds} rounds, {couplings.__name__}"] = (
        partial(lambda r, c, rng: nn.Routing(r, c()), rounds, couplings), (2, 6, 3, 4))
for pool, size, stride in product(
    (nn.MaxPool2D, nn.AvgPool2D), (2, 3, (2, 3)), (None, 1, (2, 1), 3)
):
    CASES[f"{pool.__name__}: {size} stride {stride}"] = (
        partial(lambda pool, size, stride, rng: pool(size, stride), pool, size, stride),
        (2, 9, 8, 3),
    )
for kernel, stride, padding in product(
        (1, 3, (2, 5)), (1, 2, (3, 2)), ("valid", "same", 1, (0, 2), ((2, 0), (1, 3)))):
    CASES[f"Conv2D: {kernel} stride {stride} padding {padding}"] = (
        partial(lambda k, s, p, rng: nn.Conv2D(2, 3, k, rng, s, p, dtype=np.float64),
                kernel, stride, padding), (4, 7, 8, 2))
CASES["Conv2D: 6 stride 2 padding same, one image"] = (
    lambda rng: nn.Conv2D(12, 5, 6, rng, 2, "same", dtype=np.float64), (1, 28, 28, 12))
CASES["Conv2D: without bias"] = (
    lambda rng: nn.Conv2D(2, 3, 3, rng, bias=False, dtype=np.float64), (4, 7, 8, 2))

COMPARISONS = {name: partial(compare, *case) for name, case in CASES.items()}
