"""Fewer triangles: corners that share a cell of a grid become one (vertex clustering, after
Rossignac and Borrel 1993)."""

import numpy as np
from numpy.typing import NDArray

from jobs.meshes import Triangles

FINEST_CELLS = 1024
STEP = 1.4


def indexed(triangles: Triangles, most: int) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    """Vertices (n, 3) and faces (m, 3) with at most `most` faces.

    Small meshes keep every corner; larger ones get the finest grid that brings them down.
    """
    if len(triangles) <= most:
        flat = triangles.reshape(-1, 3)
        corners, order = np.unique(flat, axis=0, return_inverse=True)
        return corners, order.reshape(-1, 3).astype(np.uint32)
    low = triangles.reshape(-1, 3).min(axis=0)
    size = float((triangles.reshape(-1, 3).max(axis=0) - low).max()) or 1.0
    cells = float(FINEST_CELLS)
    while True:
        vertices, faces = _clustered(triangles, low, cells / size)
        if len(faces) <= most or cells < 8:
            return vertices, faces[:most]
        # Faces of a surface grow with the square of the grid's fineness.
        cells /= max(STEP, float(np.sqrt(len(faces) / most)))


def _clustered(
    triangles: Triangles, low: NDArray[np.float32], per_mm: float
) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    keys = np.empty((len(triangles), 3), np.int64)
    for start in range(0, len(triangles), 500_000):
        part = triangles[start : start + 500_000]
        cell = ((part - low) * np.float32(per_mm)).astype(np.int64)
        keys[start : start + 500_000] = (cell[..., 0] << 42) | (cell[..., 1] << 21) | cell[..., 2]
    a, b, c = keys.T
    kept = (a != b) & (b != c) & (c != a)
    used, faces = np.unique(keys[kept], return_inverse=True)
    corners = triangles[kept].reshape(-1, 3)
    vertices = np.zeros((len(used), 3))
    inverse = faces.reshape(-1)
    weight = np.maximum(np.bincount(inverse, minlength=len(used)), 1)
    for axis in range(3):
        vertices[:, axis] = np.bincount(inverse, corners[:, axis], len(used)) / weight
    faces = inverse.reshape(-1, 3).astype(np.uint32)
    rolled = np.take_along_axis(
        faces, (np.argmin(faces, axis=1)[:, None] + np.arange(3)) % 3, axis=1
    )
    return vertices.astype(np.float32), np.unique(rolled, axis=0)
