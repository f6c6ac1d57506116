"""Polygons cut into triangles."""

import numpy as np
from numpy.typing import NDArray


def fan(faces: list[list[int]]) -> NDArray[np.int64]:
    """Polygons cut into triangles around their first corner: (n, 3) indices."""
    by_size: dict[int, list[list[int]]] = {}
    for face in faces:
        if len(face) < 3:
            continue
        by_size.setdefault(len(face), []).append(face)
    parts = [np.empty((0, 3), np.int64)]
    for size, group in by_size.items():
        polygons = np.array(group, dtype=np.int64).reshape(-1, size)
        first = np.repeat(polygons[:, :1], size - 2, axis=1)
        parts.append(np.stack([first, polygons[:, 1:-1], polygons[:, 2:]], axis=2).reshape(-1, 3))
    return np.concatenate(parts)
