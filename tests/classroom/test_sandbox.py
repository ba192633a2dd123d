"""The levels of the sandbox: which there are, what is said without one, what none lets through."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from small import RIGHT, graded, points, said

from classroom.sandbox import LEVELS, Limits, NoSandbox, command, find_level, problem_with

ROOT = Path(__file__).parents[2]
NOBODY = 65534
LEVELS_HERE = [None, *(pytest.param(level, marks=pytest.mark.skipif(
    problem_with(level) is not None, reason=f"{level}: {problem_with(level)}"))
    for level in LEVELS[:2])]
needs_one = pytest.mark.usefixtures("sandbox")


def every_level(test):
    return needs_one(pytest.mark.parametrize("level", LEVELS_HERE)(test))


def outcome(source, level):
    return graded({}, added=[source], level=level).outcomes["added-0"]


def test_a_sandbox_that_does_not_exist_is_no_sandbox():
    """It must never be taken for the level without any."""
    for wanted in ("bubblewarp", "['bubblewrap']", "none", ""):
        with pytest.raises(ValueError, match="there is no sandbox"):
            find_level(wanted=(wanted,))
    with pytest.raises(ValueError, match="must be one of"):
        command("bubblewarp", "", ["-c", "pass"], Limits())


def test_without_a_sandbox_it_says_what_is_missing():
    source = """
import sys
from classroom.sandbox import find_level, NoSandbox
import classroom.confine as confine
try:
    find_level()
except NoSandbox as error:
    print(error)
print("unsafe:", find_level(unsafe=True))
"""
    # A machine without bwrap on which Landlock is refused: seccomp forbids what it needs.
    forbid = ("import ctypes, struct\n"
              "from classroom import confine\n"
              "confine.KERNEL, confine.OTHERS, confine.FILES, confine.OWN, confine.COMMANDS = "
              "{'landlock': (444, 444)}, {}, {}, {}, {}\n"
              "confine.libc.prctl(38, 1, 0, 0, 0)\n"
              "confine.refuse_calls(alone=False)\n")
    done = subprocess.run([sys.executable, "-c", forbid + source], capture_output=True, text=True,
                          cwd=ROOT, env={**os.environ, "PATH": "/nowhere"}, check=False)
    assert done.returncode == 0, done.stderr
    assert "bubblewrap: bubblewrap (the command bwrap) is not installed" in done.stdout
    assert "landlock: " in done.stdout and "this system has no Landlock" in done.stdout
    assert "c.JudgeNotebook.unsafe = True" in done.stdout
    assert done.stdout.endswith("unsafe: none\n")


@every_level
def test_the_keys_of_the_kernel_are_out_of_reach(level):
    """A session's keys are no file, and no namespace parts a process from them."""
    source = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
for call in [(250, 0, -3, 0), (250, 10, -3, b"user", b"x", 0), (248, b"user", b"x", b"x", 1, -3)]:
    found = libc.syscall(*(ctypes.c_long(a) if type(a) is int else a for a in call))
    print(found, ctypes.get_errno())
"""
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers are those of x86_64")
    assert outcome(source, level).text == "-1 1\n" * 3


@every_level
def test_rights_owners_and_times_of_other_files_stay(level, tmp_path):
    """Landlock by itself forbids none of this."""
    path = tmp_path / "notes.txt"
    path.write_text("notes")
    os.chmod(path, 0o640)
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)  # as whom the student runs then
    before = path.stat()
    source = f"""
import os
path = {str(path)!r}
for act in (lambda: os.chmod(path, 0o777), lambda: os.chown(path, 1000, 1000),
            lambda: os.utime(path, (1, 1)), lambda: os.setxattr(path, "user.x", b"x"),
            lambda: os.truncate(path, 0), lambda: os.unlink(path)):
    try:
        act()
        print("reached")
    except OSError:
        pass
"""
    assert outcome(source, level).text == ""
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_mtime, after.st_size) == (
        before.st_mode, before.st_uid, before.st_mtime, before.st_size)
    assert stat.S_IMODE(after.st_mode) == 0o640 and os.listxattr(path) == []


@every_level
def test_nothing_stays_in_the_kernel(level):
    """What System V shares outlives a process, and the next student could read it."""
    before = [Path(f"/proc/sysvipc/{kind}").read_text().count("\n") for kind in ("shm", "sem", "msg")]
    outcome("import ctypes\nlibc = ctypes.CDLL(None)\nlibc.shmget(0x5EC2E8, 4096, 0o1666)\n"
            "libc.semget(0x5EC2E8, 1, 0o1666)\nlibc.msgget(0x5EC2E8, 0o1666)", level)
    after = [Path(f"/proc/sysvipc/{kind}").read_text().count("\n") for kind in ("shm", "sem", "msg")]
    assert after == before


@every_level
def test_no_signal_reaches_another_process(level):
    """Neither by a signal nor by a socket that sends one when it can be read."""
    with subprocess.Popen(["sleep", "60"], user=NOBODY if os.geteuid() == 0 else None) as other:
        source = f"""
import fcntl, os, signal, socket
a, b = socket.socketpair()
for act in (lambda: os.kill({other.pid}, 9), lambda: fcntl.fcntl(a, 10, 9),
            lambda: fcntl.fcntl(a, fcntl.F_SETOWN, {other.pid}),
            lambda: fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC), lambda: b.send(b"x"),
            lambda: os.sched_setaffinity({other.pid}, [0])):
    try:
        act()
    except OSError:
        pass
"""
        before = os.sched_getaffinity(other.pid)
        outcome(source, level)
        assert other.poll() is None
        assert os.sched_getaffinity(other.pid) == before
        other.kill()


@every_level
def test_threads_and_children_still_work(level):
    """What is refused above must not be missed by an honest student."""
    source = """
import os, signal, threading
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as pool:
    print(sum(pool.map(abs, [-1, 2])))
child = os.fork()
if child == 0:
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert outcome(source, level).text == "3\n7\n"


@needs_one
def test_text_that_no_file_can_hold_does_no_harm():
    """Halves of characters, in an error."""
    answer = ("def double(x):\n    "
              "raise type('E', (ValueError,), {})('\\ud800 \\udfff')")
    judgment = graded({"task-1": answer})
    assert points(judgment) == [0, 3, 4]
    said(judgment).encode()
    assert "?" in said(judgment)


@needs_one
def test_a_picture_is_a_picture():
    """The text of one stands in an attribute of the page; nothing else may come there."""
    evil = "\"><script>alert(1)</script>"
    source = ("import gc\nr, = [o for o in gc.get_objects() if type(o).__name__ == 'Runner']\n"
              f"r.cells.pictures = lambda: [{evil!r}, 'QUJD', 7, 'iVBORw0KGgo=']\n{RIGHT['task-1']}")
    assert graded({"task-1": source}).outcomes["task-1"].pictures == ["iVBORw0KGgo="]


def test_no_sandbox_names_every_level():
    """Also where the instructor has asked for a single one."""
    with pytest.raises(NoSandbox, match="can run no student's code safely"):
        find_level(wanted=())
