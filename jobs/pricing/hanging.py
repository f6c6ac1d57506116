"""What hangs in the air when a part stands raised above the plate, as it does in resin and wax."""

import math

import numpy as np

from jobs.meshes import Triangles

CHUNK = 100_000


def hanging_area(triangles: Triangles, angle_deg: float) -> float:
    """mm², as seen from below, of faces that have to be carried: those that look down more steeply
    than `angle_deg` from the vertical, and those on which the part would stand."""
    limit = -math.sin(math.radians(angle_deg))
    area = 0.0
    for start in range(0, len(triangles), CHUNK):
        part = triangles[start : start + CHUNK].astype(np.float64)
        normal = np.cross(part[:, 1] - part[:, 0], part[:, 2] - part[:, 0])
        down = normal[:, 2] < limit * np.linalg.norm(normal, axis=1)
        area -= float(normal[down, 2].sum()) / 2
    return area
