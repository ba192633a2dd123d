"""What several commands need: systems by name, digits, saved weights."""

import zipfile
import zlib
from difflib import get_close_matches

import numpy as np

from course_lib import zoo
from course_lib.data import load_course_data, load_digits28, load_mnist
from course_lib.runs import load_weights
from course_lib.runs.sweep import Run


def find_system(name):
    """A system by its name; ValueError names the choices and the one that was probably meant."""
    try:
        return zoo.get_system(name)
    except ValueError as error:
        close = get_close_matches(name, zoo.SYSTEMS, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ValueError(f"{error}{hint}") from None


def find_network(name):
    """A system that is a network; ValueError for the classical ones."""
    system = find_system(name)
    if isinstance(system, zoo.System):
        return system
    networks = ", ".join(s.name for s in zoo.SYSTEMS.values() if isinstance(s, zoo.System))
    raise ValueError(f"{name} ({system.title}) is no network, so it has neither seeds nor weights; "
                     f"'course train {name}' measures it. Networks are: {networks}")


def load_data(choice):
    """The data set that ``--data`` names."""
    return {"mnist": load_mnist, "digits": load_digits28, "course": load_course_data}[choice]()


def load_trained(system, seed, directory):
    """The network of a system with the weights that were saved for a seed."""
    path = Run(system, seed, directory).weights
    if not path.exists():
        seeds = {}
        for p in sorted(path.parent.parent.glob("*/seed-*.npz")):
            if not p.name.endswith(".checkpoint.npz"):
                seeds.setdefault(p.parent.name, []).append(p.stem[5:])
        known = [f"{name} (seed {', '.join(of_system)})" for name, of_system in seeds.items()]
        raise ValueError(
            f"there are no weights of {system.name} with seed {seed}, that is, no {path}; there are "
            f"weights of: {', '.join(known) or 'none'}. Make them with: course train {system.name} "
            f"--seed {seed} --directory FOLDER; then name the same --directory here")
    network = system.build(np.random.default_rng(0))
    try:
        load_weights(network, path)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} does not hold the weights of {system.name}: {error}") from error
    return network
