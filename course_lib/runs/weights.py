"""Weights: a file of arrays beside the record, without pickle."""

from pathlib import Path

import numpy as np

from course_lib.data.atomic import atomic_write
from course_lib.training import restore_arrays


def stored(w):
    """A parameter as the weight files hold it: float16, or as it is where that is too small.

    A trained weight needs few digits; float16 keeps three of them in half the space. Its largest
    number is 65,504.

    >>> stored(np.array([1 / 3], np.float32)).dtype, stored(np.array([1e5], np.float32)).dtype
    (dtype('float16'), dtype('float32'))
    """
    return w.astype(np.float16) if np.abs(w).max(initial=0) <= np.finfo(np.float16).max else w


def round_weights(network):
    """Round all parameters of a network in place to what `save_weights` stores.

    >>> from course_lib.nn import Dense, Network
    >>> network = Network([Dense(2, 1, np.random.default_rng(0))])
    >>> network.params["0.W"][...] = 1 / 3
    >>> round_weights(network)
    >>> network.params["0.W"].tolist()
    [[0.333251953125], [0.333251953125]]
    """
    for w in network.params.values():
        w[...] = stored(w)


def save_weights(network, path, overwrite=False):
    """Write parameters and state of a network to an .npz file (arrays only, no pickle).

    Parameters are rounded (see `stored`): call `round_weights` first, and the network is the one
    in the file. The state, the running statistics of batch normalization, is not rounded.
    FileExistsError where the file is there already, unless ``overwrite`` is True.

    >>> import tempfile
    >>> from course_lib.nn import Dense, Network
    >>> path = Path(tempfile.mkdtemp()) / "weights.npz"
    >>> save_weights(Network([Dense(2, 1, np.random.default_rng(0))]), path)
    >>> sorted(np.load(path))
    ['0.W', '0.b']
    """
    arrays = {**{name: stored(w) for name, w in network.params.items()}, **network.state}
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, overwrite) as file:
        np.savez_compressed(file, **arrays)


def load_weights(network, path):
    """Read what `save_weights` wrote into a network of the same architecture.

    ValueError names the arrays that do not fit.

    >>> import tempfile
    >>> from course_lib.nn import Dense, Network
    >>> a, b = (Network([Dense(2, 1, np.random.default_rng(seed))]) for seed in (0, 1))
    >>> round_weights(a)
    >>> path = Path(tempfile.mkdtemp()) / "weights.npz"
    >>> save_weights(a, path)
    >>> load_weights(b, path)
    >>> bool((a.params["0.W"] == b.params["0.W"]).all())
    True
    """
    with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
        restore_arrays(network, dict(file))
