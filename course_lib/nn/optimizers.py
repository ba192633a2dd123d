"""Optimizers: how a gradient becomes a step.

An optimizer steps over named arrays: ``step(params, grads)`` takes two dictionaries with the same keys and
changes the arrays of ``params`` in place. What it remembers between steps (its moments) belongs to
it and stands in ``state``, so that a run can be saved and continued exactly.
"""

import numpy as np


class Adam:
    """Adam, and AdamW where ``weight_decay`` is not zero.

    With the gradient g, step t = 1, 2, ...:

        m = beta1 m + (1 - beta1) g              moving average of the gradient
        v = beta2 v + (1 - beta2) g^2            moving average of its square
        m_hat = m / (1 - beta1^t)                both start at zero; this takes
        v_hat = v / (1 - beta2^t)                out the bias towards zero
        w = w - lr (m_hat / (sqrt(v_hat) + eps) + weight_decay w)

    The decay is *decoupled*: it acts on the weights and never enters m and v (Loshchilov and Hutter
    2019). Adam is due to Kingma and Ba (2015).

    Parameters
    ----------
    lr : float
        Learning rate; may be changed between steps.
    beta1, beta2, eps : float
    weight_decay : float
        Applied to every parameter, biases included.

    Notes
    -----
    The code stores M = m / (1 - beta1) and V = v / (1 - beta2), which saves two passes over memory:
    M = beta1 M + g, V = beta2 V + g^2. The constants move into the step size and into eps:

        lr m_hat / (sqrt(v_hat) + eps) = step M / (sqrt(V) + eps'),   c = sqrt((1 - beta2) / (1 - beta2^t)),
        step = lr (1 - beta1) / (1 - beta1^t) / c,                    eps' = eps / c.

    Examples
    --------
    >>> w = {"w": np.array([1.0])}
    >>> Adam(lr=0.1).step(w, {"w": np.array([5.0])})
    >>> w["w"].round(4).tolist()  # the first step has the size of lr, whatever the gradient
    [0.9]
    """

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.weight_decay = weight_decay
        self.state = {"t": 0, "m": {}, "v": {}}

    def step(self, params, grads):
        """Change every array of ``params`` in place by one step."""
        self.state["t"] += 1
        t = self.state["t"]
        c = np.sqrt((1 - self.beta2) / (1 - self.beta2**t))
        step = float(self.lr * (1 - self.beta1) / (1 - self.beta1**t) / c)
        eps = float(self.eps / c)
        for name, w in params.items():
            m = self.state["m"].setdefault(name, np.zeros_like(w))
            v = self.state["v"].setdefault(name, np.zeros_like(w))
            g = grads[name]
            m *= self.beta1
            m += g
            v *= self.beta2
            change = g * g
            v += change
            np.sqrt(v, out=change)
            change += eps
            np.divide(m, change, out=change)
            change *= step
            if self.weight_decay:
                w *= 1 - self.lr * self.weight_decay
            w -= change

    def __repr__(self):
        return (f"Adam(lr={self.lr}, beta1={self.beta1}, beta2={self.beta2}, eps={self.eps}, "
                f"weight_decay={self.weight_decay})")
