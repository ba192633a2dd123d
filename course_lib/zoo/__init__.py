"""The zoo: every system of the book by name, with its architecture, its recipe and what was published."""

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


def build(name, rng):
    """Make the network of a system with fresh weights.

    >>> import numpy as np
    >>> build("lenet5", np.random.default_rng(0)).n_parameters
    61706
    """
    system = get_system(name)
    if not isinstance(system, System):
        raise ValueError(f"{name} ({system.title}) is not a network, so there is nothing to build; "
                         "its model is made by get_system(name).reference()")
    return system.build(rng)


__all__ = ["SYSTEMS", "ClassicalSystem", "Ensemble", "System", "build", "get_system"]
