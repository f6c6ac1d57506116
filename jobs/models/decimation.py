"""Fewer triangles: corners that share a cell of a grid become one (vertex clustering, after
Rossignac and Borrel 1993)."""

import numpy as np
from numpy.typing import NDArray

from jobs.meshes import Triangles
from jobs.meshes.measures import surface_area
from jobs.meshes.places import places

Vertices = NDArray[np.float32]
Faces = NDArray[np.uint32]
CHUNK = 200_000
COARSER = 1.3
FINEST_CELLS = 1 << 20


def decimated(triangles: Triangles, most: int) -> Triangles:
    """The same shape in at most `most` triangles; small meshes are returned as they are."""
    if len(triangles) <= most:
        return triangles
    vertices, faces = _clustered_to(triangles, most)
    return vertices[faces]


def indexed(triangles: Triangles, most: int) -> tuple[Vertices, Faces]:
    """The same shape as vertices (n, 3) and faces (m, 3) with at most `most` faces."""
    if len(triangles) > most:
        return _clustered_to(triangles, most)
    first, number = places(triangles)
    return triangles.reshape(-1, 3)[first], number.reshape(-1, 3).astype(np.uint32)


def _clustered_to(triangles: Triangles, most: int) -> tuple[Vertices, Faces]:
    low = triangles.reshape(-1, 3).min(axis=0)
    size = float((triangles.reshape(-1, 3).max(axis=0) - low).max()) or 1.0
    # A surface cut by cells has about two triangles for each cell that it passes through.
    cell = max(float(np.sqrt(2 * surface_area(triangles) / most)), size / FINEST_CELLS)
    while True:
        vertices, faces = _clustered(triangles, low, cell)
        if len(faces) <= most:
            return vertices, faces
        cell *= max(COARSER, float(np.sqrt(len(faces) / most)))


def _clustered(triangles: Triangles, low: Vertices, cell: float) -> tuple[Vertices, Faces]:
    keys = np.empty((len(triangles), 3), np.int64)
    for start in range(0, len(triangles), CHUNK):
        place = ((triangles[start : start + CHUNK] - low) / np.float32(cell)).astype(np.int64)
        keys[start : start + CHUNK] = place[..., 0] << 42 | place[..., 1] << 21 | place[..., 2]
    a, b, c = keys.T
    kept = np.flatnonzero((a != b) & (b != c) & (c != a))
    used, order = np.unique(keys[kept], return_inverse=True)
    faces = order.reshape(-1, 3)
    corners = triangles[kept].reshape(-1, 3)
    vertices = np.zeros((len(used), 3), np.float32)
    weight = np.bincount(faces.reshape(-1), minlength=len(used))
    for axis in range(3):
        total = np.bincount(faces.reshape(-1), corners[:, axis], len(used))
        vertices[:, axis] = total / np.maximum(weight, 1)
    return vertices, _without_copies(faces, len(used))


def _without_copies(faces: NDArray[np.int64], vertices: int) -> Faces:
    """Each face once, whichever of its corners it starts with."""
    turn = (np.argmin(faces, axis=1)[:, None] + np.arange(3)) % 3
    first, second, third = np.take_along_axis(faces, turn, axis=1).T
    if vertices < FINEST_CELLS * 2:
        _, once = np.unique(first << 42 | second << 21 | third, return_index=True)
        faces = faces[once]
    return faces.astype(np.uint32)
