"""The zoo: every system of the book by name, its architecture, its recipe, what was published."""

from course_lib.command import command
from course_lib.zoo import advanced, classical, convolutional, dense, ensemble, faults, spine
from course_lib.zoo.classical import ClassicalSystem
from course_lib.zoo.ensemble import Ensemble
from course_lib.zoo.system import System

SYSTEMS = {
    system.name: system
    for module in (classical, spine, dense, convolutional, faults, advanced, ensemble)
    for system in module.SYSTEMS
}


def get_system(name):
    """Look a system up by its name.

    >>> get_system("lenet5").title
    'LeNet-5'
    """
    try:
        return SYSTEMS[name]
    except KeyError:
        raise ValueError(f"there is no system {name!r}; there are: {', '.join(SYSTEMS)}") from None


def get_network(name):
    """Look a network up by its name; ValueError for a classical model and an ensemble.

    >>> get_network("gnb")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: gnb (Gaussian naive Bayes) is not a network, so ...
    """
    system = get_system(name)
    if isinstance(system, System):
        return system
    networks = ", ".join(one.name for one in SYSTEMS.values() if isinstance(one, System))
    raise ValueError(f"{name} ({system.title}) is not a network, so it has neither layers nor "
                     f"weights; "
                     f"'{command('train', name)}' measures it. Networks are: {networks}")


def build(name, rng):
    """Make the network of a system with fresh weights.

    >>> import numpy as np
    >>> build("lenet5", np.random.default_rng(0)).n_parameters
    61706
    """
    return get_network(name).build(rng)


__all__ = ["SYSTEMS", "ClassicalSystem", "Ensemble", "System", "build", "get_network", "get_system"]
