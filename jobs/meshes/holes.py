"""Holes in a surface: the sides of triangles that have no neighbour, and small ones filled."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
Faces = NDArray[np.uint32]
Edges = NDArray[np.int64]
SMALL = 0.1
"""The longest way around a hole that is filled, in lengths of the box's diagonal."""
FLAT = 0.05
"""How far a rim may lie from its plane, in lengths of the way around it."""
TRIANGLE = 3
MOST_SIDES = 2_000


def open_edges(faces: Faces) -> Edges:
    """The directed sides (n, 2), from corner to corner, that no neighbour walks the other way."""
    corners = faces.astype(np.int64)
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    low, high = sides.min(axis=1), sides.max(axis=1)
    _, edge = np.unique(low << 32 | high, return_inverse=True)
    forward = sides[:, 0] == low
    balance = np.bincount(edge[forward], minlength=edge.max() + 1) - np.bincount(
        edge[~forward], minlength=edge.max() + 1
    )
    left = np.where(forward, balance[edge] > 0, balance[edge] < 0)
    return sides[left]


def small_holes_filled(points: Points, faces: Faces) -> tuple[Points, Faces] | None:
    """The surface with a fan of triangles in every hole; None when a rim crosses itself, is not
    flat, or is too long to be a mere flaw: what is missing there only the designer knows. Where
    one triangle is missing, it is put back whatever its size."""
    loops = _rims(open_edges(faces))
    if not loops:
        return None
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0)))
    middles: list[NDArray[np.float64]] = []
    fans: list[NDArray[np.int64]] = []
    for loop in loops:
        rim = points[loop].astype(np.float64)
        following = np.roll(loop, -1)
        length = float(np.linalg.norm(rim - points[following], axis=1).sum())
        if len(loop) == TRIANGLE:
            fans.append(np.stack([loop[::-1]]))
            continue
        if length > SMALL * diagonal or not _is_flat(rim, length):
            return None
        middle = np.full(len(loop), len(points) + len(middles))
        fans.append(np.stack([following, loop, middle], axis=1))
        middles.append(rim.mean(axis=0))
    return (
        np.concatenate([points, np.array(middles, np.float32).reshape(-1, 3)]),
        np.concatenate([faces, *fans]).astype(np.uint32),
    )


def _rims(edges: Edges) -> Sequence[NDArray[np.int64]]:
    """The open edges as closed ways around holes; empty when they are not."""
    if not len(edges) or len(edges) > MOST_SIDES or len(np.unique(edges[:, 0])) != len(edges):
        return []
    following = dict(edges.tolist())
    loops = []
    while following:
        first, at = following.popitem()
        loop = [first]
        while at != first:
            loop.append(at)
            if at not in following:
                return []
            at = following.pop(at)
        loops.append(np.array(loop))
    return loops


def _is_flat(rim: NDArray[np.float64], length: float) -> bool:
    spread = np.linalg.svd(rim - rim.mean(axis=0), compute_uv=False)
    return len(rim) > TRIANGLE and bool(spread[-1] / np.sqrt(len(rim)) <= FLAT * length)
