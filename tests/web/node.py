"""JavaScript of web/ under Node, with arrays of NumPy as arguments."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ("layers.js", "network.js")


def export():
    """web/export.py as a module."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("web_export", ROOT / "web" / "export.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def node(code, *files, folder=ROOT / "web", **data):
    """What the lines ``code`` return; they find ``data`` there, its arrays packed as in a page."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("there is no node on this machine")
    pack = export().pack
    data = {name: packed(value, pack) for name, value in data.items()}
    names = [str(folder / name) for name in dict.fromkeys(("unpack.js", *(files or LIBRARY)))]
    done = subprocess.run(
        [program, Path(__file__).with_name("run.js"), *names],
        text=True,
        check=False,
        input=json.dumps({"code": code, "data": data}),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def packed(value, pack):
    if isinstance(value, np.ndarray):
        return pack(value)
    return (
        {key: packed(part, pack) for key, part in value.items()}
        if isinstance(value, dict)
        else value
    )
