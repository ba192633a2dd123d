"""Records: what a training run was and what came out, as JSON, with the weights beside it.

The book and its tables read these files; no number of a long run is typed by hand.
"""

import json
import math
import os
import platform
import subprocess
from pathlib import Path

import numpy as np

import course_lib
from course_lib.data.atomic import atomic_write


def results_directory():
    """Folder of the records: ``COURSE_RESULTS_DIR``, or ``results/`` of the course, or ``./results``.

    Where the library was installed without the course, nothing is beside it but other packages; then
    records are read from, and written to, ``results/`` in the current folder.
    """
    course = Path(course_lib.__file__).parents[1]
    is_course = (course / "pyproject.toml").is_file()
    return Path(os.environ.get("COURSE_RESULTS_DIR") or (course if is_course else "") / Path("results"))


def record_path(name, seed, directory=None):
    """Where the record of a system and a seed lies.

    >>> record_path("lenet5", 0, "results").as_posix()
    'results/lenet5/seed-0.json'
    """
    return Path(directory or results_directory()) / name / f"seed-{seed}.json"


def save_record(record, directory=None):
    """Write a record (a dictionary with ``name`` and ``seed``) and return its path.

    A record that exists is not overwritten: FileExistsError.

    Examples
    --------
    >>> import tempfile
    >>> directory = tempfile.mkdtemp()
    >>> save_record({"name": "nn1l", "seed": 0, "parameters": 7850}, directory).name
    'seed-0.json'
    >>> load_record("nn1l", 0, directory)["parameters"]
    7850
    """
    path = record_path(record["name"], record["seed"], directory)
    text = json.dumps(_without_nan(record), indent=1, allow_nan=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(text.encode())
    return path


def _without_nan(value):
    """The same with None for every number that is not finite, which JSON cannot hold."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def load_record(name, seed=0, directory=None):
    """Read the record of a system and a seed as a dictionary.

    FileNotFoundError names the records that there are.

    >>> load_record("lenet6")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: there is no record of 'lenet6' with seed 0; there are: ...
    """
    path = record_path(name, seed, directory)
    if not path.exists():
        known = sorted(f"{p.parent.name} (seed {p.stem[5:]})"
                       for p in path.parent.parent.glob("*/seed-*.json"))
        raise FileNotFoundError(f"there is no record of {name!r} with seed {seed}; "
                                f"there are: {', '.join(known) or 'none'}")
    return json.loads(path.read_text())


def load_experiment(name, directory=None):
    """Read the record of an experiment, ``results/experiments/NAME.json``, as a dictionary.

    FileNotFoundError says how it is made.

    >>> load_experiment("perpetual_motion")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: there is no record ...; make it with: python -m experiments perpetual_motion
    """
    path = Path(directory or results_directory()) / "experiments" / f"{name}.json"
    if not path.exists():
        raise FileNotFoundError(f"there is no record {path}; make it with: "
                                f"python -m experiments {name}")
    return json.loads(path.read_text())


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
    from course_lib.training import restore_arrays

    with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
        restore_arrays(network, dict(file))


def machine():
    """What the run was measured on: processor, cores, system and versions."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas.get('name')} {blas.get('version')}",
        "course_lib": course_lib.__version__,
        "commit": _commit(),
    }


def _processor():
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or "unknown"


def _commit():
    """Commit of the code that runs, with a ``+`` where files differ from it; None outside of git."""
    def git(*words):
        return subprocess.run(["git", *words], cwd=Path(course_lib.__file__).parent, text=True,
                              capture_output=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", "--", ".") else "")
    except (OSError, subprocess.CalledProcessError):
        return None
