"""Whether what a student's cell has drawn is a picture and nothing else."""

import base64
import binascii
import struct

PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}
MOST = 40_000_000  # pixels of a picture; a larger one may be a bomb


def is_picture(kind: str, data: str) -> bool:
    """Whether base64 text is a picture of this kind, and not too large to be drawn."""
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    if kind not in PICTURES or not content.startswith(PICTURES[kind]):
        return False
    if kind == "image/png":
        if len(content) < 24 or content[12:16] != b"IHDR":
            return False
        width, height = struct.unpack(">II", content[16:24])
        return width * height <= MOST
    return True
