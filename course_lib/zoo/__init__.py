"""The zoo: every system of the book by name, with its architecture, its recipe and what was published."""

from . import spine
from .run import evaluate_system, train_system
from .system import System

SYSTEMS = {system.name: system for system in spine.SYSTEMS}


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
    return get_system(name).build(rng)


__all__ = ["SYSTEMS", "System", "build", "evaluate_system", "get_system", "train_system"]
