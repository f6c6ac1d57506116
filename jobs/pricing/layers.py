"""What each layer of a part is made of: areas by feature, from outlines and pixels.

The rules are those that slicers document: two perimeters beside every wall, solid layers where the
part's top or bottom is near, a bridge where a solid layer starts above sparse infill or above air,
supports below everything that leans out further than the support angle.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

from jobs.pricing import raster
from jobs.pricing.crossings import Planes
from jobs.pricing.profiles import FdmProfile
from jobs.pricing.raster import Grid, Stack

Column = NDArray[np.float64]
CELLS_AT_ONCE = 12_000_000
CROSSINGS_AT_ONCE = 6_000_000
FINE_CELLS = 16_000_000
_PLANE = np.array([[[0] * 3] * 3, [[0, 1, 0], [1, 1, 1], [0, 1, 0]], [[0] * 3] * 3], dtype=bool)


@dataclass(frozen=True)
class LayerTable:
    """One number for each layer, from the plate up: areas in mm², lengths in mm.

    `area` is exact, `filled` what the pixels make of it;
    `first_band` and `bands` are the areas of the outermost line and of all perimeters; `solid`
    holds `top`, `bridge` and `over_sparse`; `chord` is the mean length of a solid line and
    `sparse_chord` of a line through the sparse area. `support` is the area of support columns,
    `interface` the part of it right below the object, `contact` what touches it.
    """

    area: Column
    filled: Column
    perimeter: Column
    first_band: Column
    bands: Column
    solid: Column
    top: Column
    bridge: Column
    over_sparse: Column
    sparse: Column
    chord: Column
    sparse_chord: Column
    islands: Column
    loops: Column
    contact: Column
    support: Column
    support_islands: Column
    support_chord: Column
    interface: Column
    skirt_mm: float
    support_base_mm2: float

    @property
    def count(self) -> int:
        return len(self.area)


def tabulate(planes: Planes, profile: FdmProfile, *, supports: bool) -> LayerTable:
    """Cut, fill and classify all layers, from the top down, in slabs that fit into memory."""
    width, depth = planes.plan_mm
    grid, steps = _resolution(planes.count, width, depth, profile)
    columns = {name: np.zeros(planes.count) for name in _NAMES}
    columns["perimeter"], columns["area"] = _outlines(planes)
    below = _SupportPass(grid, steps, profile) if supports else None
    footprint = [_corners(planes)]
    for start, stop in _slabs(planes, grid):
        slab = _Slab(planes, (start, stop), (grid, steps), profile)
        for name, values in slab.areas():
            columns[name][start:stop] = values
        if below is not None:
            for name, values in below.descend(slab):
                columns[name][start:stop] = values
    if below is not None:
        footprint.append(below.footprint())
    return LayerTable(
        **columns,
        skirt_mm=_hull_length(np.concatenate(footprint)),
        support_base_mm2=below.base_mm2 if below is not None else 0.0,
    )


_NAMES = [field.name for field in fields(LayerTable) if field.type == Column]
SKIRT_LAYERS = 3


def _corners(planes: Planes) -> NDArray[np.float64]:
    """Points of the outlines of the lowest layers: (n, 2)."""
    cut = planes.segments(0, min(SKIRT_LAYERS, planes.count))
    return np.stack([cut.x0, cut.y0], axis=1).astype(np.float64)


def _hull_length(points: NDArray[np.float64]) -> float:
    """The length of the string around the points, mm."""
    try:
        return float(ConvexHull(points).area)
    except (QhullError, ValueError):
        return 0.0


def _resolution(layers: int, width: float, depth: float, profile: FdmProfile) -> tuple[Grid, int]:
    """Pixels so that all perimeters together are 4, 3, 2 or 1 pixels wide: as fine as a bounded
    number of cells allows."""
    band = profile.perimeters * profile.spacing_mm
    for steps in (4, 3, 2):
        grid = Grid.over(width, depth, band / steps)
        if grid.cells * layers <= FINE_CELLS * (4 / steps):
            return grid, steps
    return Grid.over(width, depth, band), 1


def _slabs(planes: Planes, grid: Grid) -> Iterator[tuple[int, int]]:
    crossings = np.concatenate([[0], np.cumsum(planes.per_layer)])
    stop = planes.count
    while stop > 0:
        start = max(0, stop - max(16, CELLS_AT_ONCE // grid.cells))
        while stop - start > 16 and crossings[stop] - crossings[start] > CROSSINGS_AT_ONCE:
            start = (start + stop + 1) // 2
        yield start, stop
        stop = start


def _outlines(planes: Planes) -> tuple[Column, Column]:
    """Exact outline length and enclosed area of each layer."""
    perimeter, area = np.zeros(planes.count), np.zeros(planes.count)
    crossings = np.concatenate([[0], np.cumsum(planes.per_layer)])
    start = 0
    while start < planes.count:
        stop = int(np.searchsorted(crossings, crossings[start] + CROSSINGS_AT_ONCE, "right")) - 1
        stop = min(max(stop, start + 1), planes.count)
        cut = planes.segments(start, stop)
        length = np.hypot(cut.x1 - cut.x0, cut.y1 - cut.y0)
        cross = cut.x0.astype(np.float64) * cut.y1 - cut.x1.astype(np.float64) * cut.y0
        perimeter[start:stop] = np.bincount(cut.layer, length, stop - start)
        area[start:stop] = np.bincount(cut.layer, cross / 2, stop - start)
        start = stop
    return perimeter, area


class _Slab:
    """Layers start … stop − 1 with the layers below and above that decide about them."""

    def __init__(
        self,
        planes: Planes,
        span: tuple[int, int],
        resolution: tuple[Grid, int],
        profile: FdmProfile,
    ) -> None:
        self.grid, self.steps = resolution
        self.profile = profile
        start, stop = span
        below = max(profile.bottom_layers, _LEAN_LAYERS)
        self.bottom = max(0, start - below)
        self.inner_start, self.inner_stop = start - self.bottom, stop - self.bottom
        above = min(planes.count, stop + profile.top_layers)
        self.part = raster.fill(planes.segments(self.bottom, above), above - self.bottom, self.grid)

    def inner(self, stack: Stack) -> Stack:
        return stack[self.inner_start : self.inner_stop]

    def areas(self) -> Iterator[tuple[str, Column]]:
        grid, steps, part = self.grid, self.steps, self.part
        first = raster.shrunk(self.inner(part), max(1, steps // 2), grid)
        infill = raster.shrunk(part, steps, grid)
        top, bottom = self._exposed(infill)
        solid = infill & ~self._away_from_surfaces(infill)
        if steps > 2:
            solid = raster.grown(raster.shrunk(solid, 1, grid), 1, grid)
        solid |= _carried(top, self.profile.top_layers, down=True)
        solid |= _carried(bottom, self.profile.bottom_layers, down=False)
        solid &= infill
        sparse = infill & ~solid
        over = solid & ~bottom
        over[1:] &= sparse[:-1]
        over[0] = False
        narrow = max(1, round(self.profile.line_width_mm / grid.pixel_mm))
        over = raster.grown(raster.shrunk(over, narrow, grid), narrow, grid) & over
        top &= ~bottom
        here = self.inner
        square = grid.pixel_mm**2
        pixels = raster.counts(here(part))
        inside = raster.counts(here(infill))
        bands = (pixels - self._within(here(part), inside)) * square
        one = (pixels - raster.counts(first)) * square * (steps / 2 / max(1, steps // 2))
        yield "filled", pixels * square
        yield "first_band", np.minimum(one, bands)
        yield "bands", bands
        exact = (pixels * square - bands) / np.maximum(inside, 1)
        yield "solid", raster.counts(here(solid)) * exact
        yield "top", raster.counts(here(top)) * exact
        yield "bridge", raster.counts(here(bottom)) * exact
        yield "over_sparse", raster.counts(here(over)) * exact
        yield "sparse", raster.counts(here(sparse)) * exact
        yield "chord", self._chord(here(solid))
        yield "sparse_chord", self._chord(here(sparse))
        count = islands(here(part))
        yield "islands", count
        yield "loops", 2 * count - np.minimum(raster.euler(here(part), grid), count)

    def _within(self, part: Stack, inside: Column) -> Column:
        """Pixels inside of all perimeters. A single step by a cross is too short across slanted
        walls and one by a square too long; together they are right on average."""
        if self.steps > 1:
            return inside
        return 0.7 * inside + 0.3 * raster.counts(raster.shrunk_square(part, self.grid))

    def _exposed(self, infill: Stack) -> tuple[Stack, Stack]:
        """Infill with air above it, and infill with air below it (the first layer lies on the
        plate): surfaces that a slicer lets reach into the part so that they hold."""
        part = self.part
        top, bottom = infill.copy(), infill.copy()
        top[:-1] &= ~part[1:]
        bottom[1:] &= ~part[:-1]
        if self.bottom == 0:
            bottom[0] = False
        reach = self.profile.surface_reach_mm
        return (
            raster.spread(top, reach, self.grid) & infill,
            raster.spread(bottom, reach, self.grid) & infill,
        )

    def _away_from_surfaces(self, infill: Stack) -> Stack:
        """Inside in all layers from `bottom_layers` below to `top_layers` above."""
        result = infill.copy()
        for shift in range(1, self.profile.top_layers + 1):
            result[:-shift] &= infill[shift:]
            result[-shift:] = False
        for shift in range(1, self.profile.bottom_layers + 1):
            result[shift:] &= infill[:-shift]
            if self.bottom == 0:
                result[:shift] = False
        return result

    def _chord(self, stack: Stack) -> Column:
        """Mean length of lines at ±45° through the area, mm."""
        pixels = raster.counts(stack)
        pieces = (
            raster.runs(stack, self.grid.columns + 1) + raster.runs(stack, self.grid.columns - 1)
        ) / 2
        length: Column = np.sqrt(2) * self.grid.pixel_mm * pixels / np.maximum(pieces, 1)
        return length


def _carried(surface: Stack, layers: int, *, down: bool) -> Stack:
    """A surface and the same area in the layers right below (or above) it: `layers` in all."""
    result = surface.copy()
    for shift in range(1, layers):
        if down:
            result[:-shift] |= surface[shift:]
        else:
            result[shift:] |= surface[:-shift]
    return result


def islands(stack: Stack) -> Column:
    """How many separate areas each layer has."""
    labels, total = ndimage.label(stack, structure=_PLANE)
    if not total:
        return np.zeros(len(stack))
    highest = np.maximum.accumulate(labels.reshape(len(stack), -1).max(axis=1))
    return np.diff(highest, prepend=0).astype(np.float64)


_LEAN_LAYERS = 4
"""Over so many layers of 0.2 mm, a lean of 45° is as wide as all perimeters: `steps` pixels."""


class _SupportPass:
    """Supports grow from the top down: what leans out further than the angle, with a margin, and
    all below it down to the part or the plate."""

    def __init__(self, grid: Grid, steps: int, profile: FdmProfile) -> None:
        self._grid, self._profile, self._steps = grid, profile, steps
        self._column = np.zeros((1, grid.rows, grid.columns), bool)
        self._recent: list[Stack] = []
        self.base_mm2 = 0.0

    def footprint(self) -> NDArray[np.float64]:
        """Middles of the pixels where supports stand on the plate: (n, 2), mm."""
        _, row, column = np.nonzero(self._column)
        middles = np.stack([column, row], axis=1).astype(np.float64) - raster.MARGIN + 0.5
        return middles * self._grid.pixel_mm

    def descend(self, slab: _Slab) -> Iterator[tuple[str, Column]]:
        grid, profile = self._grid, self._profile
        square = grid.pixel_mm**2
        leaning = self._leaning(slab)
        wide = raster.spread(leaning, profile.support_margin_mm, grid)
        part = slab.inner(slab.part)
        column = np.zeros_like(part)
        interface = np.zeros_like(part)
        for layer in range(len(part) - 1, -1, -1):
            self._column &= ~part[layer]
            column[layer] = self._column[0]
            for recent in self._recent:
                interface[layer] |= recent[0] & column[layer]
            over = wide[layer : layer + 1]
            self._recent = [over, *self._recent][: profile.interface_layers]
            self._column = self._column | over
        yield "contact", raster.counts(leaning) * square
        yield "support", raster.counts(column) * square
        yield "interface", raster.counts(interface) * square
        yield "support_islands", islands(column)
        pixels = raster.counts(column)
        pieces = raster.runs(column, grid.columns)
        yield "support_chord", grid.pixel_mm * pixels / np.maximum(pieces, 1)
        if slab.bottom == 0:
            base = raster.spread(column[:1], profile.support_base_reach_mm, grid) & ~part[:1]
            self.base_mm2 = float(raster.counts(base)[0]) * square

    def _leaning(self, slab: _Slab) -> Stack:
        """What has air right below it and reaches out further than the angle allows."""
        part = slab.part
        carried = raster.grown(part, self._steps, self._grid)
        leaning = part.copy()
        leaning[_LEAN_LAYERS:] &= ~carried[:-_LEAN_LAYERS]
        if slab.bottom == 0:
            leaning[:_LEAN_LAYERS] &= ~carried[:1]
        leaning[1:] &= ~part[:-1]
        return slab.inner(leaning)
