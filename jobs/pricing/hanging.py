"""What hangs in the air when a part stands raised above the plate, as it does in resin and wax."""

import math
from dataclasses import dataclass

import numpy as np

from jobs.meshes import Triangles

CHUNK = 100_000


@dataclass(frozen=True)
class Hanging:
    """`area_mm2`: of faces that have to be carried, as seen from below. `below_mm3`: the space
    between them and the lowest point of the part, whatever else is in it."""

    area_mm2: float
    below_mm3: float


def hanging(triangles: Triangles, angle_deg: float) -> Hanging:
    """Faces that look down more steeply than `angle_deg` from the vertical, those on which the
    part would stand included. `triangles` are on the plate: the lowest corner is at z = 0."""
    limit = -math.sin(math.radians(angle_deg))
    area = below = 0.0
    for start in range(0, len(triangles), CHUNK):
        part = triangles[start : start + CHUNK].astype(np.float64)
        normal = np.cross(part[:, 1] - part[:, 0], part[:, 2] - part[:, 0])
        down = normal[:, 2] < limit * np.linalg.norm(normal, axis=1)
        shadow = -normal[down, 2] / 2
        area += float(shadow.sum())
        below += float(shadow @ part[down, :, 2].mean(axis=1))
    return Hanging(area, below)
