"""Triangles on a picture, cut into pixels (scan conversion, vectorised)."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
PIXELS_AT_ONCE = 3_000_000


def fragments(screen: Floats, width: int) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Pieces of triangles: (index of the triangle, pixel as row · width + column, z).

    `screen`: (n, 3 corners, x y z) in pixels, all inside the picture. A triangle owns the pixels
    whose middles it covers; one that covers none is drawn as the pixel of its own middle, so that
    fine meshes have no holes.
    """
    order = np.argsort(screen[:, :, 1], axis=1)
    top, middle, bottom = np.take_along_axis(screen, order[:, :, None], axis=1).swapaxes(0, 1)
    first = _first(top[:, 1])
    rows = _first(bottom[:, 1]) - first
    slope_x, slope_y = _slopes(top, middle, bottom)
    center = screen.mean(axis=1)
    yield (
        np.arange(len(screen)),
        center[:, 1].astype(np.int64) * width + center[:, 0].astype(np.int64),
        center[:, 2],
    )
    for some in _batches(rows * (np.ptp(screen[:, :, 0], axis=1).astype(np.int64) + 1)):
        row, triangle = _expand(rows[some])
        triangle = some[triangle]
        y = first[triangle] + row
        a = _edge_x(top[triangle], bottom[triangle], y)
        upper = y + 0.5 < middle[triangle, 1]
        b = np.where(
            upper,
            _edge_x(top[triangle], middle[triangle], y),
            _edge_x(middle[triangle], bottom[triangle], y),
        )
        left = _first(np.minimum(a, b))
        step, span = _expand(_first(np.maximum(a, b)) - left)
        x, y, triangle = left[span] + step, y[span], triangle[span]
        corner = top[triangle]
        z = (
            corner[:, 2]
            + slope_x[triangle] * (x + np.float32(0.5) - corner[:, 0])
            + slope_y[triangle] * (y + np.float32(0.5) - corner[:, 1])
        )
        yield triangle, y * width + x, z.astype(np.float32)


def _first(at: Floats) -> Ints:
    """The first pixel whose middle is at or behind a coordinate."""
    pixel: Ints = np.ceil(at - np.float32(0.5)).astype(np.int64)
    return pixel


def _edge_x(start: Floats, end: Floats, row: Ints) -> Floats:
    rise = end[:, 1] - start[:, 1]
    share = (row + np.float32(0.5) - start[:, 1]) / np.where(rise > 0, rise, np.float32(1))
    x: Floats = start[:, 0] + np.clip(share, 0, 1) * (end[:, 0] - start[:, 0])
    return x.astype(np.float32)


def _slopes(a: Floats, b: Floats, c: Floats) -> tuple[Floats, Floats]:
    """How z changes along x and y in each triangle's plane, kept within reason where the triangle
    is seen edge-on."""
    normal = np.cross(b - a, c - a)
    facing = normal[:, 2]
    safe = np.where(np.abs(facing) > 1e-6, facing, np.float32(1))
    thin = np.abs(facing) <= 1e-6
    slopes = [
        np.clip(np.where(thin, 0, -normal[:, axis] / safe), -20, 20).astype(np.float32)
        for axis in (0, 1)
    ]
    return slopes[0], slopes[1]


def _expand(counts: Ints) -> tuple[Ints, Ints]:
    """For counts (2, 0, 1): positions (0, 1, 0) and owners (0, 0, 2)."""
    counts = np.maximum(counts, 0)
    owner = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return np.arange(len(owner)) - before[owner], owner


def _batches(work: Ints) -> Iterator[Ints]:
    """Indices of triangles that cover rows, in groups of bounded pixels."""
    chosen = np.flatnonzero(work > 0)
    group = np.cumsum(work[chosen]) // PIXELS_AT_ONCE
    yield from np.split(chosen, np.flatnonzero(np.diff(group)) + 1)
