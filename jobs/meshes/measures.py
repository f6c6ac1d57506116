"""Volume, area, box, closedness and bodies of a triangle soup, without merging its corners."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from jobs.meshes.mesh import Triangles

CHUNK = 200_000
BODIES_COUNTED_UP_TO = 3_000_000
Hashes = NDArray[np.uint64]

_X, _Y, _Z = (np.uint64(k) for k in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)


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
    """All measures in one pass over chunks, plus one sort of the corners for the bodies."""
    flat = triangles.reshape(-1, 3)
    low, high = flat.min(axis=0).astype(np.float64), flat.max(axis=0).astype(np.float64)
    middle = (low + high) / 2
    volume = area = 0.0
    degenerate = 0
    for part in _chunks(triangles):
        a, b, c = (part[:, i].astype(np.float64) - middle for i in range(3))
        normal = np.cross(b - a, c - a)
        doubled = np.sqrt(np.einsum("ij,ij->i", normal, normal))
        area += float(doubled.sum()) / 2
        volume += float(np.einsum("ij,ij->", a, normal)) / 6
        degenerate += int(np.count_nonzero(doubled == 0))
    return Measures(
        volume=abs(volume),
        area=area,
        low=(float(low[0]), float(low[1]), float(low[2])),
        high=(float(high[0]), float(high[1]), float(high[2])),
        closed=is_closed(triangles),
        inverted=volume < 0,
        degenerate=degenerate,
        bodies=count_bodies(triangles) if len(triangles) <= BODIES_COUNTED_UP_TO else 0,
    )


def is_closed(triangles: Triangles) -> bool:
    """Whether every edge is walked as often one way as the other, as on a closed surface whose
    triangles agree about the outside.

    Compares wrapping sums of hash(a→b) and hash(b→a) over all directed edges. Where the corners of
    neighbours differ in the last bits, they are welded onto a grid of a hundred-thousandth of the
    size first.
    """
    if _edges_cancel(triangles, None):
        return True
    flat = triangles.reshape(-1, 3)
    size = float((flat.max(axis=0) - flat.min(axis=0)).max())
    step = size * 1e-5
    return step > 0 and any(_edges_cancel(triangles, (step, shift)) for shift in (0.0, 0.37))


def count_bodies(triangles: Triangles) -> int:
    """Connected shells: triangles that share a corner belong together."""
    corners = np.unique(corner_hashes(triangles), return_inverse=True)[1].reshape(-1, 3)
    total = int(corners.max()) + 1
    ends = np.concatenate([corners[:, 1], corners[:, 2]])
    starts = np.concatenate([corners[:, 0], corners[:, 0]])
    graph = coo_matrix((np.ones(len(starts), np.int8), (starts, ends)), shape=(total, total))
    return int(connected_components(graph, directed=False, return_labels=False))


def corner_hashes(triangles: Triangles) -> Hashes:
    """One 64-bit number for each corner of each triangle, the same for the same place: (3n,)."""
    return np.concatenate([_hashes(part, None).reshape(-1) for part in _chunks(triangles)])


def surface_area(triangles: Triangles) -> float:
    """In the square of the triangles' unit."""
    total = 0.0
    for part in _chunks(triangles):
        normal = np.cross(part[:, 1] - part[:, 0], part[:, 2] - part[:, 0])
        total += float(np.linalg.norm(normal, axis=1).sum(dtype=np.float64)) / 2
    return total


def _edges_cancel(triangles: Triangles, weld: tuple[float, float] | None) -> bool:
    forward = backward = np.uint64(0)
    with np.errstate(over="ignore"):
        for part in _chunks(triangles):
            a, b, c = _hashes(part, weld).T
            for start, end in ((a, b), (b, c), (c, a)):
                forward += _edge(start, end)
                backward += _edge(end, start)
    return bool(forward == backward)


def _edge(start: Hashes, end: Hashes) -> np.uint64:
    mixed = (start * _X) ^ (end * _Y + _Z)
    mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX
    return np.uint64((mixed ^ (mixed >> _SHIFT)).sum(dtype=np.uint64))


def _hashes(part: Triangles, weld: tuple[float, float] | None) -> Hashes:
    """One 64-bit number for each corner, the same for the same place: (n, 3)."""
    if weld is None:
        words = (part + np.float32(0)).view(np.uint32).astype(np.uint64)
    else:
        step, shift = weld
        words = np.floor(part.astype(np.float64) / step + shift).astype(np.int64).view(np.uint64)
    with np.errstate(over="ignore"):
        mixed = words[..., 0] * _X ^ words[..., 1] * _Y ^ words[..., 2] * _Z
        mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX
        spread: Hashes = mixed ^ (mixed >> _SHIFT)
    return spread


def _chunks(triangles: Triangles) -> Iterator[Triangles]:
    for start in range(0, len(triangles), CHUNK):
        yield triangles[start : start + CHUNK]
