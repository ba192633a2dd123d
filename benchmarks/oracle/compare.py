"""Comparing arrays of ours with tensors of PyTorch."""

import numpy as np
import torch

LIMIT = 1e-9  # far above rounding in float64 (1e-16 per operation), far below any mistake


def tensor(array):
    """A copy of an array that PyTorch differentiates by."""
    return torch.tensor(np.ascontiguousarray(array), requires_grad=True)


def tensors(named):
    """Copies of named arrays, as in `tensor`."""
    return {name: tensor(array) for name, array in named.items()}


def gradients(named):
    """Gradients that `torch.Tensor.backward` left in named tensors; 0 where it never came."""
    return {name: torch.zeros_like(t) if t.grad is None else t.grad for name, t in named.items()}


def paired(prefix, ours, theirs):
    """Name each of our arrays and the tensor of the same name; KeyError where one is missing."""
    if ours.keys() != theirs.keys():
        raise KeyError(f"only one side has {sorted(ours.keys() ^ theirs.keys())}")
    return {f"{prefix}{name}": (ours[name], theirs[name]) for name in ours}


def largest_difference(pairs):
    """Largest difference of all pairs, relative to the largest number of its pair, and the name.

    What is 0 in theory (the gradient of a bias before batch normalization) is rounding on both
    sides. So a pair is never measured by less than a millionth of the largest number of all.
    """
    arrays = {
        name: tuple(np.asarray(a.detach() if isinstance(a, torch.Tensor) else a) for a in pair)
        for name, pair in pairs.items()
    }
    largest = max(np.abs(theirs).max(initial=0.0) for _, theirs in arrays.values())
    worst, where = 0.0, "nothing"
    for name, (ours, theirs) in arrays.items():
        if ours.shape != theirs.shape:
            raise ValueError(f"{name} has shape {ours.shape}, PyTorch's has {theirs.shape}")
        scale = max(np.abs(theirs).max(initial=0.0), 1e-6 * largest) or 1.0
        difference = float(np.abs(ours - theirs).max(initial=0.0) / scale)
        if not difference <= worst:  # NaN too
            worst, where = difference, name
    return worst, where
