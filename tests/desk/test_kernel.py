"""Kernels start where another program took the port that Jupyter found free a moment before."""

import re
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


def outcome(source, tmp_path, seconds=60):
    (only,) = kernel.run_cells([source], tmp_path, seconds)
    return only


LAMBDA = "lambda is a word of Python's own: take another name."


@pytest.mark.parametrize(("source", "text"), [
    ("def f(x):\nreturn 3", "expected an indented block after function definition on line 1\nThe line is 2: return 3"),
    ("x = (1,\ny = 2", "'(' was never closed\nThe line is 1: x = (1,"),
    ("x = 1\nprint('abc", "unterminated string literal\nThe line is 2: print('abc"),
    ("x = 1\nlambda = x", f"invalid syntax\nThe line is 2: lambda = x\n{LAMBDA}"),
    ("x = 2 * lambda * 3", f"invalid syntax\nThe line is 1: x = 2 * lambda * 3\n{LAMBDA}"),
    ("x = lambda *y: y y", "invalid syntax\nThe line is 1: x = lambda *y: y y"),
    ("exec('3 3')", "invalid syntax\nThe line is 1: exec('3 3')"),
    ("def f(x):\n    return 1 / x\n\n\nf(0)",
     "division by zero\nThe line is 5: f(0)\nIt called f, where the line is: return 1 / x"),
    ("%time 1 / 0", "division by zero\nThe line is 1: %time 1 / 0"),
    ("assert False", "\nThe line is 1: assert False"),
])  # fmt: skip
def test_an_error_names_its_line_once(source, text, tmp_path):
    assert outcome(source, tmp_path).text == text


@pytest.mark.parametrize(("source", "line"), [
    ("x = 1\nwhile x:\n    x", "It was running line [23]: (while x:|x)"),
    ("def f():\n    while True: pass\nf()", r"It called f, where the line is: while True: pass"),
])  # fmt: skip
def test_a_cell_that_is_stopped_names_the_line_that_was_running(source, line, tmp_path):
    stopped = outcome(source, tmp_path, seconds=0.5)
    assert stopped.error == "Timeout"
    assert re.fullmatch(r"It took more than 0.5 s .* never ends\.\n(It was running line 3: f\(\)\n)?" + line,
                        stopped.text)


def test_a_test_that_is_stopped_names_the_line_of_the_answer(tmp_path):
    test = ("from course_lib.grading import visible_test\n\n\n@visible_test('Task 1 (f)')\n"
            "def test(check):\n    check.watch(f)()")
    answer, stopped = kernel.run_cells(["def f():\n    while True: pass", test], tmp_path, seconds=1)
    assert answer == kernel.Outcome() and stopped.error == "Timeout"
    assert stopped.text.split("\n")[1:] == ["It was running this line, in f: while True: pass", "In the call f()."]


def test_the_limit_counts_computing_and_not_waiting(tmp_path):
    """A process that waits for its turn on a busy machine is like one that sleeps."""
    assert outcome("import time; time.sleep(1.5)", tmp_path, seconds=0.5) == kernel.Outcome()
    waited = outcome("import time; time.sleep(60)", tmp_path, seconds=0.2)
    assert waited.error == "Timeout" and waited.text.startswith("It waited for more than 2 s")


def test_threads_do_not_shorten_the_limit(tmp_path, monkeypatch):
    """Four threads compute four seconds in one; the limit is passed when a clock on the wall agrees."""
    monkeypatch.setattr(kernel, "_processor_time", lambda manager: lambda: 100.0)
    assert outcome("x = 1", tmp_path, seconds=30) == kernel.Outcome()
