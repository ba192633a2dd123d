"""Find data files on this machine or download them, and check every value in them.

A `Source` lists the files of a data set with shape and SHA-256. It is looked for in this order:

1. the directory given as an argument;
2. the directory named by the source's environment variable;
3. the user's cache folder, into which missing files are downloaded.

A directory that somebody named (1 or 2) must hold all the files: nothing else is tried and nothing
is written there. The hash is that of the *unpacked* file: the mirrors of MNIST hold the same
values, compressed in different ways.
"""

import hashlib
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_lib.data.atomic import atomic_write
from course_lib.data.errors import (
    BadFileError,
    DownloadError,
    MissingDataError,
    WrongHashError,
    WrongShapeError,
)
from course_lib.data.idx import decode_idx, read_content

OTHER_NAMES = "Each name may also end in .gz, and have a dot before idx in place of the hyphen."


@dataclass(frozen=True)
class IdxFile:
    """One IDX file of a source: its name without ``.gz`` and what it must hold."""

    name: str
    shape: tuple[int, ...]
    dtype: type
    sha256: str | None  # of the unpacked file; None where nobody published it


@dataclass(frozen=True)
class Source:
    """A published data set: its files, and where to look for them."""

    name: str
    variable: str  # environment variable that may name a directory
    files: tuple[IdxFile, ...]
    mirrors: tuple[str, ...]  # addresses that end in "/"; each file is there as NAME.gz
    loader: str  # the function that users call, for messages
    otherwise: str  # what to do without these data, for messages


def load(source, directory=None, download=True):
    """Read all files of a source, in the order in which it lists them, each one verified.

    Parameters
    ----------
    source : Source
    directory : str or Path, optional
        Look here and nowhere else.
    download : bool
        Whether files that the cache lacks may be downloaded.

    Raises
    ------
    MissingDataError
        The named directory lacks files; or none was named, the cache lacks files and `download`
        is False.
    BadFileError
        A file is damaged or another one than expected; the subclass tells in which way.
    DownloadError
        No mirror delivered a file.
    """
    origin, cure = "given as `directory`", "Replace that file, or name another directory."
    if directory is None and os.environ.get(source.variable):
        directory = os.environ[source.variable]
        origin = f"given by {source.variable}"
    if directory is not None:
        directory = Path(directory).expanduser()
        missing = missing_files(source, directory)
        if missing:
            if directory.is_dir():
                what = "lacks"
            elif directory.exists():
                what = "is a file; expected the directory that holds"
            else:
                what = "does not exist; expected in it:"
            raise MissingDataError(
                f"{source.name}: the directory {directory} ({origin}) {what} {_names(missing)}.\n"
                f"{OTHER_NAMES} Put the files there, name another directory, or name none to use "
                f"the cache and the download."
            )
    else:
        directory = cache_directory(source)
        cure = f"Delete that file; {source.loader}() then downloads it again."
        if missing_files(source, directory):
            if not download:
                raise MissingDataError(
                    f"{source.name} is not on this machine, and download=False.\n"
                    + ways_to_go_on(source)
                )
            download_missing(source, directory)
    try:
        return [read_verified(find_file(file, directory), file) for file in source.files]
    except BadFileError as error:
        raise type(error)(f"{error}\n{cure}") from None


def is_available(source):
    """Tell whether `load` needs no download: a directory is set, or the cache has every file."""
    return bool(os.environ.get(source.variable)) or not missing_files(
        source, cache_directory(source)
    )


def cache_directory(source):
    """Return the folder for downloads, where this operating system keeps a user's caches."""
    import pooch  # imported here: it is slow to import

    return Path(pooch.os_cache("course_lib")) / source.name.lower()


def find_file(file, directory):
    """Return the path of a file in a directory, unpacked or ``.gz``; None if it is not there.

    Several distributions have unpacked it to a name with a dot, ``train-images.idx3-ubyte``.
    """
    for name in (file.name, file.name.replace("-idx", ".idx")):
        for path in (directory / name, directory / f"{name}.gz"):
            if path.is_file():
                return path
    return None


def missing_files(source, directory):
    """List the files of a source that a directory lacks."""
    return [file for file in source.files if find_file(file, directory) is None]


def read_verified(path, file, name=None):
    """Read an IDX file and compare it with what is expected; `name` stands in for the path."""
    name = name or path
    content = read_content(path, name)
    array = decode_idx(content, name)
    if array.shape != file.shape or array.dtype != file.dtype:
        raise WrongShapeError(
            f"{name}: holds {array.dtype} values of shape {array.shape}; expected "
            f"{np.dtype(file.dtype)} of shape {file.shape}. It may be another file under this name."
        )
    sha256 = hashlib.sha256(content).hexdigest()
    if file.sha256 is not None and sha256 != file.sha256:
        raise WrongHashError(
            f"{name}: some values differ from the published {file.name}. SHA-256 of the unpacked "
            f"file is {sha256}; expected {file.sha256}. Get a fresh copy."
        )
    return array


def download_missing(source, directory, rounds=2, pause=1.0, progress=True):
    """Download the files that a directory lacks, from the first mirror that has a good copy.

    A file gets its name only when it is complete and verified. Files that are there stay as they
    are, so a download that was stopped goes on where it was.

    Parameters
    ----------
    source : Source
    directory : Path
        Made if it does not exist.
    rounds : int
        How often the list of mirrors is tried before giving up.
    pause : float
        Seconds to wait between two rounds.
    progress : bool
        Show a progress bar for each file.

    Raises
    ------
    DownloadError
        No mirror delivered a file. It tells what each one answered, and what can be done instead.
    """
    for file in missing_files(source, directory):
        problems = {}  # by address: what went wrong there last
        for attempt in range(rounds):
            if attempt > 0:
                time.sleep(pause)
            if any(
                _fetch(file, mirror, directory, progress, problems) for mirror in source.mirrors
            ):
                break
        else:
            answers = "".join(f"  {url}: {why}\n" for url, why in problems.items())
            raise DownloadError(
                f"{source.name}: {file.name} could not be downloaded.\n{answers}"
                + ways_to_go_on(source)
            )


def _fetch(file, mirror, directory, progress, problems):
    """Download one file from one mirror. On failure return False and note why in `problems`."""
    import pooch

    url = f"{mirror}{file.name}.gz"
    if progress:
        print(f"Downloading {url}", file=sys.stderr)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with atomic_write(directory / f"{file.name}.gz", overwrite=True) as target:
            # The pair of times: seconds to wait for a connection, seconds to wait for more data.
            get = pooch.HTTPDownloader(progressbar=progress, chunk_size=2**16, timeout=(10, 30))
            get(url, target, None)
            target.flush()
            read_verified(target.name, file, name="the copy there")
    except (OSError, BadFileError) as error:  # every error of the HTTP library is an OSError
        problems[url] = _in_short(error)
        return False
    return True


def _in_short(error):
    """The reason of an error: that of the HTTP library stands at the end, in square brackets."""
    reason = re.search(r"\[Errno -?\d+\] ([^)'\"]+)", str(error))
    known = reason and "Max retries exceeded" in str(error)
    return f"no connection ({reason[1]})" if known else str(error)


def ways_to_go_on(source):
    """Say what a user without the data can do."""
    return (
        f"Three ways to go on:\n"
        f'  1. Give a directory that holds the files: {source.loader}(directory="...").\n'
        f"  2. Set the environment variable {source.variable} to that directory.\n"
        f"  3. {source.otherwise}\n"
        f"The files are {_names(source.files)}. {OTHER_NAMES}"
    )


def _names(files):
    return ", ".join(file.name for file in files)
