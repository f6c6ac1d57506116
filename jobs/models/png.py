"""PNG files from pixel arrays (W3C PNG specification, third edition)."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGBA = 6


def encode(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG of an array (height, width, 4): red, green, blue, opacity."""
    height, width, _ = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, _RGBA, 0, 0, 0)
    # Each row is stored as the difference to the row above it, which compresses shading well.
    rows = pixels.reshape(height, width * 4)
    above = np.vstack([np.zeros((1, width * 4), np.uint8), rows[:-1]])
    filtered = np.hstack([np.full((height, 1), 2, np.uint8), rows - above])
    data = zlib.compress(filtered.tobytes(), 6)
    return b"".join(
        [_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b"")]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
