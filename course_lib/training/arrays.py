"""A network as named arrays: what files of weights and checkpoints hold, and how it comes back."""


def arrays_of(network):
    """All arrays that make a network what it is, by name: its parameters and its state.

    Parameters
    ----------
    network : Network

    Returns
    -------
    dict of str to ndarray
        The network's own, not copies.

    Examples
    --------
    >>> from course_lib.nn import BatchNorm, Network
    >>> sorted(arrays_of(Network([BatchNorm(3)])))
    ['0.beta', '0.gamma', '0.running_mean', '0.running_var']
    """
    return {**network.params, **network.state}


def restore_arrays(network, arrays):
    """Copy named arrays, such as those of `arrays_of`, into a network.

    Parameters
    ----------
    network : Network
    arrays : dict of str to ndarray

    Raises
    ------
    ValueError
        A name or a shape does not fit the network; then nothing of it has changed.

    Examples
    --------
    >>> import numpy as np
    >>> from course_lib.nn import Dense, Network
    >>> network = Network([Dense(2, 1, np.random.default_rng(0))])
    >>> restore_arrays(network, {"0.W": np.ones((2, 1)), "0.b": np.zeros(1)})
    >>> network.params["0.W"].tolist()
    [[1.0], [1.0]]
    """
    own = arrays_of(network)
    if set(own) != set(arrays):
        raise ValueError(
            f"the arrays {sorted(set(own) ^ set(arrays))} are in the network or in the "
            "file, but not in both; the file belongs to another network"
        )
    for name, a in own.items():
        if a.shape != arrays[name].shape:
            raise ValueError(f"array {name} has shape {arrays[name].shape} in the file, but the "
                             f"network needs {a.shape}")
    for name, a in own.items():
        a[...] = arrays[name]
