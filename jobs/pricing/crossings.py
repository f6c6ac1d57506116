"""Where triangles cross the layer planes: all layers in one vectorised pass."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jobs.meshes import Triangles

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


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
    """Triangles on the plate against planes at (k + ½) · layer, k = 0 … count − 1.

    A plane at z crosses a triangle with lowest ≤ z < highest: half open, so that a corner that
    lies in a plane is counted once, and neighbours always agree.
    """

    def __init__(self, triangles: Triangles, layer_mm: float, *, inverted: bool = False) -> None:
        self._triangles = triangles
        self._inverted = inverted
        self.layer_mm = layer_mm
        z = triangles[:, :, 2]
        self.height_mm = float(z.max())
        self.plan_mm = (float(triangles[:, :, 0].max()), float(triangles[:, :, 1].max()))
        self.count = max(1, int(self.height_mm / layer_mm + 0.499))
        self._first = self._plane_above(z.min(axis=1))
        self._end = self._plane_above(z.max(axis=1))

    def _plane_above(self, z: Floats) -> Ints:
        """The first plane at or above z."""
        index = np.ceil(z.astype(np.float64) / self.layer_mm - 0.5)
        return np.clip(index, 0, self.count).astype(np.int32)

    @cached_property
    def per_layer(self) -> NDArray[np.int64]:
        """How many triangles cross each plane: known before anything is built."""
        change = np.bincount(self._first, minlength=self.count + 1).astype(np.int64)
        change -= np.bincount(self._end, minlength=self.count + 1)
        return np.cumsum(change)[: self.count]

    def segments(self, start: int, stop: int) -> Segments:
        """All crossings with the planes start … stop − 1."""
        chosen = np.flatnonzero((self._first < stop) & (self._end > start))
        first = np.maximum(self._first[chosen], start)
        counts = np.minimum(self._end[chosen], stop) - first
        whole = counts > 0
        chosen, first, counts = chosen[whole], first[whole], counts[whole]
        row = np.repeat(np.arange(len(chosen), dtype=np.int32), counts)
        before = np.cumsum(counts) - counts
        plane = np.arange(len(row), dtype=np.int32) - before[row].astype(np.int32) + first[row]
        height = (plane + np.float64(0.5)) * self.layer_mm
        return self._cut(self._triangles[chosen], row, height, plane - np.int32(start))

    def _cut(
        self, triangles: Triangles, row: Ints, height: NDArray[np.float64], layer: Ints
    ) -> Segments:
        order = np.argsort(triangles[:, :, 2], axis=1, kind="stable")
        corners = np.take_along_axis(triangles, order[:, :, None], axis=1)
        low, middle, high = corners[:, 0], corners[:, 1], corners[:, 2]
        below = height < middle[row, 2]
        start = np.where(below[:, None], low[row], middle[row])
        end = np.where(below[:, None], middle[row], high[row])
        ax, ay = _at(low[row], high[row], height)
        bx, by = _at(start, end, height)
        # Sorting the corners by height turned the triangle round when the permutation was odd;
        # the short side lies left of the long one exactly when the sorted triangle faces outward.
        even = (order[:, 1] - order[:, 0]) % 3 == 1
        flip = even[row] == self._inverted
        return Segments(
            layer=layer,
            x0=np.where(flip, bx, ax),
            y0=np.where(flip, by, ay),
            x1=np.where(flip, ax, bx),
            y1=np.where(flip, ay, by),
        )


def _at(low: Floats, high: Floats, height: NDArray[np.float64]) -> tuple[Floats, Floats]:
    rise = (high[:, 2] - low[:, 2]).astype(np.float64)
    share = np.clip((height - low[:, 2]) / np.where(rise > 0, rise, 1.0), 0.0, 1.0)
    x = low[:, 0] + share * (high[:, 0] - low[:, 0])
    y = low[:, 1] + share * (high[:, 1] - low[:, 1])
    return x.astype(np.float32), y.astype(np.float32)
