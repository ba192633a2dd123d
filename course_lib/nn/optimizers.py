"""Optimizers: how a gradient becomes a step.

An optimizer steps over named arrays: ``step(params, grads)`` takes two dictionaries with the same
keys and changes the arrays of ``params`` in place. What it remembers between steps (its moments)
belongs to it and stands in ``state``, so that a run can be saved and continued exactly. Moments
belong to the arrays that they were made from: every network needs an optimizer of its own.

Students write these in ps05-optimizers (chapter 7).
"""

import numpy as np

from course_lib.checks import check_number


def matched(params, grads):
    """Pair each parameter with its gradient: a list of (name, parameter, gradient).

    Raises
    ------
    ValueError
        Where a gradient is missing or has another shape, which NumPy might stretch without a word,
        or where a parameter is no array of floating-point numbers.
    """
    pairs = []
    for name, w in params.items():
        if name not in grads:
            raise ValueError(f"there is no gradient of {name}; the gradients are of "
                             f"{', '.join(grads) or 'nothing'}")
        if np.shape(grads[name]) != w.shape:
            raise ValueError(f"the gradient of {name} must have the shape of the parameter, "
                             f"{w.shape}, but has {np.shape(grads[name])}")
        if w.dtype.kind != "f":
            raise ValueError(f"the parameter {name} must be floating-point, but is {w.dtype}")
        pairs.append((name, w, grads[name]))
    return pairs


def with_finite_square(g, decay):
    """A gradient whose moving sum of squares, with factor ``decay``, does not overflow.

    In float32 a square overflows from 1.8e19 on, and an infinite sum of squares would end all
    movement. Components beyond a limit (about 3e17 there) count as the limit. Infinity stays what
    it is, so that it shows.

    >>> g = with_finite_square(np.array([1.0, -1e20], np.float32), 0.9)
    >>> bool(g[0] == 1), bool(np.isfinite(g * g / 0.1).all())
    (True, True)
    """
    limit = float(np.finfo(g.dtype).max * (1 - decay)) ** 0.5 / 2
    if np.vdot(g, g) <= limit**2:  # one fast pass; no component can be above the limit then
        return g
    return np.where(np.isinf(g), g, np.clip(g, -limit, limit))


class Optimizer:
    """What the optimizers below share.

    Attributes
    ----------
    lr : float
        Learning rate; may be changed between steps.
    state : dict
        What is remembered from step to step. Moments stand in dictionaries, by parameter.
    """

    def __init__(self, lr, state):
        self.lr = check_number("lr", lr, at_least=0)
        self.state = state
        self._owners = {}  # by name, the arrays to which the moments belong

    def pairs(self, params, grads, remembers=True):
        """Parameters and gradients of a step, see `matched`.

        Raises
        ------
        ValueError
            Where they do not match, the learning rate is negative, or the moments belong
            to the parameters of another network. ``remembers`` says whether there are moments.
        """
        check_number("lr", self.lr, at_least=0)
        pairs = matched(params, grads)
        for name, w, _ in pairs if remembers else []:
            if self._owners.setdefault(name, w) is not w:
                raise ValueError(f"this optimizer remembers the steps of another {name}; each "
                                 "network needs an optimizer of its own")
        return pairs

    def moment(self, kind, name, w):
        """The moment of a parameter; zeros of its shape where there is none yet."""
        if name not in self.state[kind]:
            self.state[kind][name] = np.zeros_like(w)
        return self.state[kind][name]

    def __getstate__(self):
        """What is copied or pickled: a copy may go on with a copy of the network."""
        return {**self.__dict__, "_owners": {}}


class SGD(Optimizer):
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
        super().__init__(lr, {"v": {}})
        self.momentum = check_number("momentum", momentum, at_least=0, below=1)

    def step(self, params, grads):
        """Change every array of ``params`` in place by one step."""
        for name, w, g in self.pairs(params, grads, remembers=self.momentum > 0):
            v = g
            if self.momentum:
                v = self.moment("v", name, w)
                v *= self.momentum
                v += g
            w -= self.lr * v

    def __repr__(self):
        return f"SGD(lr={self.lr}, momentum={self.momentum})"


class RMSprop(Optimizer):
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
        super().__init__(lr, {"s": {}})
        self.rho = check_number("rho", rho, at_least=0, below=1)
        self.eps = check_number("eps", eps, above=0)

    def step(self, params, grads):
        """Change every array of ``params`` in place by one step."""
        c = (1 - self.rho) ** 0.5
        for name, w, g in self.pairs(params, grads):
            s, g = self.moment("s", name, w), with_finite_square(g, self.rho)
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


class Adam(Optimizer):
    """Adam, and AdamW where ``weight_decay`` is not zero.

    With the gradient g, step t = 1, 2, ...::

        m = beta1 m + (1 - beta1) g              moving average of the gradient
        v = beta2 v + (1 - beta2) g^2            moving average of its square
        m_hat = m / (1 - beta1^t)                both start at zero; this takes
        v_hat = v / (1 - beta2^t)                out the bias towards zero
        w = w - lr (m_hat / (sqrt(v_hat) + eps) + weight_decay w)

    eps is added to the root of v_hat, which is corrected already (Algorithm 1 of the paper, and
    PyTorch). Keras adds it to the root of v, the "epsilon hat" of the paper's section 2; that is a
    larger eps in the first steps: eps / sqrt(1 - beta2^t) in this formula.

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

        lr m_hat / (sqrt(v_hat) + eps) = step M / (sqrt(V) + eps'),
        c = sqrt((1 - beta2) / (1 - beta2^t)),
        step = lr (1 - beta1) / (1 - beta1^t) / c,    eps' = eps / c.

    Examples
    --------
    >>> w = {"w": np.array([1.0])}
    >>> Adam(lr=0.1).step(w, {"w": np.array([5.0])})
    >>> w["w"].round(4).tolist()  # the first step has the size of lr, whatever the gradient
    [0.9]
    """

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        super().__init__(lr, {"t": 0, "m": {}, "v": {}})
        self.beta1 = check_number("beta1", beta1, at_least=0, below=1)
        self.beta2 = check_number("beta2", beta2, at_least=0, below=1)
        self.eps = check_number("eps", eps, above=0)
        self.weight_decay = check_number("weight_decay", weight_decay, at_least=0)

    def step(self, params, grads):
        """Change every array of ``params`` in place by one step."""
        pairs = self.pairs(params, grads)
        self.state["t"] += 1
        t = self.state["t"]
        c = np.sqrt((1 - self.beta2) / (1 - self.beta2**t))
        step = float(self.lr * (1 - self.beta1) / (1 - self.beta1**t) / c)
        eps = float(self.eps / c)
        for name, w, g in pairs:
            m, v = self.moment("m", name, w), self.moment("v", name, w)
            g = with_finite_square(g, self.beta2)
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
