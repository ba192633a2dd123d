"""Routing: capsules below send their votes to those capsules above where others vote alike.

Votes u (N, I, J, D) become capsules v (N, J, D) in a few rounds. The logits b start at 0; in each
round ::

    c = couplings(b)                       how much of its vote capsule i gives to capsule j
    s[j] = sum over i of c[i, j] u[i, j]
    v[j] = squash(s[j])
    b[i, j] = b[i, j] + u[i, j] . v[j]     a vote that agrees with the outcome counts more next time

(Sabour, Frosst and Hinton 2017, procedure 1; all without the index n of the example). The capsules
of the last round are the output. What makes the couplings of the logits is the difference between
dynamic routing (`SoftmaxCouplings`) and max-min routing (`MaxMinCouplings`).

Inside of this module the axes are (N, J, I, D), so that for each example and each capsule above the
votes are a matrix (I, D), and each sum in the formulas is one product of matrices.

Students write both kinds of routing in ps10-capsules (chapter 16).
"""

import numpy as np

from course_lib.checks import check_whole
from course_lib.nn.capsules import squash, squash_gradient
from course_lib.nn.layer import Layer, check_gradient, check_input
from course_lib.nn.losses import softmax


class SoftmaxCouplings:
    """Each capsule below shares out one vote: its couplings to the capsules above sum to 1.

    c[j] = exp(b[j]) / sum over k of exp(b[k]), so all are 1 / J in the first round (Sabour et al.
    2017, equation 3). The gradient is db = c (dc - sum over k of c[k] dc[k]).

    Examples
    --------
    One example, two capsules above (rows), three below (columns):

    >>> couplings, logits = SoftmaxCouplings(), np.log([[[1.0, 1.0, 2.0], [1.0, 3.0, 6.0]]])
    >>> couplings.first(logits.shape, float)[0].tolist()
    [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
    >>> c = couplings.forward(logits)
    >>> c[0].round(4).tolist()
    [[0.5, 0.25, 0.25], [0.5, 0.75, 0.75]]
    >>> dc = np.array([[[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]])
    >>> couplings.backward(dc, logits, c)[0].round(4).tolist()
    [[0.25, 0.1875, 0.0], [-0.25, -0.1875, 0.0]]
    """

    def first(self, shape, dtype):
        """Couplings (N, J, I) of the first round."""
        return np.full(shape, 1 / shape[1], dtype)

    def forward(self, logits):
        """Couplings from logits, both (N, J, I)."""
        return softmax(logits)

    def backward(self, dc, logits, c):
        """Gradient of the logits from the gradient of the couplings."""
        return c * (dc - (c * dc).sum(axis=1, keepdims=True))

    def __repr__(self):
        return "SoftmaxCouplings()"


def max_min_normalize(logits, axis, low=0.0, high=1.0):
    """Stretch numbers along an axis so that the smallest becomes ``low`` and the largest ``high``.

    low + (high - low) (b - min b) / (max b - min b) (Zhao et al. 2019). Where all are equal, all
    become ``low``.

    Examples
    --------
    >>> max_min_normalize(np.array([[1.0, 2.0, 5.0], [7.0, 7.0, 7.0]]), axis=1).tolist()
    [[0.0, 0.25, 1.0], [0.0, 0.0, 0.0]]
    """
    smallest = logits.min(axis=axis, keepdims=True)
    span = logits.max(axis=axis, keepdims=True) - smallest
    return low + (high - low) * (logits - smallest) / np.where(span > 0, span, 1)


class MaxMinCouplings:
    """The favorite of each capsule below counts fully, its last choice not at all.

    c = max_min_normalize(b) over the capsules above; all are 1 in the first round (Zhao et al.
    2019). The couplings of one capsule below need not sum to 1, and they do not change when all
    logits are scaled.

    Notes
    -----
    With the range r = max b - min b and t = (b - min b) / r, the couplings are c = t. A logit b[j]
    acts on its own t[j] by 1 / r; the largest logit also stretches the range and so acts on each
    t[k] by -t[k] / r, the smallest by (t[k] - 1) / r. Where all are equal, the gradient is 0.

    Examples
    --------
    One example, three capsules above (rows), two below (columns):

    >>> couplings, logits = MaxMinCouplings(), np.array([[[1.0, 0.0], [2.0, 4.0], [5.0, 8.0]]])
    >>> couplings.first(logits.shape, float)[0].tolist()
    [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]
    >>> c = couplings.forward(logits)
    >>> c[0].tolist()
    [[0.0, 0.0], [0.25, 0.5], [1.0, 1.0]]
    >>> dc = np.array([[[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]])  # what moves the second row?
    >>> couplings.backward(dc, logits, c)[0].tolist()
    [[-0.1875, -0.0625], [0.25, 0.125], [-0.0625, -0.0625]]
    """

    def first(self, shape, dtype):
        """Couplings (N, J, I) of the first round."""
        return np.ones(shape, dtype)

    def forward(self, logits):
        """Couplings from logits, both (N, J, I)."""
        return max_min_normalize(logits, axis=1)

    def backward(self, dc, logits, c):
        """Gradient of the logits from the gradient of the couplings."""
        largest = logits.argmax(axis=1)[:, None]
        smallest = logits.argmin(axis=1)[:, None]
        span = np.take_along_axis(logits, largest, 1) - np.take_along_axis(logits, smallest, 1)
        dc = np.where(span > 0, dc / np.where(span > 0, span, 1), 0)
        db = dc.copy()
        for place, share in ((largest, -c), (smallest, c - 1)):
            at_place = np.take_along_axis(db, place, 1) + (share * dc).sum(axis=1, keepdims=True)
            np.put_along_axis(db, place, at_place, 1)
        return db

    def __repr__(self):
        return "MaxMinCouplings()"


