"""The library against PyTorch, where PyTorch is installed (``make bench`` installs it)."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs PyTorch: make bench")

from benchmarks.oracle import COMPARISONS, LIMIT, largest_difference
from benchmarks.oracle.losses import PEERS
from course_lib import nn
from course_lib.training import WeightAverage
from course_lib.zoo import faults


@pytest.mark.parametrize("name", COMPARISONS)
def test_agrees_with_pytorch(name):
    difference, where = largest_difference(COMPARISONS[name]())
    assert difference <= LIMIT, f"{where} differs"


def test_every_layer_loss_and_penalty_is_compared():
    kinds = {name.split(": ")[0] for name in COMPARISONS}
    wanted = {name for name in nn.__all__ if hasattr(getattr(nn, name), "backward")}
    wanted |= {name for name in vars(faults) if name.endswith("CrossEntropy")}
    wanted |= {"L1", "L2", "SGD", "RMSprop", "Adam", "softmax"}
    # The couplings are compared as a part of Routing, networks by their names in the zoo.
    wanted -= {"Layer", "Network", "CapsuleNetwork", "SoftmaxCouplings", "MaxMinCouplings"}
    assert wanted <= kinds


def test_every_network_is_compared():
    from course_lib import zoo

    systems = {
        name: system for name, system in zoo.SYSTEMS.items() if isinstance(system, zoo.System)
    }
    assert len(systems) > 20
    assert {type(system.recipe.loss) for system in systems.values()} <= set(PEERS)
    assert {f"network: {name}" for name in systems} <= set(COMPARISONS)


def wrong(kind, method, change):
    """A method of a class whose result, or whose object, is changed afterwards."""
    right = getattr(kind, method)

    def changed(self, *args, **kwargs):
        result = right(self, *args, **kwargs)
        replaced = change(self, result)
        return result if replaced is None else replaced

    return kind, method, changed


def scale_gradient(name, factor):
    def change(layer, dx):
        layer.grads[name] = layer.grads[name] * factor

    return change


def unbiased(layer, y):
    layer.state["running_var"] *= 12 / 11


def coupled_step(self, params, grads, step=nn.Adam.step):
    """Adam with L2 in place of AdamW."""
    decay, self.weight_decay = self.weight_decay, 0.0
    step(self, params, {name: g + decay * params[name] for name, g in grads.items()})
    self.weight_decay = decay


def draw_zeros(self, capsules, labels, training=False, reconstruct=nn.CapsuleNetwork.reconstruct):
    return reconstruct(self, capsules, np.zeros_like(labels), training)


MISTAKES = {
    "Dense: db a millionth too large": (
        wrong(nn.Dense, "backward", scale_gradient("b", 1 + 1e-6)), "Dense"),
    "Conv2D: dW flipped": (
        wrong(nn.Conv2D, "backward",
              lambda layer, dx: layer.grads.update(W=layer.grads["W"][::-1])),
        "Conv2D: 3 stride 2 padding same"),
    "Conv2D: dx shifted by a pixel": (
        wrong(nn.Conv2D, "_input_gradient", lambda layer, dx: np.roll(dx, 1, axis=2)),
        "Conv2D: 3 stride 1 padding valid"),
    "MaxPool2D: all of a tie get the gradient": (
        wrong(nn.MaxPool2D, "backward", lambda layer, dx: dx + (dx == 0)),
        "MaxPool2D: 2, many ties"),
    "BatchNorm: statistics taken for constants": (
        (nn.BatchNorm, "backward", lambda self, dy, input_gradient=True: (
            self.grads.update(gamma=(dy * self.cache["centered"] / self.cache["std"]).sum(axis=0),
                              beta=dy.sum(axis=0)),
            dy * self.params["gamma"] / self.cache["std"])[1]),
        "BatchNorm: vectors"),
    "BatchNorm: sample variance kept": (
        wrong(nn.BatchNorm, "forward", unbiased), "BatchNorm: images"),
    "Routing: couplings taken for constants": (
        (nn.SoftmaxCouplings, "backward", lambda self, dc, logits, c: np.zeros_like(logits)),
        "Routing: 3 rounds, SoftmaxCouplings"),
    "CapsuleNetwork: draws from the wrong capsule": (
        (nn.CapsuleNetwork, "reconstruct", draw_zeros), "network: capsnet"),
    "MarginLoss: absent classes weigh fully": (
        wrong(nn.MarginLoss, "backward", lambda loss, d: np.where(d > 0, 2 * d, d)), "MarginLoss"),
    "ClippedCrossEntropy: the clip forgotten in the gradient": (
        (faults.ClippedCrossEntropy, "backward",
         lambda loss: loss.logit_gradient() / len(loss.cache["p"])),
        "ClippedCrossEntropy"),
    "L2: without the half": (wrong(nn.L2, "value", lambda penalty, value: 2 * value), "L2"),
    "Adam: the decay is not decoupled": (
        (nn.Adam, "step", coupled_step), "AdamW: weight decay 0.1"),
    "WeightAverage: no ramp": (
        wrong(WeightAverage, "__init__", lambda average, _: setattr(average, "decay", 0.1)),
        "WeightAverage: 0.999"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_seen(mistake, monkeypatch):
    (kind, method, changed), name = MISTAKES[mistake]
    monkeypatch.setattr(kind, method, changed)
    difference, _ = largest_difference(COMPARISONS[name]())
    assert difference > LIMIT
