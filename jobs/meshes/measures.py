"""Volume, area, box, closedness and bodies of a triangle soup, without merging its corners."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.meshes.blocks import Rows, blocks
from jobs.meshes.bodies import count_bodies
from jobs.meshes.closedness import closed_when_welded, hashes, remainder
from jobs.meshes.mesh import Triangles

BODIES_COUNTED_UP_TO = 3_000_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measures:
    """In the unit of the triangles (its square, its cube). `volume` is never negative: `inverted`
    says that the triangles faced inwards. `bodies` counts connected shells and is 0 where it was
    not counted (more than three million triangles)."""

    volume: float
    area: float
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    closed: bool
    inverted: bool
    degenerate: int
    bodies: int

    @property
    def box(self) -> tuple[float, float, float]:
        x, y, z = (high - low for high, low in zip(self.high, self.low, strict=True))
        return x, y, z


def measure(triangles: Triangles) -> Measures:
    """All measures in one pass over the triangles. The volume of an open surface is that of the
    pyramids from the middle of its box."""
    counted = len(triangles) <= BODIES_COUNTED_UP_TO
    corners = np.empty((len(triangles) if counted else 0, 3), np.uint64)
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    vector = np.zeros(3)
    volume = area = 0.0
    degenerate = edges = 0
    for start, rows in blocks(triangles):
        for axis in range(3):
            low[axis] = min(low[axis], rows[axis::3].min())
            high[axis] = max(high[axis], rows[axis::3].max())
        first, normal = _normals(rows)
        doubled = np.sqrt(np.einsum("ij,ij->j", normal, normal))
        area += float(doubled.sum()) / 2
        volume += float(np.einsum("ij,ij->", first, normal)) / 6
        vector += normal.sum(axis=1)
        degenerate += len(doubled) - int(np.count_nonzero(doubled))
        found = hashes(rows)
        edges += remainder(found)
        if counted:
            corners[start : start + rows.shape[1]] = found.T
    volume -= float((low + high) / 2 @ vector) / 6
    return Measures(
        volume=abs(volume),
        area=area,
        low=(float(low[0]), float(low[1]), float(low[2])),
        high=(float(high[0]), float(high[1]), float(high[2])),
        closed=edges % 2**64 == 0 or closed_when_welded(triangles),
        inverted=volume < 0,
        degenerate=degenerate,
        bodies=count_bodies(triangles, corners.reshape(-1)) if counted else 0,
    )


def surface_area(triangles: Triangles) -> float:
    """In the square of the triangles' unit."""
    total = 0.0
    for _, rows in blocks(triangles):
        _, normal = _normals(rows)
        total += float(np.sqrt(np.einsum("ij,ij->j", normal, normal)).sum()) / 2
    return total


def _normals(rows: Rows) -> tuple[Floats, Floats]:
    """The first corners and the normals, as long as twice the area: (3, n) each."""
    exact = rows.astype(np.float64)
    first = exact[:3]
    ex, ey, ez = exact[3:6] - first
    fx, fy, fz = exact[6:] - first
    return first, np.stack([ey * fz - ez * fy, ez * fx - ex * fz, ex * fy - ey * fx])