class Routing(Layer):
    """Capsules (N, J, D) from votes (N, I, J, D), by a few rounds of routing.

    Parameters
    ----------
    rounds : int
    couplings : SoftmaxCouplings or MaxMinCouplings, optional
        Dynamic routing (the default) or max-min routing.

    Attributes
    ----------
    cache : dict
        ``"votes"`` (N, J, I, D), and ``"rounds"``: for each round a dictionary of its ``"logits"``
        and ``"couplings"`` (N, J, I), its sums ``"s"`` and capsules ``"v"`` (N, J, D).

    Notes
    -----
    The backward pass is the exact gradient of the whole procedure: it also goes through couplings
    and logits, back to the first round. (Some implementations treat the couplings as constants
    instead.) The last round gets dv from outside. Then, from the last round to the first, with the
    round's own c, s, v, and with db, the gradient of the logits that it handed on::

        dv[j] = sum over i of db[i, j] u[i, j]                (not in the last round)
        ds[j] = gradient of squash at s[j], given dv[j]
        du[i, j] = du[i, j] + db[i, j] v[j] + c[i, j] ds[j]   (no db in the last round)
        dc[i, j] = u[i, j] . ds[j]
        db[i, j] = db[i, j] + gradient of the couplings, given dc

    The sum in the third line, over all rounds, is computed at the end as one product of matrices.

    Examples
    --------
    >>> votes = np.random.default_rng(0).normal(size=(2, 5, 3, 4))
    >>> routing = Routing(rounds=3)
    >>> routing.forward(votes).shape
    (2, 3, 4)
    >>> couplings = routing.cache["rounds"][-1]["couplings"]
    >>> bool(np.allclose(couplings.sum(axis=1), 1))
    True
    """

    def __init__(self, rounds=3, couplings=None):
        super().__init__()
        self.rounds = check_whole("rounds", rounds, at_least=1)
        self.couplings = SoftmaxCouplings() if couplings is None else couplings

    def forward(self, x, training=False):
        check_input(self, x, (None, None, None, None), floats=True)
        votes = np.ascontiguousarray(x.swapaxes(1, 2))
        logits = np.zeros(votes.shape[:3], x.dtype)
        c = self.couplings.first(logits.shape, x.dtype)
        rounds = []
        for r in range(self.rounds):
            s = weighted_sum(c, votes)
            v = squash(s)
            rounds.append({"logits": logits, "couplings": c, "s": s, "v": v})
            if r + 1 < self.rounds:
                logits = logits + agreement(votes, v)
                c = self.couplings.forward(logits)
        self.cache = {"votes": votes, "rounds": rounds}
        return v

    def backward(self, dy, input_gradient=True):
        votes = self.cache["votes"]
        n, above, _, dimension = votes.shape
        check_gradient(self, dy, (n, above, dimension))
        scalars, vectors = [], []  # du[i, j] is the sum of scalar[i, j] * vector[j] over all pairs
        dv, db = dy, None
        for r in reversed(range(self.rounds)):
            now = self.cache["rounds"][r]
            if db is not None:
                dv = weighted_sum(db, votes)
                scalars.append(db)
                vectors.append(now["v"])
            ds = squash_gradient(dv, now["s"])
            scalars.append(now["couplings"])
            vectors.append(ds)
            if r > 0:  # the couplings of the first round are constant
                dc = agreement(votes, ds)
                change = self.couplings.backward(dc, now["logits"], now["couplings"])
                db = change if db is None else db + change
        du = np.matmul(np.stack(scalars, axis=-1), np.stack(vectors, axis=-2))
        return du.swapaxes(1, 2)

    def output_shape(self, input_shape):
        return tuple(input_shape[1:])

    def __repr__(self):
        return f"Routing({self.rounds}, {self.couplings})"


def weighted_sum(c, votes):
    """s[j] = sum over i of c[i, j] votes[i, j]: (N, J, I) and (N, J, I, D) to (N, J, D)."""
    return np.matmul(c[:, :, None], votes)[:, :, 0]


def agreement(votes, v):
    """a[i, j] = votes[i, j] . v[j]: (N, J, I, D) and (N, J, D) to (N, J, I)."""
    return np.matmul(votes, v[..., None])[..., 0]
