"""Losses, penalties, and the warp of images."""

from functools import partial

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.oracle.compare import gradients, paired, tensor, tensors
from benchmarks.oracle.reference import channels_first, channels_last
from course_lib import nn
from course_lib.data import affine_warp
from course_lib.data.warp import bilinear
from course_lib.zoo import faults
from course_lib.zoo.faults import EPSILON


def margin_loss(lengths, labels, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    """Equation 4 of Sabour et al. (2017), mean over the batch."""
    t = F.one_hot(labels, lengths.shape[1]).to(lengths.dtype)
    present = t * F.relu(m_plus - lengths) ** 2
    absent = down_weight * (1 - t) * F.relu(lengths - m_minus) ** 2
    return (present + absent).sum() / len(lengths)


def softmax_of(logits):
    return torch.softmax(logits, dim=1)


def clipped_cross_entropy(logits, labels, probabilities=softmax_of):
    """Keras 2.2: cross-entropy of clipped probabilities, mean over the batch."""
    p = probabilities(logits).clamp(EPSILON, 1 - EPSILON)
    return F.nll_loss(p.log(), labels)


def share_of_relu(logits):
    """Keras takes whatever the last layer gave for probabilities, once divided by its sum."""
    r = F.relu(logits)
    return r / r.sum(dim=1, keepdim=True)


def relu_sparse_cross_entropy(logits, labels):
    """Keras 2.2 with integer labels: outputs of ReLU are clipped, then divided by their sum."""
    q = F.relu(logits).clamp(EPSILON, 1 - EPSILON)
    return F.nll_loss((q / q.sum(dim=1, keepdim=True)).log(), labels)


# What the loss of each recipe is in PyTorch.
PEERS = {
    nn.SoftmaxCrossEntropy: F.cross_entropy,
    nn.MarginLoss: margin_loss,
    faults.ClippedCrossEntropy: clipped_cross_entropy,
    faults.ReLUSparseCrossEntropy: relu_sparse_cross_entropy,
}


def compare(loss, reference, targets, scale=3.0, shift=0.0):
    """Pairs for one loss of random outputs (6, 4)."""
    rng = np.random.default_rng(0)
    outputs = scale * rng.normal(size=(6, 4)) + shift
    targets = rng.normal(size=(6, 4)) if targets == "numbers" else rng.integers(0, 4, 6)
    t = tensor(outputs)
    theirs = reference(t, torch.from_numpy(targets))
    theirs.backward()
    return {
        "loss": (loss.forward(outputs, targets), theirs),
        "d outputs": (loss.backward(), t.grad),
    }


def softmax():
    z = 100 * np.random.default_rng(0).normal(size=(6, 4))
    return {"p": (nn.softmax(z), torch.softmax(tensor(z), dim=1))}


def penalty(made, reference):
    """Weights pay, and some are exactly 0; biases do not."""
    rng = np.random.default_rng(0)
    params = {"0.W": np.rint(rng.normal(size=(5, 3))), "0.b": rng.normal(size=3),
              "2.W": rng.normal(size=(2, 2, 3, 4))}
    grads = {name: np.zeros_like(w) for name, w in params.items()}
    t = tensors(params)
    theirs = sum(reference(w) for name, w in t.items() if name.endswith("W"))
    theirs.backward()
    return {"penalty": (nn.add_penalty(made, params, grads), theirs),
            **paired("d ", grads, gradients(t))}


def warp(background):
    """`affine_warp` beside affine_grid and grid_sample, for which an image goes from -1 to 1."""
    rng = np.random.default_rng(0)
    n, height, width = 5, 7, 10
    images = rng.random((n, height, width, 2))
    matrix, offset = np.eye(2) + 0.5 * rng.normal(size=(n, 2, 2)), 2 * rng.normal(size=(n, 2))
    middle = np.array([height - 1, width - 1]) / 2  # row, column = middle * (position + 1)
    moved = (matrix @ middle + offset - middle) / middle
    theta = np.concatenate([matrix * middle / middle[:, None], moved[:, :, None]], axis=2)
    theta = theta[:, ::-1][:, :, [1, 0, 2]]  # PyTorch: column before row
    grid = F.affine_grid(torch.from_numpy(theta.copy()), (n, 2, height, width), align_corners=True)
    return {"images": (affine_warp(images, matrix, offset, background),
                       _sampled(images, grid, background))}


def places():
    """`bilinear` at any places, as the elastic distortion needs it."""
    rng = np.random.default_rng(0)
    images = rng.random((3, 7, 10, 2))
    rows, columns = rng.uniform(-3, 10, (3, 4, 5)), rng.uniform(-3, 13, (3, 4, 5))
    grid = torch.from_numpy(np.stack([columns / 4.5 - 1, rows / 3 - 1], axis=-1))
    return {"images": (bilinear(images, rows, columns), _sampled(images, grid, 0.0))}


def _sampled(images, grid, background):
    above = channels_first(torch.from_numpy(images - background))
    sampled = F.grid_sample(above, grid, "bilinear", "zeros", align_corners=True)
    return channels_last(sampled) + background


COMPARISONS = {
    "softmax": softmax,
    "SoftmaxCrossEntropy": partial(compare, nn.SoftmaxCrossEntropy(), F.cross_entropy, "labels"),
    "MeanSquaredError": partial(compare, nn.MeanSquaredError(), F.mse_loss, "numbers"),
    "MeanSquaredError: labels": partial(
        compare, nn.MeanSquaredError(),
        lambda y, labels: F.mse_loss(y, F.one_hot(labels, 4).double()), "labels"),
    "MarginLoss": partial(compare, nn.MarginLoss(), margin_loss, "labels"),
    "MarginLoss: other margins": partial(
        compare, nn.MarginLoss(0.8, 0.3, 0.2),
        partial(margin_loss, m_plus=0.8, m_minus=0.3, down_weight=0.2), "labels"),
    # So large that some true classes lie beyond each of the limits, where there is no gradient.
    "ClippedCrossEntropy": partial(
        compare, faults.ClippedCrossEntropy(), clipped_cross_entropy, "labels", scale=20),
    "ReLUCrossEntropy": partial(
        compare, faults.ReLUCrossEntropy(),
        partial(clipped_cross_entropy, probabilities=share_of_relu), "labels", shift=2),
    "ReLUSparseCrossEntropy": partial(
        compare, faults.ReLUSparseCrossEntropy(), relu_sparse_cross_entropy, "labels", scale=1),
    "L1": partial(penalty, nn.L1(0.3), lambda w: 0.3 * w.abs().sum()),
    "L2": partial(penalty, nn.L2(0.3), lambda w: 0.15 * (w**2).sum()),
    "affine_warp": partial(warp, 0.0),
    "affine_warp: background -0.4": partial(warp, -0.4),
    "bilinear": places,
}
