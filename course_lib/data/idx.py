"""The IDX format, in which MNIST is stored.

An IDX file is one array. Numbers are big-endian (the largest byte first):

- two zero bytes, one byte for the type of the values, one byte for the number of dimensions;
- one unsigned 32-bit integer for the size of each dimension;
- the values, the last dimension running fastest.

Format: Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits*, section
"File formats". Files often come compressed by gzip. Whether one does is seen from its first two
bytes, not from its name: browsers like to unpack a file and keep the ending ``.gz``.
"""

import gzip
import struct
import zlib
from math import prod
from pathlib import Path

import numpy as np

from course_lib.data.atomic import atomic_write
from course_lib.data.errors import (
    CorruptGzipError,
    TrailingBytesError,
    TruncatedFileError,
    WrongMagicError,
    WrongShapeError,
)

IDX_TYPES = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
IDX_CODES = {dtype: code for code, dtype in IDX_TYPES.items()}


def read_idx(path):
    """Read an IDX file, plain or compressed by gzip.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    ndarray
        A new array in the machine's own byte order. Its type is uint8, int8, int16, int32,
        float32 or float64, its shape whatever the file says.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    BadFileError
        One of its subclasses: `TruncatedFileError`, `TrailingBytesError`, `CorruptGzipError`,
        `WrongMagicError`, or `WrongShapeError` for a shape that NumPy cannot hold.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_idx(folder / "labels.gz", np.array([5, 0, 4], dtype=np.uint8))
    >>> read_idx(folder / "labels.gz")
    array([5, 0, 4], dtype=uint8)
    """
    return decode_idx(read_content(path), name=path)


def write_idx(path, array, overwrite=False):
    """Write an array as an IDX file, compressed by gzip if the name ends in ``.gz``.

    Equal arrays give equal files (no time stamp inside). The file appears complete or not at all.

    Parameters
    ----------
    path : str or Path
    array : ndarray
        uint8, int8, int16, int32, float32 or float64, of any shape.
    overwrite : bool
        Replace a file that is already there. By default that is an error.

    Raises
    ------
    ValueError
        The type of `array` has no IDX code (for example int64).
    FileExistsError
        `path` exists and `overwrite` is False.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "labels")
    >>> write_idx(path, np.array([5, 0, 4], dtype=np.uint8))
    >>> path.read_bytes().hex(" ")
    '00 00 08 01 00 00 00 03 05 00 04'
    """
    array = np.asarray(array)
    big_endian = array.dtype.newbyteorder(">")
    if big_endian not in IDX_CODES:
        known = ", ".join(dtype.newbyteorder("=").name for dtype in IDX_TYPES.values())
        raise ValueError(
            f"array: IDX has no code for values of type {array.dtype}. Convert it first, with "
            f"array.astype(...), to one of {known}."
        )
    header = struct.pack(
        f">BBBB{array.ndim}I", 0, 0, IDX_CODES[big_endian], array.ndim, *array.shape
    )
    content = header + array.astype(big_endian).tobytes()
    if Path(path).suffix == ".gz":
        content = gzip.compress(content, mtime=0)
    with atomic_write(path, overwrite) as file:
        file.write(content)


def read_content(path, name=None):
    """Return the bytes of a file, unpacked if they are compressed by gzip.

    Raises `TruncatedFileError` or `CorruptGzipError` if they cannot be unpacked. In messages
    `name` stands in for the path.
    """
    name = name or path
    content = Path(path).read_bytes()
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except EOFError as error:
        raise TruncatedFileError(
            f"{name}: the compressed file is cut off after {len(content):,} bytes. "
            f"Get a complete copy."
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise CorruptGzipError(
            f"{name}: the compressed data are damaged ({error}). Get a fresh copy."
        ) from error


def decode_idx(content, name):
    """Turn the (unpacked) bytes of an IDX file into an array; `name` is for error messages."""
    if len(content) < 4:
        raise TruncatedFileError(
            f"{name}: {len(content)} bytes are too few for an IDX file, whose first four bytes "
            f"tell the type and the number of dimensions. Get a complete copy."
        )
    zeros, code, n_dimensions = content[:2], content[2], content[3]
    if zeros != b"\0\0" or code not in IDX_TYPES:
        raise WrongMagicError(
            f"{name}: not an IDX file. It starts with the bytes {content[:4].hex(' ')}; expected "
            f"00 00, then a type ({', '.join(f'{known:02x}' for known in IDX_TYPES)}), then the "
            f"number of dimensions. It may be a saved web page or another format."
        )
    start = 4 + 4 * n_dimensions
    if len(content) < start:
        raise TruncatedFileError(
            f"{name}: the file ends within its header, after {len(content)} of {start} bytes. "
            f"Get a complete copy."
        )
    shape = struct.unpack(f">{n_dimensions}I", content[4:start])
    dtype = IDX_TYPES[code]
    expected = start + prod(shape) * dtype.itemsize
    if len(content) != expected:
        problem = TruncatedFileError if len(content) < expected else TrailingBytesError
        raise problem(
            f"{name}: {len(content):,} bytes (unpacked); expected {expected:,} for {dtype.name} "
            f"values of shape {shape}. Get a fresh copy."
        )
    try:
        values = np.frombuffer(content, dtype, offset=start).reshape(shape)
    except ValueError as error:
        raise WrongShapeError(f"{name}: NumPy cannot hold the shape {shape}: {error}.") from error
    return values.astype(dtype.newbyteorder("="))
