"""Where triangles cross the layer planes: all layers in one vectorised pass."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jobs.meshes import Triangles
from jobs.meshes.blocks import BLOCK, blocks, highest

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Exact = NDArray[np.float64]
KEPT = 8_000_000
MIDDLE = 0.5 - 1e-4
CROSSINGS_AT_ONCE = 1 << 14


@dataclass(frozen=True)
class Segments:
    """Pieces of outline: `layer` counts from the first layer asked for; walking from
    (x0, y0) to (x1, y1), the solid is on the left. All arrays have one length."""

    layer: Ints
    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats


class Planes:
    """Triangles on the plate against planes at (k + ½) · layer, k = 0 … count − 1, and a hair
    below: slicers count a face that lies in a plane to the layer below it.

    A plane at z crosses a triangle with lowest ≤ z < highest: half open, so that a corner that
    lies in a plane is counted once, and neighbours always agree.
    """

    def __init__(self, triangles: Triangles, layer_mm: float, *, inverted: bool = False) -> None:
        self._corners = triangles.reshape(-1, 3)
        self._inverted = inverted
        self.layer_mm = layer_mm
        x, y, z = (float(side) for side in highest(self._corners))
        self.height_mm = z
        self.plan_mm = (x, y)
        self.count = max(1, int(self.height_mm / layer_mm + 0.499))
        self._crossing, self._above = self._crossed(triangles)

    def leaning(self, least_deg: float) -> "Planes":
        """The same planes against those triangles alone that face down and lean out further than
        this, in degrees from the vertical."""
        return _Leaning(self, least_deg)

    def _crossed(self, triangles: Triangles) -> tuple[Ints, Ints]:
        """Which triangles are crossed by any plane, (n,), and the first plane at or above each of
        their corners, (3, n). Most of a fine mesh lies between two planes and is left out."""
        chosen, above = [np.empty(0, np.int32)], [np.empty((3, 0), np.int32)]
        for start, rows in blocks(triangles):
            index = np.ceil(rows[2::3].astype(np.float64) / self.layer_mm - MIDDLE)
            planes = np.clip(index, 0, self.count).astype(np.int32)
            differ = (planes[0] != planes[1]) | (planes[0] != planes[2])
            crossed = np.flatnonzero(differ)
            chosen.append((crossed + start).astype(np.int32))
            above.append(planes[:, crossed])
        return np.concatenate(chosen), np.concatenate(above, axis=1)

    @cached_property
    def per_layer(self) -> NDArray[np.int64]:
        """How many triangles cross each plane: known before anything is built."""
        change = np.bincount(self._above.min(axis=0), minlength=self.count + 1)
        change -= np.bincount(self._above.max(axis=0), minlength=self.count + 1)
        return np.cumsum(change)[: self.count]

    def segments(self, start: int, stop: int) -> Segments:
        """All crossings with the planes start … stop − 1, layer by layer."""
        if self._before[-1] > KEPT:
            return _sorted(self._cut(start, stop))
        first, last = self._before[start], self._before[stop]
        whole = self._segments
        return Segments(
            whole.layer[first:last] - np.int32(start),
            *(line[first:last] for line in (whole.x0, whole.y0, whole.x1, whole.y1)),
        )

    @cached_property
    def _before(self) -> NDArray[np.int64]:
        """How many crossings the layers below have: (count + 1,)."""
        return np.concatenate([[0], np.cumsum(self.per_layer)])

    @cached_property
    def _segments(self) -> Segments:
        return _sorted(self._cut(0, self.count))

    def _cut(self, start: int, stop: int) -> Iterator[Segments]:
        """Crossings in the order of the triangles."""
        left, right = (_FROM, _TO) if not self._inverted else (_TO, _FROM)
        for at in range(0, max(1, len(self._crossing)), BLOCK):
            above = np.clip(self._above[:, at : at + BLOCK], start, stop)
            lowest = above.min(axis=0)
            counts = above.max(axis=0) - lowest
            for some in portions(counts):
                before = np.cumsum(counts[some]) - counts[some]
                row = np.repeat(np.arange(some.start, some.stop), counts[some])
                plane = np.arange(len(row)) + (lowest[some] - before)[row - some.start]
                sides = [side[row] > plane for side in above]
                which = sides[0] + np.int8(2) * sides[1] + np.int8(4) * sides[2]
                height = (plane + MIDDLE) * self.layer_mm
                corner = (self._crossing[at : at + BLOCK][row]).astype(np.int64) * 3
                alone = self._corner(corner + _ALONE[which])
                first = _between(alone, self._corner(corner + left[which]), height)
                last = _between(alone, self._corner(corner + right[which]), height)
                yield Segments((plane - start).astype(np.int32), *first, *last)

    def _corner(self, index: NDArray[np.int64]) -> Exact:
        """Points as (3, n)."""
        # An index in brackets takes eight times as long for points.
        return np.take(self._corners, index, axis=0).T.astype(np.float64, order="C")


class _Leaning(Planes):
    def __init__(self, whole: Planes, least_deg: float) -> None:
        self._corners, self._inverted = whole._corners, whole._inverted
        self.layer_mm, self.count = whole.layer_mm, whole.count
        self.height_mm, self.plan_mm = whole.height_mm, whole.plan_mm
        least = math.sin(math.radians(least_deg))
        kept = [np.empty(0, np.int64)]
        for start in range(0, len(whole._crossing), BLOCK):
            first = whole._crossing[start : start + BLOCK].astype(np.int64) * 3
            a, b, c = (self._corner(first + corner) for corner in range(3))
            normal = np.cross(b - a, c - a, axis=0)
            down = normal[2] if self._inverted else -normal[2]
            kept.append(np.flatnonzero(down > least * np.linalg.norm(normal, axis=0)) + start)
        which = np.concatenate(kept)
        self._crossing, self._above = whole._crossing[which], whole._above[:, which]


# By which corners are above the plane (bit 0: the first one, …): the corner that is alone on its
# side, and the other two, in the order that leaves the solid on the left.
_ALONE = np.array([0, 0, 1, 2, 2, 1, 0, 0], np.int64)
_FROM = np.array([0, 1, 2, 1, 0, 0, 2, 0], np.int64)
_TO = np.array([0, 2, 0, 0, 1, 2, 1, 0], np.int64)


def portions(counts: NDArray[np.signedinteger]) -> Iterator[slice]:
    """All lines or triangles, in portions of so few counts that they stay in a processor's cache,
    or of a single one."""
    upto = np.cumsum(counts)
    start = done = 0
    while True:
        more = int(np.searchsorted(upto, done + CROSSINGS_AT_ONCE, "right"))
        stop = min(max(start + 1, more), len(counts))
        yield slice(start, stop)
        if stop == len(counts):
            return
        start, done = stop, int(upto[stop - 1])


def _between(a: Exact, b: Exact, height: Exact) -> Floats:
    """Where edges (3, n) pass a height: (2, n). The same to the last bit from either end, so that
    neighbours agree."""
    over, under = b[2] - height, a[2] - height
    share = 1 / (b[2] - a[2])
    over *= share
    under *= share
    place: Floats = (a[:2] * over - b[:2] * under).astype(np.float32)
    return place


def _sorted(parts: Iterable[Segments]) -> Segments:
    """Joined and ordered by layer."""
    several = list(parts)
    layer = np.concatenate([part.layer for part in several])
    # numpy sorts 16 bits by counting.
    small = layer.astype(np.uint16) if layer.max(initial=0) < 1 << 16 else layer
    order = np.argsort(small, kind="stable")
    names = ("layer", "x0", "y0", "x1", "y1")
    return Segments(
        *(np.concatenate([getattr(part, name) for part in several])[order] for name in names)
    )
