"""What each layer of a part is made of: areas by feature, from outlines and pixels."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from jobs.meshes import Triangles
from jobs.meshes.measures import Measures
from jobs.pricing.crossings import Planes
from jobs.pricing.profiles import FdmProfile
from jobs.pricing.raster import Grid
from jobs.pricing.slab import Column, Slab
from jobs.pricing.supports import SupportPass

CELLS_AT_ONCE = 6_000_000
"""Less than a megabyte of bits: what stays in a processor's own cache is a quarter faster."""
CROSSINGS_AT_ONCE = 6_000_000
FINE_CELLS = 13_000_000
SLIT_OUTLINE = 1.3
"""Of 220 sliced parts of one body four have so much more outline: one with hairline slits, for
which closing them took an error of 31 % to 2 %, and three whose walls are thinner than two
lines."""


@dataclass(frozen=True)
class LayerTable:
    """One number for each layer, from the plate up: areas in mm², lengths in mm.

    `area` is exact, `filled` what the pixels make of it; `first_band` and `bands` are the areas of
    the outermost line and of all perimeters, `widened` what is left between them and too narrow
    for a line; `solid` holds `top`, `bridge` and `over_sparse` and falls into `solid_pieces`;
    `chord` is the mean length of a solid line and `sparse_chord` of a line through the sparse
    area. `support` is the area of support columns,
    `interface` the part of it right below the object, `contact` what touches it.
    """

    area: Column
    filled: Column
    perimeter: Column
    first_band: Column
    bands: Column
    widened: Column
    solid: Column
    solid_pieces: Column
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


def layers_of(
    triangles: Triangles, measures: Measures, profile: FdmProfile, *, supports: bool
) -> LayerTable:
    """The layers of a part on the plate. Bodies that touch are one, and so are the sides of a slit
    that no line would leave open."""
    planes = Planes(triangles, profile.layer_mm, inverted=measures.inverted)
    table = tabulate(planes, profile, supports=supports, closing=measures.bodies > 1)
    if measures.bodies == 1 and _slit(table, profile):
        table = tabulate(planes, profile, supports=supports, closing=True)
    return table


def _slit(table: LayerTable, profile: FdmProfile) -> bool:
    """Whether far more outline was cut than there is room for lines along it."""
    lines = table.first_band.sum() / profile.spacing_mm
    return bool(table.perimeter.sum() > SLIT_OUTLINE * lines)


def tabulate(
    planes: Planes, profile: FdmProfile, *, supports: bool, closing: bool = False
) -> LayerTable:
    """Cut, fill and classify all layers, from the top down, in slabs that fit into memory; with
    `closing` without narrow gaps."""
    # Surfaces start inside of all perimeters, and what of them leaves the part is cut off again:
    # it only must not get over two margins and two walls into the row beyond.
    around = profile.surface_reach_mm / 2 - profile.perimeters * profile.spacing_mm
    if supports:
        around = max(around, profile.support_margin_mm)
    grid, steps = _resolution(planes, profile, around)
    columns = {name: np.zeros(planes.count) for name in _NAMES}
    columns["perimeter"], columns["area"] = _outlines(planes)
    below = SupportPass(planes, (grid, steps), profile) if supports else None
    footprint = [_corners(planes)]
    for start, stop in _slabs(planes, grid):
        slab = Slab(planes, (start, stop), (grid, steps), profile, closing=closing)
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


def _resolution(planes: Planes, profile: FdmProfile, around_mm: float) -> tuple[Grid, int]:
    """Pixels so that all perimeters together are 4, 3, 2 or 1 pixels wide: as fine as a bounded
    number of cells allows."""
    width, depth = planes.plan_mm
    band = profile.perimeters * profile.spacing_mm
    for steps in (4, 3, 2):
        if Grid.over(width, depth, band / steps).cells * planes.count <= FINE_CELLS * (4 / steps):
            return Grid.over(width, depth, band / steps, around_mm), steps
    return Grid.over(width, depth, band, around_mm), 1


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
        x, y = cut.x1 - cut.x0, cut.y1 - cut.y0
        length = np.sqrt(x * x + y * y)
        cross = cut.x0.astype(np.float64) * cut.y1 - cut.x1.astype(np.float64) * cut.y0
        perimeter[start:stop] = np.bincount(cut.layer, length, stop - start)
        area[start:stop] = np.bincount(cut.layer, cross / 2, stop - start)
        start = stop
    return perimeter, area
