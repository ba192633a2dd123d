"""Messages between the process that grades and the one that runs a student's code.

One message is a line of lengths, a JSON object and any number of ``.npy`` blobs. Nothing is ever
unpickled, and nothing larger than `LARGEST` is read. Either side may be lied to: what does not
follow these rules raises `Violation`, whoever reads it.

This module and `heap` are all that the student's process imports of this package; both need
nothing but the standard library and NumPy.
"""

import io
import json
import select
import struct

import numpy as np

LARGEST = 64 << 20  # bytes of one message
LARGEST_JSON = 8 << 20
LENGTHS = struct.Struct(">QQ")
KINDS = "biufcU"  # of NumPy arrays: numbers, booleans, text
DIMENSIONS = 32
# What reading a message raises that is not what it should be: anything may stand anywhere in it.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


class Violation(Exception):
    """A message that breaks the rules: too large, out of turn, or not what it says it is."""


class Closed(Exception):
    """The other process is gone."""


class Channel:
    """One end of a connected pair of sockets.

    Parameters
    ----------
    connection : socket.socket
        Put into non-blocking mode.
    wait : callable, optional
        Called as ``wait(connection, writing)`` when nothing can be read or written at the moment;
        it returns when it may be tried again, or raises. The default waits for ever.
    """

    def __init__(self, connection, wait=None):
        connection.setblocking(False)
        self.connection, self.wait = connection, wait or _wait

    def send(self, header: dict, blobs=()) -> None:
        """Send one message.

        Raises
        ------
        Violation
            It is too large.
        Closed
            Nobody is there to read it.
        """
        text = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
        size = sum(map(len, blobs))
        if len(text) > LARGEST_JSON or size > LARGEST:
            raise Violation(f"a message of {len(text) + size} bytes is too large")
        for part in (LENGTHS.pack(len(text), size) + text, *blobs):
            view = memoryview(part)
            while view:
                try:
                    view = view[self.connection.send(view):]
                except BlockingIOError:
                    self.wait(self.connection, True)
                except OSError as error:
                    raise Closed("the other process has ended") from error

    def receive(self) -> tuple[dict, list[bytes]]:
        """Read one message.

        Returns
        -------
        header : dict
        blobs : list of bytes

        Raises
        ------
        Violation
            It is no message of this kind, or too large.
        Closed
            The other process has ended.
        """
        length, size = LENGTHS.unpack(self._read(LENGTHS.size))
        if length > LARGEST_JSON or size > LARGEST:
            raise Violation(f"a message of {length + size} bytes is too large")
        text, blobs = self._read(length), []
        try:
            header = json.loads(text)
            lengths = header.pop("blobs")
            if not all(type(n) is int and n >= 0 for n in lengths) or sum(lengths) != size:
                raise ValueError("the lengths are wrong")
        except MALFORMED as error:
            raise Violation(f"a message cannot be read: {error}") from error
        for n in lengths:
            blobs.append(self._read(n))
        return header, blobs

    def _read(self, size):
        parts = bytearray()
        while len(parts) < size:
            try:
                part = self.connection.recv(min(size - len(parts), 1 << 20))
            except BlockingIOError:
                self.wait(self.connection, False)
                continue
            except OSError as error:
                raise Closed("the other process has ended") from error
            if not part:
                raise Closed("the other process has ended")
            parts += part
        return bytes(parts)


def _wait(connection, writing):
    poll = select.poll()
    poll.register(connection, select.POLLOUT if writing else select.POLLIN)
    poll.poll()


def pack_array(array: np.ndarray) -> bytes:
    """Write an array of numbers or text as ``.npy``."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array, order="C"), allow_pickle=False)
    return file.getvalue()


def unpack_array(blob: bytes) -> np.ndarray:
    """Read a ``.npy``: a plain, writable array that owns its memory.

    Raises
    ------
    Violation
        It is none, holds anything but numbers or text, or its header does not fit its length.

    Examples
    --------
    >>> unpack_array(pack_array(np.eye(2)[:, ::-1]))
    array([[0., 1.],
           [1., 0.]])
    """
    file = io.BytesIO(blob)
    try:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError("an unknown version")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=4096)
        rest = len(blob) - file.tell()
        size = dtype.itemsize
        for n in shape:
            size *= n
        if dtype.kind not in KINDS or size != rest or len(shape) > DIMENSIONS or fortran:
            raise ValueError("the header does not fit")
        array = np.frombuffer(blob, dtype, offset=file.tell()) if size else np.empty(0, dtype)
        return array.reshape(shape).copy()
    except Violation:
        raise
    except Exception as error:
        raise Violation(f"an array cannot be read: {error}") from error
