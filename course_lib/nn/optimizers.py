"""Optimizers: how a gradient becomes a step.

An optimizer steps over named arrays: ``step(params, grads)`` takes two dictionaries with the same keys and
changes the arrays of ``params`` in place. What it remembers between steps (its moments) belongs to
it and stands in ``state``, so that a run can be saved and continued exactly.

Students write these in ps05-optimizers (chapter 7).
"""

import numpy as np


def moment(moments, name, w):
    """The moment of the parameter ``w``; zeros of its shape where there is none yet."""
    if name not in moments:
        moments[name] = np.zeros_like(w)
    return moments[name]


class SGD:
    """Stochastic gradient descent, with momentum where ``momentum`` is not zero.

    With the gradient g and a velocity v that starts at zero::

        v = momentum v + g
        w = w - lr v

    A momentum of 0.9 sums up about the last ten gradients: steps in the same direction add up,
    steps to and fro cancel (Polyak 1964). Without momentum, v is g and nothing is remembered.

    Parameters
    ----------
    lr : float
        Learning rate; may be changed between steps.
    momentum : float
        From 0 to below 1.

    Examples
    --------
    >>> w, sgd = {"w": np.array([1.0])}, SGD(lr=0.1, momentum=0.5)
    >>> for _ in range(2):
    ...     sgd.step(w, {"w": np.array([2.0])})
    >>> w["w"].round(4).tolist()  # 1 - 0.1 * 2 - 0.1 * (0.5 * 2 + 2)
    [0.5]
    """

    def __init__(self, lr=0.01, momentum=0.0):
        self.lr, self.momentum = lr, momentum
        self.state = {"v": {}}

    def step(self, params, grads):
        """Change every array of ``params`` in place by one step."""
        for name, w in params.items():
            v = grads[name]
            if self.momentum:
                v = moment(self.state["v"], name, w)
                v *= self.momentum
                v += grads[name]
            w -= self.lr * v

    def __repr__(self):
        return f"SGD(lr={self.lr}, momentum={self.momentum})"


class RMSprop:
    """Divide each gradient by its own recent size, so that all parameters move at a like pace.

    With the gradient g and an average s that starts at zero::

        s = rho s + (1 - rho) g^2                moving average of the square of the gradient
        w = w - lr g / (sqrt(s) + eps)

    From Tieleman and Hinton (2012, lecture 6.5). Some implementations put eps under the root.

    Parameters
    ----------
    lr : float
        Learning rate; may be changed between steps.
    rho, eps : float

    Notes
    -----
    As in `Adam`, the code stores S = s / (1 - rho) and moves the constant c = sqrt(1 - rho) into
    the step size and into eps: lr g / (sqrt(s) + eps) = (lr / c) g / (sqrt(S) + eps / c).

    Examples
    --------
    >>> w = {"w": np.array([1.0])}
    >>> RMSprop(lr=0.1, rho=0.75).step(w, {"w": np.array([5.0])})
    >>> w["w"].round(4).tolist()  # the first step has the size of lr / sqrt(1 - rho)
    [0.8]
    """

    def __init__(self, lr=0.001, rho=0.9, eps=1e-7):
        self.lr, self.rho, self.eps = lr, rho, eps
        self.state = {"s": {}}

    def step(self, params, grads):
        """Change every array of ``params`` in place by one step."""
        c = (1 - self.rho) ** 0.5
        for name, w in params.items():
            s, g = moment(self.state["s"], name, w), grads[name]
            s *= self.rho
            change = g * g
            s += change
            np.sqrt(s, out=change)
            change += self.eps / c
            np.divide(g, change, out=change)
            change *= self.lr / c
            w -= change

    def __repr__(self):
        return f"RMSprop(lr={self.lr}, rho={self.rho}, eps={self.eps})"


class Adam:
    """Adam, and AdamW where ``weight_decay`` is not zero.

    With the gradient g, step t = 1, 2, ...::

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
    M = beta1 M + g, V = beta2 V + g^2. The constants move into the step size and into eps::

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
            m, v = moment(self.state["m"], name, w), moment(self.state["v"], name, w)
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
