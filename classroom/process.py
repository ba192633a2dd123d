"""A student's process as its keeper sees it: started, watched, stopped, and never left behind."""

import contextlib
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from classroom.protocol import Channel, Closed, Violation
from classroom.sandbox import HOME, command, environment, hard_limits
from classroom.tree import descendants, end_orphans, size_of, usage

LOOK = 0.1  # seconds between two looks at what it uses
CONTROL = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")  # what colors text in a terminal
PATIENCE = 2.0  # seconds that code which is interrupted has to end


class Stopped(Exception):
    """The student's process was stopped, or has ended; the text says why, for the student.

    `detail` is for the instructor alone: it may hold what the process has sent.
    """

    def __init__(self, reason, detail=""):
        super().__init__(reason)
        self.detail = detail


class StudentProcess:
    """One process in the sandbox, and the channel to it.

    Parameters
    ----------
    level : str
        Of the sandbox.
    limits : Limits
    spent : float
        Seconds of processor time that earlier processes of this submission have used.
    deadline : float
        When the submission must end, on the clock of `time.monotonic`.
    nursery : Nursery, optional
        Where the process comes from; else it starts anew.

    Attributes
    ----------
    output : bytearray
        What was written to the streams since `take_output`, up to the limit.
    spoiled : bool
        Whether something is still running that only ends with the process.
    reason : str
        Why a call was stopped.
    late : str or None
        Where it has used up the time of a cell, the cell whose code was running, as far as known.
    """

    def __init__(self, level, limits, spent=0.0, deadline=float("inf"), nursery=None):
        self.limits, self.before, self.deadline = limits, spent, deadline
        self.output, self.cut = bytearray(), False
        self.begun = self.idle = self.used = 0.0
        self.looked, self.interrupted = time.monotonic(), None
        self.threads, self.spoiled, self.reason = 0, False, ""
        self.late, self.seconds = None, limits.cell
        self.silent = True  # nothing of the next answer has come
        self.scratch = None if level == "bubblewrap" else tempfile.mkdtemp(prefix="student-")
        ours, theirs = socket.socketpair()
        self.reading, writing = os.pipe()
        os.set_blocking(self.reading, False)
        try:
            if nursery is None or not self._fork(nursery, theirs.fileno(), writing):
                self._start(level, theirs.fileno(), writing)
        finally:
            theirs.close()
            os.close(writing)
        self.channel = Channel(ours, self.wait)

    def _fork(self, nursery, connection, writing):
        """Have the process from the nursery; false where that fails."""
        self.process, self.program = None, 0
        try:
            self.pid = nursery.start(connection, writing, hard_limits(self.limits),
                                     self.limits.file)
            self.ends = os.pidfd_open(self.pid)
        except OSError:
            return False
        return True

    def _start(self, level, connection, writing):
        """Start a sandbox of its own."""
        self.process = subprocess.Popen(
            command(level, self.scratch, ["serve", str(connection)], self.limits),
            stdin=subprocess.DEVNULL, stdout=writing, stderr=writing, cwd=self.scratch,
            env=environment(self.scratch or HOME), pass_fds=[connection], start_new_session=True)
        self.pid = self.process.pid
        self.program = 2 if level == "bubblewrap" else 0  # its place among its own family

    def begin_cell(self, seconds):
        """Let a cell begin that may compute so many seconds: they are counted from here."""
        self.seconds = seconds
        self.used = self._usage()[0]
        self.begun, self.idle, self.interrupted = self.used, 0.0, None
        self.threads = self._threads()

    def tidy(self, threads=True):
        """End what a cell has left running; where that cannot be done alone, all must go."""
        for pid in self._family()[self.program + 1:]:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        unasked = select.select([self.channel.connection], [], [], 0)[0]  # it spoke out of turn
        self.spoiled = self.spoiled or bool(unasked) or (
            threads and self._threads() > self.threads)

    def _threads(self):
        try:
            return len(os.listdir(f"/proc/{self._family()[self.program]}/task"))
        except (OSError, IndexError):
            return 0

    def exchange(self, header, blobs=()):
        """Send a message and receive one.

        Raises
        ------
        Stopped
            The process has ended, used too much, or broken the rules.
        """
        self.silent = True
        try:
            self.channel.send(header, blobs)
            header, blobs = self.channel.receive()
        except Closed:
            self.stop()
            raise Stopped("It ended the Python process (exit? memory?).") from None
        except Violation as error:
            self.stop()
            raise Stopped("It sent what no answer is.", str(error)) from None
        if self.interrupted:
            reason, self.interrupted = self.interrupted[0], None
            self.spoiled, self.reason = True, reason
            told = header["error"] if type(header.get("error")) is dict else {}
            line = told.get("line", "")
            if self.late is not None:
                self.late = cell if type(cell := told.get("cell")) is str else ""
            if header.get("op") != "reply":
                self._end(reason)
            header["error"] = {"type": "Timeout", "kinds": [], "text": reason, "line": line}
        return header, blobs

    def wait(self, connection, writing):
        """Wait for the channel; meanwhile read the output and look at what is used."""
        poll = select.poll()
        poll.register(connection, select.POLLOUT if writing else select.POLLIN)
        poll.register(self.reading, select.POLLIN)
        while True:
            events = dict(poll.poll(LOOK * 1000))
            if self.reading in events and not self._drain():
                poll.unregister(self.reading)
            ready, now = connection.fileno() in events, time.monotonic()
            if now - self.looked >= LOOK:
                # Whoever has just answered waits for us; that is not idle. An answer that comes
                # in drops is.
                self._look(0.0 if ready and self.silent else LOOK)
                self.looked = now
            if ready:
                self.silent = writing
                return

    def _look(self, seconds):
        """Stop the process where it has used up what it may."""
        self.used, memory, running = self._usage()
        self.idle += 0.0 if running else seconds
        limits, now = self.limits, time.monotonic()
        if memory > 2 * limits.memory:
            self._end("It used too much memory and was stopped.")
        if self.scratch is not None and size_of(self.scratch) > limits.file:
            self._end("It wrote too many or too large files and was stopped.")
        if now > self.deadline:
            self._end("The time for the whole notebook was over.")
        if self.before + self.used > limits.submission:
            self._end(f"The whole notebook used more than {limits.submission:g} s of processor "
                      "time and was stopped.")
        if self.interrupted:
            reason, when = self.interrupted
            if now > when + PATIENCE:
                self._end(reason)
        elif self.used - self.begun > self.seconds:
            self.late = ""
            self._interrupt(f"It took more than {self.seconds:g} s of processor time and was "
                            "stopped: look for a loop that never ends.")
        elif self.idle > limits.idle:
            self._interrupt(f"It waited for more than {limits.idle:g} s without computing anything "
                            "and was stopped.")

    def _interrupt(self, reason):
        self.interrupted = (reason, time.monotonic())
        for pid in self._family()[self.program:][:1]:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGINT)

    def _end(self, reason):
        self.stop()
        raise Stopped(reason)

    def take_output(self):
        """Return what was written since the last call, as text that is safe to print."""
        self._drain()
        text = self.output.decode(errors="replace")
        self.output, cut, self.cut = bytearray(), self.cut, False
        text = CONTROL.sub("", text)
        text = "".join(c for c in text if c >= " " or c in "\n\t")
        return text + ("\n[the rest of the output is left out]\n" if cut else "")

    def _drain(self):
        """Read what there is, keep what fits; false at the end of the stream."""
        for _ in range(16):  # up to 1 MiB, so that a flood cannot hold us here
            try:
                part = os.read(self.reading, 1 << 16)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not part:
                return False
            room = max(0, self.limits.output - len(self.output))
            self.output += part[:room]
            self.cut = self.cut or len(part) > room
        return True

    def stop(self):
        """End the process and all that came from it."""
        for pid in reversed(self._family()):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()
        elif self.ends is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.ends, signal.SIGKILL)
            select.select([self.ends], [], [], 60)
            os.close(self.ends)
            self.ends = None
        end_orphans()
        self.channel.connection.close()

    def close(self):
        """Stop the process and remove what it wrote."""
        self.used = self._usage()[0]
        self.stop()
        if self.reading is not None:
            self._drain()
            os.close(self.reading)
            self.reading = None
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _family(self):
        """The process and all that came from it, the oldest first."""
        if self.process is None and (self.ends is None or select.select([self.ends], [], [], 0)[0]):
            return []  # its number may be another's by now
        return [self.pid, *descendants(self.pid)]

    def _usage(self):
        """Seconds of processor time, bytes of memory, and whether anything computes."""
        seconds, memory, running = usage(self._family())
        return max(seconds, self.used), memory, running
