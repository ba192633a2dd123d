"""Save the whole state of a run after an epoch, and go on from there exactly."""

import json
import zipfile
from pathlib import Path

import numpy as np

from course_lib.data.atomic import atomic_write


def save_checkpoint(path, arrays, facts):
    """Write named groups of arrays and a dictionary of plain facts into one file, without pickle.

    Parameters
    ----------
    path : path-like
    arrays : dict of dict of str to ndarray
        For example ``{"params": network.params, "m": optimizer.state["m"]}``.
    facts : dict
        What JSON can hold.
    """
    flat = {f"{group}/{name}": a for group, named in arrays.items() for name, a in named.items()}
    flat["facts"] = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, overwrite=True) as file:
        np.savez(file, **flat)


def load_checkpoint(path):
    """Read what `save_checkpoint` wrote: (arrays, facts)."""
    if not Path(path).exists():
        raise FileNotFoundError(f"there is no checkpoint at {path}")
    try:
        with open(path, "rb") as content, np.load(content, allow_pickle=False) as file:
            facts = json.loads(file["facts"].tobytes())
            arrays = {}
            for key in file.files:
                if key != "facts":
                    group, name = key.split("/", 1)
                    arrays.setdefault(group, {})[name] = file[key]
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} is not a checkpoint that can be read ({error}); delete it to start the "
            "run anew"
        ) from error
    return arrays, facts
