"""A layer, a network, an optimizer or a loss as plain data: its kind and its settings.

Two of them with the same description and the same arrays do the same. So the description says what
a file of weights belongs to, and another program can rebuild the network from it.
"""

import inspect

import numpy as np

# Arguments that only choose the first weights or the random draws.
NO_SETTINGS = {"rng", "initializer"}


def describe(thing):
    """The kind and the settings of a layer, network, optimizer, loss or penalty, ready for JSON.

    The settings are the arguments of the constructor, which keeps each of them in an attribute of
    the same name; a layer of one's own is described as long as it does that, too. Generators and
    initializers are left out: what they chose is in the weights.

    Parameters
    ----------
    thing : object

    Returns
    -------
    dict
        ``"kind"``, the name of the class, then the settings. Whatever is made of parts, such as a
        network of layers, holds their descriptions.

    Raises
    ------
    ValueError
        Where an argument is not kept, or a setting is nothing that JSON can hold.

    Examples
    --------
    >>> from course_lib.nn import SGD, Dropout, Network, ReLU
    >>> describe(SGD(lr=0.1))
    {'kind': 'SGD', 'lr': 0.1, 'momentum': 0.0}
    >>> describe(Network([ReLU(), Dropout(0.2, np.random.default_rng(0))]))
    {'kind': 'Network', 'layers': [{'kind': 'ReLU'}, {'kind': 'Dropout', 'rate': 0.2}]}
    """
    kind = type(thing).__name__
    if isinstance(thing, np.ndarray) or hasattr(thing, "__name__"):  # a function or a class
        raise ValueError(f"expected an object that was made with plain settings, but got {thing!r}")
    description = {"kind": kind}
    for name in inspect.signature(type(thing)).parameters:
        if name in NO_SETTINGS:
            continue
        if not hasattr(thing, name):
            raise ValueError(f"{kind} cannot be described, because it does not keep {name!r}: keep "
                             "each argument of __init__ in an attribute of the same name")
        description[name] = _plain(getattr(thing, name))
    return description


def _plain(value):
    """What JSON can hold in place of a setting."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return describe(value)
