"""Turning a part: from the side that it should lie on to angles, and back."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from jobs.pricing.analysis import Rotation

Floats = NDArray[np.float64]
EDGES = 64
"""How many of the longest edges of an outline are tried as a side of its box."""

WORTH_TURNING = 0.99
"""A part is turned about its vertical only for a box with a smaller floor than this share."""


def laying(down: Floats) -> Floats:
    """The matrix (3, 3) that turns the direction `down`, of length one, straight down with the
    least turn about the vertical: about x first, then about y."""
    x, y, z = (float(part) for part in down)
    about_x = math.atan2(-y, -z) if math.hypot(y, z) > 1e-9 else 0.0
    about_y = math.atan2(x, math.hypot(y, z))
    sin, cos = math.sin(about_x), math.cos(about_x)
    turn_x = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]], dtype=float)
    sin, cos = math.sin(about_y), math.cos(about_y)
    turn_y = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]], dtype=float)
    turned: Floats = turn_y @ turn_x
    return turned


def squared(points: Floats) -> Floats:
    """The turn about the vertical, (3, 3), after which the box around the points (n, 3) has the
    smallest floor: one side of it then lies along an edge of their outline."""
    plan = points[:, :2]
    try:
        outline = plan[ConvexHull(plan).vertices]
    except (QhullError, ValueError):
        return np.eye(3)
    edges = np.roll(outline, -1, axis=0) - outline
    edges = edges[np.argsort(-np.hypot(*edges.T), kind="stable")[:EDGES]]
    angles = np.unique(np.round(np.arctan2(edges[:, 1], edges[:, 0]) % (np.pi / 2), 6))
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    wide = np.ptp(cos * outline[:, 0] + sin * outline[:, 1], axis=1)
    deep = np.ptp(cos * outline[:, 1] - sin * outline[:, 0], axis=1)
    floor = wide * deep
    best = int(np.argmin(floor))
    if floor[best] > WORTH_TURNING * float(np.ptp(outline, axis=0).prod()):
        return np.eye(3)
    angle = -float(angles[best])
    sin_, cos_ = math.sin(angle), math.cos(angle)
    return np.array([[cos_, -sin_, 0], [sin_, cos_, 0], [0, 0, 1]], dtype=float)


def angles_of(matrix: Floats) -> Rotation:
    """Degrees about x, then y, then z, to a thousandth, that turn as the matrix does."""
    lean = float(np.clip(-matrix[2, 0], -1, 1))
    if abs(lean) > 1 - 1e-12:
        x, z = math.atan2(-matrix[1, 2], matrix[1, 1]), 0.0
    else:
        x = math.atan2(matrix[2, 1], matrix[2, 2])
        z = math.atan2(matrix[1, 0], matrix[0, 0])
    degrees = (round(math.degrees(angle), 3) for angle in (x, math.asin(lean), z))
    about_x, about_y, about_z = (180.0 if angle == -180 else angle + 0.0 for angle in degrees)
    return about_x, about_y, about_z
