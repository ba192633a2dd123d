"""Students' processes that are ready at once: one sandbox has everything imported and forks.

Starting Python and importing NumPy and Matplotlib takes longer than most notebooks run. So one
process in the sandbox of bubblewrap, in which no student's code ever runs, does that once. For each
student it forks a child, and that goes into namespaces of its own inside the sandbox before any of
the student's code runs: it sees no other process, has a network without a way out, an empty
scratch folder in memory and no rights. What it is given are two open files, its channel and its
output; what it leaves behind goes with it.

Where the system forbids namespaces inside namespaces, every student gets a sandbox from the start.
"""

import ctypes
import gc
import importlib
import io
import json
import os
import resource
import signal
import socket
import struct
import subprocess
from dataclasses import replace

# Tests, pictures and answers use these; what is imported here, no student's process has to import.
READY = ("numpy", "course_lib.grading", "course_lib.data", "course_lib.nn", "course_lib.zoo",
         "course_lib.plots", "matplotlib.pyplot", "IPython.display", "classroom.student")
USERS, MOUNTS, IPC, PROCESSES, NETWORK = 0x10000000, 0x20000, 0x8000000, 0x20000000, 0x40000000
CREDENTIALS = struct.Struct("3i")  # process, user, group


class Nursery:
    """The ready sandbox, as the grader sees it.

    Parameters
    ----------
    limits : Limits
        For the process that forks; each student's own are given to `start`.

    Raises
    ------
    OSError
        It does not work here.
    """

    def __init__(self, limits):
        from classroom.sandbox import command, environment  # not there in the sandbox

        # It starts many processes and lives long; each child takes up its own, lower limits.
        limits = replace(limits, processes=5000, submission=10**7, memory=1 << 36, file=1 << 30)
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                command("bubblewrap", "", ["nurse", str(theirs.fileno())], limits),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment(),
                stderr=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True)
        if self.socket.recv(16) != b"ready":
            self.close()
            raise OSError("there is no nursery here")

    def start(self, connection: int, output: int, limits: list, size: int) -> int:
        """Start a student's process.

        Parameters
        ----------
        connection, output : int
            The file that it serves, and the one that it writes to.
        limits : list
            As `classroom.sandbox.hard_limits` gives them.
        size : int
            Bytes of its scratch folder.

        Returns
        -------
        int
            The number of the process, as it is seen from here.

        Raises
        ------
        OSError
        """
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            ours.settimeout(60)
            request = json.dumps({"limits": limits, "size": size}).encode()
            socket.send_fds(self.socket, [request], [connection, output, theirs.fileno()])
            theirs.close()
            # The kernel says who wrote this; no student's code has run by then.
            text, extra, _, _ = ours.recvmsg(16, socket.CMSG_SPACE(CREDENTIALS.size))
            if text != b"born" or not extra:
                raise OSError("a student's process could not be started")
            return CREDENTIALS.unpack(extra[0][2][:CREDENTIALS.size])[0]

    def family(self) -> list[int]:
        """Return its own processes: bubblewrap's two and the one that forks."""
        from classroom.tree import descendants

        return [self.process.pid, *descendants(self.process.pid)[:2]]

    def close(self) -> None:
        """End it, and all that came from it."""
        self.socket.close()
        self.process.kill()
        self.process.wait()


def nurse(number: int) -> None:
    """Fork a child for every request; runs in the sandbox."""
    libc = ctypes.CDLL(None, use_errno=True)
    for name in READY:
        importlib.import_module(name)
    importlib.import_module("course_lib.data").load_digits28()
    _draw()
    gc.freeze()  # what is there by now is shared with all that is forked
    libc.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE: no child can look into this process
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control = socket.socket(fileno=number)
    if not _may_separate(libc):
        return
    control.send(b"ready")
    while True:
        request, files, _, _ = socket.recv_fds(control, 65536, 3)
        if not request:
            return
        if os.fork() == 0:
            try:
                _be_born(libc, json.loads(request), files)
            finally:
                os._exit(1)
        for file in files:
            os.close(file)


def _draw():
    """Draw a picture, so that Matplotlib has found its fonts before any student's process does."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot([0, 1], label="$x^2$")
    axes.imshow([[0, 1]])
    axes.set(title="a title", xlabel="x", ylabel="y")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    pyplot.close("all")


def _may_separate(libc):
    """Whether a child can have namespaces of its own."""
    child = os.fork()
    if child == 0:
        try:
            _separate(libc, 1 << 20)
            os._exit(0)
        finally:
            os._exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = os.waitpid(child, 0)[1]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    return status == 0


def _be_born(libc, request, files):
    """Become a student's process."""
    _separate(libc, request["size"])
    connection, output, parent = files
    for target in (1, 2):
        os.dup2(output, target)
    for kind, pair in request["limits"]:
        resource.setrlimit(kind, tuple(pair))
    os.write(parent, b"born")
    kept = os.dup2(connection, 3)
    os.closerange(4, 4096)
    from classroom.confine import harden
    from classroom.student import main

    harden()
    main(kept)
    os._exit(0)


def _separate(libc, size):
    """Go into namespaces of one's own, and give up all rights there; returns in a child."""
    def call(function, *arguments):
        if function(*arguments) != 0:
            raise OSError(ctypes.get_errno(), function.__name__)

    user, group = os.getuid(), os.getgid()
    call(libc.prctl, 4, 1, 0, 0, 0)  # so that its own files in /proc are its own
    call(libc.unshare, USERS | MOUNTS | IPC | PROCESSES | NETWORK)
    for name, text in (("setgroups", "deny"), ("uid_map", f"1000 {user} 1"),
                       ("gid_map", f"1000 {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    if os.fork():
        os._exit(0)  # the child is the first process of the new namespace
    home = os.environ["HOME"].encode()
    call(libc.mount, b"student", home, b"tmpfs", 6, b"size=%d,nr_inodes=20000,mode=700" % size)
    if libc.mount(b"proc", b"/proc", b"proc", 14, None) != 0:  # where a part of it is covered
        call(libc.mount, b"none", b"/proc", b"tmpfs", 15, b"size=4096")
    os.chdir(home)
    call(libc.prctl, 38, 1, 0, 0, 0)  # no new privileges
    for capability in range(41):
        libc.prctl(24, capability, 0, 0, 0)  # none to be had by a program either
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
    call(libc.capset, header, ctypes.create_string_buffer(24))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
