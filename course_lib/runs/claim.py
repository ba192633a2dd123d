"""Who trains a run has a claim on its files, so that two do not write over each other's.

A claim is a small file that says who made it, and a lock of the operating system on that file. The
lock ends with the process, however that ends, so a claim that was left behind is known by being
unlocked. Locks reach over a network disk as far as that disk hands them on. Where there are none
(some network disks, Windows), the file itself has to tell whether its process still runs; of one on
another machine nobody can say, and then a person decides.
"""

import errno
import json
import os
import platform
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


@contextmanager
def claim(path):
    """Hold a claim for the length of a ``with`` block; its file is there just as long.

    Parameters
    ----------
    path : path-like
        Of the file. Its folder is made if need be, so that it is known at once whether anything
        can be written there; it goes again if it was made and nothing was put into it.

    Raises
    ------
    ValueError
        Another process has this claim, or another thread of this one.
    OSError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "nn1l" / "seed-0.claim"
    >>> with claim(path):
    ...     path.exists()
    True
    >>> path.parent.exists()
    False
    """
    path = Path(path)
    made = not path.parent.is_dir()
    file = _take(path)
    try:
        _sign(file)
        yield
    finally:
        if fcntl:
            path.unlink(missing_ok=True)  # while it is locked: nobody else can be in it
            os.close(file)
        else:  # Windows removes no file that is open
            os.close(file)
            path.unlink(missing_ok=True)
        if made:
            try:
                path.parent.rmdir()
            except OSError:
                pass  # not empty


def _take(path):
    """The open file of a claim that nobody else has."""
    while True:
        file = _open(path)
        try:
            if not _locked(file) and _may_run(_owner(file)):
                raise BlockingIOError
            if _is_at(path, file):
                return file
        except BlockingIOError:
            owner = _owner(file)
            os.close(file)
            raise ValueError(
                f"{path.with_suffix('')} is being trained by another process{_in_words(owner)}; "
                "wait for it, or name another --directory. If that process no longer runs, delete "
                f"{path}"
            ) from None
        except BaseException:
            os.close(file)
            raise
        os.close(file)  # whoever had it has just ended and removed the file: once more


def _open(path, tries=100):
    """The open file, new or not, in a folder that others may be removing just now."""
    for left in reversed(range(tries)):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except (FileNotFoundError, FileExistsError):  # the latter: gone after mkdir had seen it
            if not left:
                raise


def _sign(file):
    """Write down who has the claim, for those who come later."""
    about = {"process": os.getpid(), "machine": platform.node(),
             "since": datetime.now().astimezone().isoformat(timespec="seconds")}
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, json.dumps(about).encode())


def _locked(file):
    """Whether the file is locked now; False where there are no locks; BlockingIOError if it was."""
    if not fcntl:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        return False
    return True


def _is_at(path, file):
    """Whether an open file is still the one of this name."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(file))
    except FileNotFoundError:
        return False


def _owner(file):
    """What the file says about who made it; nothing, where it was not written to the end."""
    try:
        os.lseek(file, 0, os.SEEK_SET)
        owner = json.loads(os.read(file, 1000))
        return {"process": int(owner["process"]), "machine": str(owner["machine"]),
                "since": str(owner["since"])}
    except (ValueError, KeyError, TypeError):
        return None


def _may_run(owner):
    """Whether the process that made a claim may still run, as far as one can tell from here."""
    if owner is None:
        return False
    if owner["machine"] != platform.node() or os.name == "nt":
        return True
    try:
        os.kill(owner["process"], 0)  # asks whether it is there, and does nothing to it
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def _in_words(owner):
    return f", {owner['process']} on {owner['machine']} since {owner['since']}" if owner else ""
