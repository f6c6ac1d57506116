"""Triangles in blocks that fit into a processor's cache, turned so that numpy runs along rows.

numpy needs three to ten times as long for an operation along an axis of three as for the same one
along rows of thousands; all that touches every triangle goes through here.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.mesh import Triangles

BLOCK = 1 << 14
WIDE = 256
Rows = NDArray[np.float32]
Point = NDArray[np.float32]


def blocks(triangles: Triangles) -> Iterator[tuple[int, Rows]]:
    """The index of a block's first triangle, and float32 (9, n): x, y, z of the first corners,
    then of the second and of the third. The rows are the caller's until it asks for the next."""
    flat = triangles.reshape(-1, 9)
    buffer = np.empty((9, min(BLOCK, len(flat))), np.float32)
    for start in range(0, len(flat), BLOCK):
        part = flat[start : start + BLOCK]
        rows = buffer[:, : len(part)]
        rows[...] = part.T
        yield start, rows


def lowest(points: NDArray[np.float32]) -> Point:
    """The least x, y and z of points (n, 3), n ≥ 1."""
    return _extreme(points, np.minimum)


def highest(points: NDArray[np.float32]) -> Point:
    """The greatest x, y and z of points (n, 3), n ≥ 1."""
    return _extreme(points, np.maximum)


def subtract(points: NDArray[np.float32], point: Point) -> None:
    """Move points (n, 3), one block of memory, by −`point` in place."""
    whole = len(points) // WIDE * WIDE
    wide = points[:whole].reshape(-1, 3 * WIDE)
    np.subtract(wide, np.tile(point, WIDE), out=wide)
    points[whole:] -= point


def _extreme(points: NDArray[np.float32], better: np.ufunc) -> Point:
    whole = len(points) // WIDE * WIDE
    found = points[whole:]
    if whole:
        wide = better.reduce(points[:whole].reshape(-1, 3 * WIDE), axis=0)
        found = np.concatenate([found, wide.reshape(WIDE, 3)])
    extreme: Point = better.reduce(found, axis=0)
    return extreme
