"""Write a file completely or not at all."""

import os
import uuid
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_write(path, overwrite=False):
    """Open a file for writing bytes; it gets its name only if the block ends without an error.

    Until then the bytes go to a hidden neighbor in the same folder, because a rename within one
    folder is a single step: nobody ever sees half a file, and an error leaves nothing behind.

    Parameters
    ----------
    path : str or Path
        Where the file shall be. Its folder must exist.
    overwrite : bool
        Replace a file that is already there. By default that is an error.

    Yields
    ------
    file object
        Open for writing bytes.

    Raises
    ------
    FileExistsError
        `path` exists and `overwrite` is False.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with atomic_write(folder / "note.txt") as file:
    ...     _ = file.write(b"seven")
    >>> (folder / "note.txt").read_text()
    'seven'
    """
    path = Path(path)
    if path.exists() and not overwrite:
        raise _exists(path)
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with open(partial, "xb") as file:
            yield file
        if overwrite:
            os.replace(partial, path)
        else:
            _name_once(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _name_once(partial, path):
    """Give a file its name unless that was taken meanwhile, in a single step where that works."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:  # a disk without links
        if path.exists():
            raise _exists(path) from error
        os.replace(partial, path)


def _exists(path):
    return FileExistsError(
        f"{path} exists already. Choose another name, or pass overwrite=True to replace it."
    )
