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
    parts += [fan_of(np.array(group, dtype=np.int64)) for group in by_size.values()]
    return np.concatenate(parts)


def fan_of(polygons: NDArray[np.int64]) -> NDArray[np.int64]:
    """As `fan`, of polygons that all have k ≥ 3 corners: (n, k)."""
    first = np.repeat(polygons[:, :1], polygons.shape[1] - 2, axis=1)
    return np.stack([first, polygons[:, 1:-1], polygons[:, 2:]], axis=2).reshape(-1, 3)
