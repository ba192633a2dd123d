"""Claims: one at a time, with and without locks; none outlives its owner."""

import errno
import json
import os
import platform
import signal
import subprocess
import sys
import threading

import pytest

from course_lib.runs import claim as module
from course_lib.runs.claim import claim

HOLD = """
import sys, time
from course_lib.runs.claim import claim
with claim(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "nn1l" / "seed-0.claim"


@pytest.fixture(params=["locks", "a disk without locks", "a system without locks"])
def locks(request, monkeypatch):
    """Locks as here, and what there is in their place elsewhere."""
    def refused(file, how):
        raise OSError(errno.ENOLCK, "No locks available")

    if request.param == "a disk without locks":
        monkeypatch.setattr(module.fcntl, "flock", refused)
    elif request.param == "a system without locks":
        monkeypatch.setattr(module, "fcntl", None)
    return request.param


def test_one_at_a_time(path, locks):
    with claim(path):
        with (
            pytest.raises(
                ValueError, match=f"seed-0 is being trained by another.* {os.getpid()} on"
            ),
            claim(path),
        ):
            pass
        assert path.exists(), "whoever came second has removed the claim of the first"
    with claim(path):
        pass
    assert not path.parent.exists()


def test_other_runs_are_free(path, locks):
    with claim(path), claim(path.with_name("seed-1.claim")):
        pass


def test_given_back_after_an_error(path, locks):
    with pytest.raises(KeyboardInterrupt), claim(path):
        raise KeyboardInterrupt
    assert not path.exists()


def test_a_folder_that_was_there_or_is_used_stays(path):
    path.parent.mkdir(parents=True)
    with claim(path):
        pass
    assert path.parent.exists()
    other = path.parent.parent / "nn2l" / "seed-0.claim"
    with claim(other):
        (other.parent / "seed-0.npz").touch()
    assert list(other.parent.iterdir()) == [other.parent / "seed-0.npz"]


@pytest.fixture
def holder(path):
    """Another process that has the claim."""
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_another_process_is_named(path, holder, locks):
    before = path.read_bytes()
    with (
        pytest.raises(ValueError, match=f"{holder.pid} on {platform.node()} since 20"),
        claim(path),
    ):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_claim_ends_with_its_process(path, holder, how, locks):
    """Killed, it can give nothing back: the file stays, and is known to be nobody's."""
    holder.send_signal(how)
    holder.wait()
    assert path.exists()
    with claim(path):
        assert json.loads(path.read_text())["process"] == os.getpid()
    assert not path.exists()


def test_where_there_are_no_locks_another_machine_is_believed(path, monkeypatch):
    """Nobody can see from here whether a process runs there, so a person is asked to look."""
    path.parent.mkdir()
    path.write_text(json.dumps({"process": 1, "machine": "elsewhere", "since": "yesterday"}))
    with claim(path):  # with locks it is plain that it is nobody's
        pass
    path.write_text(json.dumps({"process": 1, "machine": "elsewhere", "since": "yesterday"}))
    monkeypatch.setattr(module, "fcntl", None)
    with (
        pytest.raises(ValueError, match=f"1 on elsewhere since yesterday.*delete {path}"),
        claim(path),
    ):
        pass
    assert path.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"process": "x", "machine": "", "since": ""}'])
def test_a_claim_that_was_not_written_to_the_end_is_nobodys(path, text, locks):
    path.parent.mkdir()
    path.write_text(text)
    with claim(path):
        pass


def test_many_at_once(path):
    """However the threads come and go, never two inside."""
    inside, most, done = [], [], []

    def work():
        while len(done) < 100:
            try:
                with claim(path):
                    inside.append(1)
                    most.append(len(inside))
                    inside.pop()
                    done.append(1)
            except ValueError:
                pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}


def test_a_folder_that_goes_while_it_is_made_is_made_again(path, monkeypatch):
    """`mkdir` finds the folder of another claim, and no folder when it looks whether it is one."""
    make, found = module.Path.mkdir, []

    def mkdir(folder, *given, **options):
        if not found:
            found.append(folder)
            raise FileExistsError(folder)
        make(folder, *given, **options)

    monkeypatch.setattr(module.Path, "mkdir", mkdir)
    with claim(path):
        assert found == [path.parent]


def test_a_disk_that_is_full_is_noticed(path, monkeypatch):
    def full(file, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "write", full)
    with pytest.raises(OSError, match="No space left"), claim(path):
        pass
    assert not path.parent.exists()
