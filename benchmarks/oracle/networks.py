"""Every network of the zoo, whole: loss, output and all gradients of one training step."""

from functools import partial

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.oracle.compare import gradients, paired, tensors
from benchmarks.oracle.losses import PEERS
from benchmarks.oracle.reference import forward_all
from course_lib import nn, zoo
from course_lib.training import Workers

N = 6  # images


def start(name, n):
    """A network of the zoo in float64, images, labels and the loss of its recipe."""
    rng = np.random.default_rng(0)
    system = zoo.get_system(name)
    network = system.build(rng)
    for layer in network.layers:
        for arrays in (layer.params, layer.state):
            for key, a in arrays.items():
                # Zero biases and a scale of one would hide mistakes.
                arrays[key] = a.astype(np.float64) + 0.05 * rng.random(a.shape)
    images = (255 * rng.random((n, 28, 28)) * (rng.random((n, 28, 28)) < 0.3)).astype(np.uint8)
    return (
        network,
        system.inputs(images).astype(np.float64),
        rng.integers(0, 10, n),
        system.recipe.loss,
    )


def numbered(network):
    return list(enumerate(network.layers))


def reference_loss(network, params, state, x, labels, loss):
    """Loss and outputs in PyTorch."""
    x, labels = torch.from_numpy(x), torch.from_numpy(labels)
    layers = numbered(network)
    if not isinstance(network, nn.CapsuleNetwork):
        outputs = forward_all(layers, params, state, x, training=True)
        return PEERS[type(loss)](outputs, labels), outputs
    n = network.n_encoder
    capsules = forward_all(layers[:n], params, state, x, training=True)
    lengths = forward_all(layers[n : n + 1], params, state, capsules, training=True)
    mask = F.one_hot(labels, lengths.shape[1])[:, :, None]
    drawn = forward_all(layers[n + 1 :], params, state, (capsules * mask).flatten(1), training=True)
    error = ((drawn - x.flatten(1)) ** 2).sum(dim=1).mean()
    return PEERS[type(loss)](lengths, labels) + network.reconstruction_weight * error, lengths


def compare(name):
    """Pairs for one step on a few images, then for the outputs when predicting."""
    network, x, labels, loss = start(name, N)
    params, state = tensors(network.params), tensors(network.state)
    value, outputs = network.loss_and_gradients(x, labels, loss)
    their_value, their_outputs = reference_loss(network, params, state, x, labels, loss)
    their_value.backward()
    pairs = {"loss": (value, their_value), "outputs": (outputs, their_outputs),
             **paired("d ", network.grads, gradients(params)), **paired("", network.state, state)}

    predicting = network.forward(x)  # with the running statistics that the step has left
    layers = numbered(network)
    if isinstance(network, nn.CapsuleNetwork):
        layers = layers[: network.n_encoder + 1]
    pairs["predicting"] = (
        predicting,
        forward_all(layers, params, state, torch.from_numpy(x), False),
    )
    return pairs


def compare_workers(name, n):
    """Two workers that share a mini-batch, beside PyTorch with the whole one."""
    network, x, labels, loss = start(name, n)
    params, state = tensors(network.params), tensors(network.state)
    with Workers(network, loss, n=2) as workers:
        value, _, grads = workers.gradients(x, labels)
    their_value, _ = reference_loss(network, params, state, x, labels, loss)
    their_value.backward()
    return {"loss": (value, their_value), **paired("d ", grads, gradients(params)),
            **paired("", network.state, state)}


COMPARISONS = {f"network: {name}": partial(compare, name)
               for name, system in zoo.SYSTEMS.items() if isinstance(system, zoo.System)}
COMPARISONS |= {f"network, two workers: {name}, {n} images": partial(compare_workers, name, n)
                for name, n in (("lenet5", 400), ("cnn_strided", 97), ("simple3x3", 13))}
