"""Every layer of the library once more, in PyTorch.

``FORWARD[type(layer)](layer, p, state, x, training)`` takes the parameters ``p`` and the running
statistics ``state`` as tensors, and ``x`` in the library's order (N, H, W, C). Of a layer only its
settings are read, and the random mask that it drew.
"""

import warnings

import torch
from torch.nn import functional as F

from course_lib import nn


def forward(layer, p, state, x, training):
    """The output of one layer."""
    return FORWARD[type(layer)](layer, p, state, x, training)


def forward_all(layers, params, state, x, training):
    """The output of the last of several layers; ``params`` and ``state`` as in a Network."""
    for i, layer in layers:
        own = [{key: named[f"{i}.{key}"] for key in keys}
               for keys, named in ((layer.params, params), (layer.state, state))]
        x = forward(layer, *own, x, training)
    return x


def channels_first(x):
    return x.permute(0, 3, 1, 2)


def channels_last(x):
    return x.permute(0, 2, 3, 1)


def dense(layer, p, state, x, training):
    return F.linear(x, p["W"].T, p["b"])


def conv2d(layer, p, state, x, training):
    x, padding = channels_first(x), layer.padding
    if padding == "same" and layer.stride != (1, 1):
        # PyTorch has no "same" with a stride. TensorFlow: ceil(n / s) outputs, the odd zero behind.
        sides = []
        for n, k, s in zip(x.shape[2:], layer.kernel, layer.stride):
            needed = max(0, ((n + s - 1) // s - 1) * s + k - n)
            sides.append((needed // 2, needed - needed // 2))
        padding = tuple(sides)
    if isinstance(padding, tuple) and isinstance(padding[0], tuple):
        (top, bottom), (left, right) = padding
        x, padding = F.pad(x, (left, right, top, bottom)), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "same" with an even kernel takes a copy, says PyTorch
        y = F.conv2d(x, p["W"].permute(3, 2, 0, 1), p.get("b"), layer.stride, padding)
    return channels_last(y)


def max_pool(layer, p, state, x, training):
    return channels_last(F.max_pool2d(channels_first(x), layer.size, layer.stride))


def avg_pool(layer, p, state, x, training):
    return channels_last(F.avg_pool2d(channels_first(x), layer.size, layer.stride))


def batch_norm(layer, p, state, x, training):
    images = x.ndim == 4
    running = {key: value.detach().clone() for key, value in state.items()}
    y = F.batch_norm(channels_first(x) if images else x, running["running_mean"],
                     running["running_var"], p["gamma"], p["beta"], training,
                     momentum=1 - layer.momentum, eps=layer.eps)
    if training:
        # PyTorch keeps the sample variance (divided by M - 1), we the population variance, as
        # Keras. Everything else is the same.
        m, kept = x.numel() / x.shape[-1], layer.momentum * state["running_var"].detach()
        running["running_var"] = kept + (running["running_var"] - kept) * (m - 1) / m
        for key, value in running.items():
            state[key].data = value
    return channels_last(y) if images else y


def dropout(layer, p, state, x, training):
    return x * torch.from_numpy(layer.cache["mask"]) if training else x


def drop_connect(layer, p, state, x, training):
    W = p["W"] * torch.from_numpy(layer.cache["mask"]) if training else p["W"]
    return F.linear(x, W.T, p["b"])


def squash(s):
    n = torch.linalg.vector_norm(s, dim=-1, keepdim=True)
    return n**2 / (1 + n**2) * s / n


def primary_capsules(layer, p, state, x, training):
    return squash(x.reshape(len(x), -1, layer.dimension))


def capsule_votes(layer, p, state, x, training):
    return torch.einsum("ijab,nib->nija", p["W"], x)


def routing(layer, p, state, u, training):
    """Procedure 1 of Sabour et al. (2017), with axes (N, I, J, D); differentiated as a whole."""
    max_min = isinstance(layer.couplings, nn.MaxMinCouplings)
    b = u.new_zeros(u.shape[:3])
    for r in range(layer.rounds):
        if not max_min:
            c = torch.softmax(b, dim=2)
        elif r == 0:
            c = torch.ones_like(b)
        else:
            low, high = b.min(dim=2, keepdim=True).values, b.max(dim=2, keepdim=True).values
            c = (b - low) / (high - low)
        v = squash(torch.einsum("nij,nijd->njd", c, u))
        b = b + torch.einsum("nijd,njd->nij", u, v)
    return v


FORWARD = {
    nn.Dense: dense,
    nn.Conv2D: conv2d,
    nn.MaxPool2D: max_pool,
    nn.AvgPool2D: avg_pool,
    nn.Flatten: lambda layer, p, state, x, training: x.reshape(len(x), -1),
    nn.ReLU: lambda layer, p, state, x, training: F.relu(x),
    nn.LeakyReLU: lambda layer, p, state, x, training: F.leaky_relu(x, layer.slope),
    nn.Sigmoid: lambda layer, p, state, x, training: torch.sigmoid(x),
    nn.Tanh: lambda layer, p, state, x, training: torch.tanh(x),
    nn.BatchNorm: batch_norm,
    nn.Dropout: dropout,
    nn.DropConnect: drop_connect,
    nn.PrimaryCapsules: primary_capsules,
    nn.CapsuleVotes: capsule_votes,
    nn.Routing: routing,
    nn.CapsuleLengths: lambda layer, p, state, x, training: torch.linalg.vector_norm(x, dim=-1),
}
