"""What can be wrong with data, one exception for each, so that a caller can tell them apart.

In the examples `decode_idx` takes the bytes of a file; `course_lib.data.read_idx` raises the same.
"""


class BadFileError(ValueError):
    """A data file does not hold what it should. The subclasses say in which way.

    >>> from course_lib.data.idx import decode_idx
    >>> try:
    ...     decode_idx(b"<html>", "labels")
    ... except BadFileError as error:
    ...     print(type(error).__name__)
    WrongMagicError
    """


class TruncatedFileError(BadFileError):
    """The file ends too early.

    >>> from course_lib.data.idx import decode_idx
    >>> decode_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 0]), "labels")  # 3 are promised, 2 are there
    Traceback (most recent call last):
    course_lib.data.errors.TruncatedFileError: labels: 10 bytes (unpacked); expected 11 for uint8 \
values of shape (3,). Get a fresh copy.
    """


class TrailingBytesError(BadFileError):
    """The file goes on after its last value.

    >>> from course_lib.data.idx import decode_idx
    >>> decode_idx(bytes([0, 0, 8, 1, 0, 0, 0, 1, 5, 0]), "labels")  # 1 is promised, 2 are there
    Traceback (most recent call last):
    course_lib.data.errors.TrailingBytesError: labels: 10 bytes (unpacked); expected 9 for uint8 \
values of shape (1,). Get a fresh copy.
    """


class CorruptGzipError(BadFileError):
    """The file is compressed, and the compressed data are damaged.

    >>> import gzip, tempfile
    >>> from pathlib import Path
    >>> from course_lib.data import read_idx
    >>> damaged = bytearray(gzip.compress(bytes(1000)))
    >>> damaged[10] ^= 255
    >>> path = Path(tempfile.mkdtemp(), "labels.gz")
    >>> _ = path.write_bytes(damaged)
    >>> try:
    ...     read_idx(path)
    ... except CorruptGzipError:
    ...     print("get a fresh copy")
    get a fresh copy
    """


class WrongMagicError(BadFileError):
    """The first four bytes are not those of an IDX file.

    >>> from course_lib.data.idx import decode_idx
    >>> decode_idx(b"<html>", "labels")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    course_lib.data.errors.WrongMagicError: labels: not an IDX file. It starts with the bytes 3c ...
    """


class WrongShapeError(BadFileError):
    """The array in the file has another shape or type than expected.

    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from course_lib.data import load_mnist, write_idx
    >>> from course_lib.data.mnist import MNIST
    >>> folder = Path(tempfile.mkdtemp())
    >>> for file in MNIST.files:  # three values in place of 60,000
    ...     write_idx(folder / file.name, np.zeros(3, np.uint8))
    >>> try:
    ...     load_mnist(folder)
    ... except WrongShapeError:
    ...     print("these are not the digits of MNIST")
    these are not the digits of MNIST
    """


class WrongHashError(BadFileError):
    """Shape and type are right, but some values differ from the published ones.

    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from course_lib.data import write_idx
    >>> from course_lib.data.sources import IdxFile, read_verified
    >>> path = Path(tempfile.mkdtemp(), "labels")
    >>> write_idx(path, np.array([5, 0, 4], np.uint8))
    >>> wanted = IdxFile("labels", (3,), np.uint8, sha256="0123")
    >>> try:
    ...     read_verified(path, wanted)
    ... except WrongHashError:
    ...     print("these are other labels")
    these are other labels
    """


class MissingDataError(FileNotFoundError):
    """Data files are not where they were looked for.

    >>> from course_lib.data import load_digits28, load_mnist
    >>> try:
    ...     digits = load_mnist("no such folder")
    ... except MissingDataError:
    ...     digits = load_digits28()
    >>> digits.name
    'embedded digits'
    """


class DownloadError(ConnectionError):
    """No mirror delivered a good copy.

    Here the only mirror is no address at all:

    >>> import tempfile
    >>> from dataclasses import replace
    >>> from pathlib import Path
    >>> from course_lib.data.mnist import MNIST
    >>> from course_lib.data.sources import download_missing
    >>> nowhere = replace(MNIST, mirrors=("nowhere/",))
    >>> try:
    ...     download_missing(nowhere, Path(tempfile.mkdtemp()), rounds=1, progress=False)
    ... except DownloadError:
    ...     print("go on without MNIST")
    go on without MNIST
    """
