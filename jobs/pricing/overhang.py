"""How much of a surface looks down."""

import math

import numpy as np

from jobs.meshes import Triangles

CHUNK = 200_000
ON_PLATE_MM = 0.05


def overhang_area(triangles: Triangles, angle_deg: float) -> float:
    """Area in mm², projected onto the plate, of faces that look down more steeply than
    `angle_deg` from the vertical and do not lie on the plate themselves."""
    limit = -math.sin(math.radians(angle_deg))
    total = 0.0
    for start in range(0, len(triangles), CHUNK):
        part = triangles[start : start + CHUNK].astype(np.float64)
        normal = np.cross(part[:, 1] - part[:, 0], part[:, 2] - part[:, 0])
        length = np.linalg.norm(normal, axis=1)
        down = (normal[:, 2] < limit * length) & (part[:, :, 2].max(axis=1) > ON_PLATE_MM)
        total -= float(normal[down, 2].sum()) / 2
    return total
