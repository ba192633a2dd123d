"""Run code cells one after the other in a fresh process, as JupyterLab and nbgrader do."""

import atexit
import os
import queue
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 5  # seconds that a cell which is interrupted has to end
WAITING = 10  # times its limit that a cell may last: the machine may be busy with other things
STARTUP = 180  # seconds; a machine may be busy


@dataclass(frozen=True)
class Outcome:
    """How one cell ended.

    Attributes
    ----------
    error : str
        The class of the error that it raised, "" for none. "Timeout": it was stopped; "Ended":
        it ended the process.
    text : str
        What the error says, with the line that raised it, or that was running when the cell was
        stopped, where that is known.
    """

    error: str = ""
    text: str = ""


def private_sockets() -> dict[str, str]:
    """Give settings for a `KernelManager` whose kernels no other program can get in the way of.

    Jupyter looks for five free TCP ports and tells them to the kernel that it then starts. Another
    program may have taken one by the time the kernel opens it, and the kernel ends with "Address
    already in use": rare, but not over a class of hundreds on a busy machine. The sockets of these
    settings lie in a directory of their own instead, which is removed when Python ends.

    Returns
    -------
    dict
        ``transport`` and ``ip``; empty, so that TCP is used as ever, where there are no such
        sockets, as on Windows, or where the path of temporary files is too long for one.
    """
    folder = tempfile.mkdtemp(prefix="kernel-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = os.path.join(folder, "socket")
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(f"{path}-probe")
    except (AttributeError, OSError):
        return {}
    return {"transport": "ipc", "ip": path}


def run_cells(sources: list[str], folder: Path, seconds: float,
              tell: Callable[[int], None] = lambda i: None) -> list[Outcome]:
    """Run cells in a fresh IPython kernel and say how each ended.

    A cell that raises or takes too long does not keep the next from running. Where a cell ends
    the process, all others run again in another one.

    Parameters
    ----------
    sources : list of str
        The code of each cell; IPython's own words such as ``%timeit`` are allowed.
    folder : Path
        Where the code runs.
    seconds : float
        How long one cell may compute. What counts is the time of the processor, so that a busy
        machine changes nothing; a cell that only waits is stopped after `WAITING` times as long.
    """
    ended = {}
    while True:
        outcomes, last = _run_once(sources, Path(folder), seconds, ended, tell)
        if last is None:
            return [ended.get(i, outcome) for i, outcome in enumerate(outcomes)]
        ended[last] = outcomes[last]


def _run_once(sources, folder, seconds, skip, tell):
    """Run all cells but those to skip; return what came, and which of them ended the process."""
    try:
        import ipykernel  # noqa: F401  the kernel itself, which jupyter_client starts
        from jupyter_client import KernelManager  # not above: it takes long, for this alone
    except ImportError as error:
        raise ValueError("to run notebooks this needs ipykernel; install it with: "
                         "python -m pip install ipykernel") from error

    manager = KernelManager(kernel_name="python3", **private_sockets())
    manager.start_kernel(cwd=str(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         extra_arguments=["--HistoryManager.enabled=False"])
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=STARTUP)
        outcomes = []
        for i, source in enumerate(sources):
            tell(i)
            outcome, alive = ((Outcome(), True) if i in skip else
                              _run_cell(source, manager, client, seconds))
            outcomes.append(outcome)
            if not alive:
                return outcomes, i
        return outcomes, None
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _run_cell(source, manager, client, seconds):
    """Run one cell; return how it ended, and whether the process is still there."""
    computed = _processor_time(manager)
    sent = client.execute(source, store_history=False, allow_stdin=False)
    outcome, begun, give_up = Outcome(), time.monotonic(), None
    while True:
        lasted = time.monotonic() - begun
        if give_up is not None and lasted > give_up:
            return outcome, False
        # Threads may compute more than a second in a second: both clocks must agree.
        endless = min(lasted, computed()) > seconds
        if give_up is None and (endless or lasted > WAITING * seconds):
            give_up = lasted + PATIENCE
            outcome = Outcome("Timeout", (
                f"It took more than {seconds:g} s and was stopped: look for a loop that never ends."
                if endless else f"It waited for more than {WAITING * seconds:g} s, for whatever it "
                "was, and was stopped."))
            manager.interrupt_kernel()
        try:
            message = client.get_iopub_msg(timeout=min(1, max(seconds / 10, 0.01)))
        except queue.Empty:
            if not manager.is_alive():
                return Outcome("Ended", "It ended the Python process (memory? exit?)."), False
            continue
        if message["parent_header"].get("msg_id") != sent:
            continue
        content = message["content"]
        if message["msg_type"] == "error":
            outcome = stopped_of(outcome, content, source) if give_up else error_of(content, source)
        if message["msg_type"] == "status" and content["execution_state"] == "idle":
            return outcome, True


def _processor_time(manager):
    """Return a function that says how many seconds a kernel has computed since now."""
    import psutil  # comes with ipykernel

    process = psutil.Process(manager.provisioner.pid)

    def used():
        try:
            times = process.cpu_times()
        except psutil.Error:  # it has ended
            return 0.0
        return times.user + times.system

    before = used()
    return lambda: used() - before


def error_of(content, source: str) -> Outcome:
    """What an error message of the kernel says; a `CheckFailed` speaks for itself."""
    name, text = content["ename"], content["evalue"]
    # Python ends some messages with "(1234.py, line 2)", others with "(detected at line 2)".
    text = re.sub(r" ?\((?:[^()\s]+\.py|<[^<>]*>|<[^<>]*>\.py), line \d+\)|"
                  r" \(detected at line \d+\)", "", text)
    return Outcome(name, "\n".join([text, *_lines(content, source)]))


def stopped_of(outcome: Outcome, content, source: str) -> Outcome:
    """Add the line that was running to the outcome of a cell that took too long."""
    if content["ename"] == "Stopped":  # a test says more
        told = content["evalue"].split("\n")[1:]
    else:
        told = [line.replace("The line is", "It was running line")
                for line in _lines(content, source)]
    return Outcome(outcome.error, "\n".join([outcome.text, *told]))


def _lines(content, source: str) -> list[str]:
    """Quote the line of the cell that an error came through, and the innermost in the notebook."""
    trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(content["traceback"]))
    place = re.search(r"^ *Cell In\[\d+\], line (\d+)$", trace, re.MULTILINE)
    told, lines = [], source.split("\n")
    if place and int(place[1]) <= len(lines):
        told.append(f"The line is {place[1]}: {lines[int(place[1]) - 1].strip()}")
    if content["ename"] == "SyntaxError" and re.search(r"\blambda *(?:[-=+/)]|\* )", "".join(told)):
        told.append("lambda is a word of Python's own: take another name.")
    inner = re.findall(r"^Cell In\[\d+\], line \d+, in (\w+)\(.*\)\n(?:(?! *-+> ).+\n)*"
                       r"-+> \d+ *(.*)$", trace, re.MULTILINE)
    if inner:
        told.append(f"It called {inner[-1][0]}, where the line is: {inner[-1][1].strip()}")
    return told
