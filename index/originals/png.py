"""Pictures as PNG files: eight bits a channel, grey or in colours, compressed quickly (ISO/IEC 15948)."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

LEVEL = 2  # of compression: a page of text takes a tenth of the time of the best, and a third more room
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(pixels: NDArray[np.uint8]) -> bytes:
    """The file of a picture, ``(height, width, 3)``, red first; grey where it has no colours."""
    height, width = pixels.shape[:2]
    grey = bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all())
    rows = (pixels[..., 0] if grey else pixels).reshape(height, -1)
    above = np.zeros_like(rows)
    above[1:] = rows[:-1]
    filtered = np.full((height, rows.shape[1] + 1), 2, dtype=np.uint8)  # each row as told from the one above
    np.subtract(rows, above, out=filtered[:, 1:])
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if grey else 2, 0, 0, 0)
    data = zlib.compress(filtered.tobytes(), LEVEL)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
