"""A mesh in millimetres, turned, and put onto the plate."""

import math

import numpy as np
from numpy.typing import NDArray

from jobs.meshes import Triangles

CHUNK = 500_000
Rotation = tuple[float, float, float]


def on_plate(
    triangles: Triangles, scale_to_mm: float = 1.0, rotation: Rotation = (0.0, 0.0, 0.0)
) -> Triangles:
    """A copy scaled to mm, turned about x, then y, then z (degrees); its box starts at 0, 0, 0."""
    matrix = rotation_matrix(rotation) * scale_to_mm
    placed = np.empty_like(triangles, dtype=np.float32)
    flat, target = triangles.reshape(-1, 3), placed.reshape(-1, 3)
    plain = np.array_equal(matrix, np.eye(3))
    low = np.full(3, np.inf)
    for start in range(0, len(flat), CHUNK):
        part = flat[start : start + CHUNK]
        turned = part if plain else part.astype(np.float64) @ matrix.T
        target[start : start + CHUNK] = turned
        low = np.minimum(low, target[start : start + CHUNK].min(axis=0))
    target -= low.astype(np.float32)
    return placed


def rotation_matrix(rotation: Rotation) -> NDArray[np.float64]:
    x, y, z = (math.radians(angle) for angle in rotation)
    turn_x = np.array(
        [[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]], dtype=float
    )
    turn_y = np.array(
        [[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]], dtype=float
    )
    turn_z = np.array(
        [[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]], dtype=float
    )
    exact: NDArray[np.float64] = np.round(turn_z @ turn_y @ turn_x, 15)
    return exact
