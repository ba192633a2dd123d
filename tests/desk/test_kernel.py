"""Kernels start where another program took the port that Jupyter found free a moment before."""

import shutil
import socket
import tempfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_client.provisioning import local_provisioner
from nbclient import NotebookClient
from traitlets.config.loader import PyFileConfigLoader

from course_lib.desk import kernel

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture()
def taken(monkeypatch):
    """Jupyter is told that a port is free which this test listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(local_provisioner.LocalPortCache, "find_available_port",
                            lambda cache, ip: server.getsockname()[1])
        yield


def execute(config):
    cell = nbformat.v4.new_code_cell("print(6 * 7)")
    NotebookClient(nbformat.v4.new_notebook(cells=[cell]), config=config).execute()
    return cell.outputs[0].text


def test_a_taken_port_ends_a_kernel(taken):
    """What the other tests are about does happen."""
    with pytest.raises(RuntimeError, match="Kernel died"):
        start_new_kernel()


def test_checking_does_not_need_a_port(taken, tmp_path):
    assert kernel.run_cells(["x = 1", "1 / 0"], tmp_path, seconds=60)[0] == kernel.Outcome()


def test_grading_does_not_need_a_port(taken, tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    config = PyFileConfigLoader("nbgrader_config.py", str(tmp_path)).load_config()
    assert execute(config) == "42\n"
    assert execute(config) == "42\n", "the next submission"


def test_every_kernel_has_a_directory_of_its_own():
    first, second = kernel.private_sockets(), kernel.private_sockets()
    assert first["transport"] == "ipc" and first["ip"] != second["ip"]


def test_a_path_too_long_for_a_socket(monkeypatch, tmp_path):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert kernel.private_sockets() == {}
    assert kernel.run_cells(["1 / 0"], tmp_path, seconds=60)[0].error == "ZeroDivisionError"


def test_a_system_without_such_sockets(monkeypatch):
    monkeypatch.delattr(socket, "AF_UNIX")
    assert kernel.private_sockets() == {}
