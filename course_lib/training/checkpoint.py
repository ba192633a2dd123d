"""Save the whole state of a run after an epoch, and go on from there exactly."""

import json
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np


def write_atomically(path, write):
    """Call ``write(file)`` on a temporary file beside ``path``, then put it in place in one step.

    So ``path`` holds either the old content or the new one, never half of it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        os.chmod(temporary, 0o644)  # mkstemp makes files that only their owner may read
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


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
    write_atomically(path, lambda file: np.savez(file, **flat))


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
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} is not a checkpoint that can be read ({error}); delete it to start the run anew"
        ) from error
    return arrays, facts
