"""Optimizers, schedules and averages of weights: where the weights are after each of 50 steps."""

import copy
from functools import partial

import numpy as np
import torch
from torch import optim
from torch.optim.swa_utils import AveragedModel

from benchmarks.oracle.compare import tensors
from course_lib import nn
from course_lib.nn.schedules import learning_rate_at
from course_lib.training import WeightAverage

STEPS = 50


def start():
    """Two arrays, and their gradients for each step, in sizes from 0.001 to 10."""
    rng = np.random.default_rng(0)
    params = {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}
    sizes = 10.0 ** rng.uniform(-3, 1, STEPS)
    gradients = [{name: size * rng.normal(size=w.shape) for name, w in params.items()}
                 for size in sizes]
    return params, gradients


def compare(ours, make_theirs, decay=1.0, penalty=None):
    """Pairs for each step; ``decay`` shrinks the learning rate after each."""
    params, gradients = start()
    ours, t = copy.deepcopy(ours), tensors(params)  # an optimizer serves one set of parameters
    theirs = make_theirs(t)
    schedule = optim.lr_scheduler.ExponentialLR(theirs, decay)
    pairs, initial = {}, ours.lr
    for step, grads in enumerate(gradients):
        for name, w in t.items():
            w.grad = torch.tensor(grads[name])
        theirs.step()
        schedule.step()
        ours.lr = learning_rate_at(step, initial, decay)
        if penalty:
            nn.add_penalty(penalty, params, grads)
        ours.step(params, grads)
        pairs |= {f"{name} after step {step + 1}": (params[name].copy(), t[name].detach().clone())
                  for name in params}
    return pairs


def with_(optimizer, **options):
    return lambda t: optimizer(t.values(), **options)


def only_weights_decay(t):
    return optim.SGD([{"params": [t["W"]], "weight_decay": 0.02}, {"params": [t["b"]]}], lr=0.01)


def weight_average(decay):
    """PyTorch leaves the ramp to its caller, and copies at the first update, as we do."""
    params, gradients = start()
    ours, network = WeightAverage(decay), torch.nn.ParameterDict(tensors(params))

    def mix(average, now, n):
        d = min(decay, (1 + int(n)) / (10 + int(n)))
        return d * average + (1 - d) * now

    theirs = AveragedModel(network, avg_fn=mix)
    pairs = {}
    for step, grads in enumerate(gradients):
        for name, w in params.items():
            w -= 0.1 * grads[name]
            network[name].data.copy_(torch.from_numpy(w))
        ours.update(params)
        theirs.update_parameters(network)
        pairs |= {f"{name} after step {step + 1}":
                  (ours.state["average"][name].copy(), theirs.module[name].detach().clone())
                  for name in params}
    return pairs


COMPARISONS = {
    "SGD": partial(compare, nn.SGD(0.1), with_(optim.SGD, lr=0.1)),
    "SGD: momentum 0.9": partial(compare, nn.SGD(0.1, 0.9), with_(optim.SGD, lr=0.1, momentum=0.9)),
    "SGD: lr 0.1 * 0.9^step": partial(compare, nn.SGD(0.1), with_(optim.SGD, lr=0.1), 0.9),
    "SGD: with L2 beside weight_decay": partial(
        compare, nn.SGD(0.01), only_weights_decay, penalty=nn.L2(0.02)),
    "RMSprop": partial(
        compare, nn.RMSprop(0.01), with_(optim.RMSprop, lr=0.01, alpha=0.9, eps=1e-7)),
    "RMSprop: rho 0.5, eps 0.3": partial(
        compare, nn.RMSprop(0.01, 0.5, 0.3), with_(optim.RMSprop, lr=0.01, alpha=0.5, eps=0.3)),
    "Adam": partial(compare, nn.Adam(0.01), with_(optim.Adam, lr=0.01)),
    "Adam: beta 0.8 and 0.95, eps 0.1": partial(
        compare, nn.Adam(0.01, 0.8, 0.95, 0.1),
        with_(optim.Adam, lr=0.01, betas=(0.8, 0.95), eps=0.1)),
    "Adam: lr 0.01 * 0.9^step": partial(compare, nn.Adam(0.01), with_(optim.Adam, lr=0.01), 0.9),
    "AdamW: weight decay 0.1": partial(
        compare, nn.Adam(0.01, weight_decay=0.1), with_(optim.AdamW, lr=0.01, weight_decay=0.1)),
    "AdamW: weight decay 0.1, lr 0.01 * 0.9^step": partial(
        compare, nn.Adam(0.01, weight_decay=0.1),
        with_(optim.AdamW, lr=0.01, weight_decay=0.1), 0.9),
    "WeightAverage: 0.999": partial(weight_average, 0.999),
    "WeightAverage: 0.5": partial(weight_average, 0.5),
}
