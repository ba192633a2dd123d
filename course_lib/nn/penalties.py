"""Penalties: a price on large weights, added to the loss.

The loss alone is content with any weights that fit the training set. A penalty prefers, among
those, the small ones (L2) or the few (L1). Only weights pay it, the arrays called ``W``: biases
have nothing to overfit with.

Students write these in ps06-regularization (chapter 8).
"""

import numpy as np

from course_lib.checks import check_number
from course_lib.nn.optimizers import matched


class L1:
    """strength * sum of abs(w); the gradient is strength * sign(w), and 0 at w = 0.

    The pull towards zero is equally strong for small weights as for large ones, so many end at
    zero.

    Examples
    --------
    >>> penalty = L1(0.1)
    >>> w = np.array([-2.0, 0.0, 3.0])
    >>> penalty.value(w), penalty.gradient(w).tolist()
    (0.5, [-0.1, 0.0, 0.1])
    """

    def __init__(self, strength):
        self.strength = check_number("strength", strength, at_least=0)

    def value(self, w):
        """The penalty as a float."""
        return float(self.strength * np.abs(w).sum())

    def gradient(self, w):
        """Gradient of the penalty, same shape as ``w``."""
        return self.strength * np.sign(w)

    def __repr__(self):
        return f"L1({self.strength})"


class L2:
    """strength * sum of w^2 / 2; the gradient is strength * w.

    The pull towards zero is in proportion to the weight, so large ones shrink and few become zero.
    With plain gradient descent this *is* weight decay. With Adam it is not: there the penalty
    passes through the moments, and decoupled weight decay does not (see `course_lib.nn.Adam`).

    Examples
    --------
    >>> penalty = L2(0.1)
    >>> w = np.array([-2.0, 0.0, 3.0])
    >>> round(penalty.value(w), 4), penalty.gradient(w).round(4).tolist()
    (0.65, [-0.2, 0.0, 0.3])
    """

    def __init__(self, strength):
        self.strength = check_number("strength", strength, at_least=0)

    def value(self, w):
        """The penalty as a float."""
        return float(self.strength * (w * w).sum() / 2)

    def gradient(self, w):
        """Gradient of the penalty, same shape as ``w``."""
        return self.strength * w

    def __repr__(self):
        return f"L2({self.strength})"


def add_penalty(penalty, params, grads):
    """Add a penalty's gradient to ``grads`` in place and return its value.

    Parameters
    ----------
    penalty : L1 or L2
    params, grads : dict of str to ndarray
        As those of a `course_lib.nn.Network`. Only arrays called ``W`` (``"W"``, ``"3.W"``) count.

    Returns
    -------
    float

    Examples
    --------
    >>> params = {"0.W": np.array([[2.0]]), "0.b": np.array([5.0])}
    >>> grads = {"0.W": np.array([[1.0]]), "0.b": np.array([1.0])}
    >>> add_penalty(L2(0.5), params, grads), grads["0.W"].tolist(), grads["0.b"].tolist()
    (1.0, [[2.0]], [1.0])
    """
    total = 0.0
    for name, w, g in matched(params, grads):
        if name.split(".")[-1] == "W":
            total += penalty.value(w)
            g += penalty.gradient(w)
    return total
