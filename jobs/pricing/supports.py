"""Where supports stand: from the top down, below everything that leans out too far."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jobs.pricing import raster
from jobs.pricing.crossings import Planes
from jobs.pricing.islands import islands
from jobs.pricing.profiles import FdmProfile
from jobs.pricing.raster import Grid, Stack
from jobs.pricing.slab import Column, Slab
from jobs.pricing.tracing import trace


class SupportPass:
    """Supports grow from the top down: what leans out further than the angle, with a margin, and
    all below it down to the part or the plate, a gap away from it on every side."""

    def __init__(self, planes: Planes, resolution: tuple[Grid, int], profile: FdmProfile) -> None:
        self._grid, self._steps = resolution
        self._profile = profile
        self._leaning_walls = planes.leaning(profile.leaning_deg)
        self._steep_walls = self._leaning_walls.leaning(profile.steep_deg)
        gap = profile.support_gap_layers
        self._column = self._grid.empty(1)
        self._hanging = self._grid.empty(gap)
        self._dense = self._grid.empty(gap + profile.interface_layers)
        self.base_mm2 = 0.0

    def footprint(self) -> NDArray[np.float64]:
        """Middles of the outermost pixels where supports stand on the plate: (n, 2), mm."""
        column = self._column
        within = raster.pairs(column, 0, 1) & raster.pairs(column, 0, -1)
        return self._grid.middles(column & ~within)

    def descend(self, slab: Slab) -> Iterator[tuple[str, Column]]:
        grid, profile = self._grid, self._profile
        square = grid.pixel_mm**2
        ceilings = self._ceilings(slab)
        # What leans out by little in each layer rests on columns without a dense layer.
        flat = raster.opened(ceilings, 1) | self._below(self._steep_walls, slab)
        leaning = ceilings | self._below(self._leaning_walls, slab)
        wide = np.concatenate(
            [raster.spread(leaning, profile.support_margin_mm, grid), self._hanging]
        )
        dense = np.concatenate([raster.spread(flat, profile.support_margin_mm, grid), self._dense])
        free = self._free(slab)
        column = np.empty_like(free)
        gap = profile.support_gap_layers
        for layer in range(len(free) - 1, -1, -1):
            np.bitwise_and(self._column[0], free[layer], out=column[layer])
            np.bitwise_or(column[layer], wide[layer + gap], out=self._column[0])
        interface = np.zeros_like(column)
        for above in range(gap + 1, gap + 1 + profile.interface_layers):
            interface |= dense[above : above + len(column)]
        interface &= column
        self._hanging, self._dense = wide[:gap], dense[: len(self._dense)]
        yield "contact", raster.counts(leaning) * square
        pixels = raster.counts(column)
        yield "support", pixels * square
        yield "interface", raster.counts(interface) * square
        yield "support_islands", islands(column, slab.start)
        pieces = pixels - raster.touching(column, 0, 1)
        yield "support_chord", grid.pixel_mm * pixels / np.maximum(pieces, 1)
        if slab.bottom == 0:
            self.base_mm2 = self._base_pixels(column[:1], ~free[:1]) * square

    def _free(self, slab: Slab) -> Stack:
        """Where nothing of the part is near: beside it, or right below."""
        part, gap = slab.part, self._profile.support_gap_layers
        near = raster.grown(part, round(self._profile.support_gap_mm / self._grid.pixel_mm))
        for below in range(1, gap + 1):
            near[below:] |= part[:-below]
        return ~slab.inner(near)

    def _below(self, walls: Planes, slab: Slab) -> Stack:
        """Pixels at the outline that such walls have, with air right below. Pixels alone tell a
        wall's lean to some degrees, and just the angle is what designers choose."""
        part = slab.inner(slab.part)
        found = trace(walls.segments(slab.start, slab.start + len(part)), len(part), self._grid)
        found = raster.grown(found, 1) & part
        found[1:] &= ~part[:-1]
        found[0] &= ~slab.part[slab.inner_start - 1] if slab.start else np.uint8(0)
        return found

    def _base_pixels(self, column: Stack, part: Stack) -> int:
        """How many pixels the lowest layer of supports has, wider than those above it."""
        reach = self._profile.support_base_reach_mm
        more = -(-int(reach / self._grid.pixel_mm + 1) // 8) * 8
        around = ((0, 0), (more, more), (more, more))
        column, part = (
            raster.packed(np.pad(raster.unpacked(layer), around)) for layer in (column, part)
        )
        return int(raster.counts(raster.spread(column, reach, self._grid) & ~part)[0])

    def _ceilings(self, slab: Slab) -> Stack:
        """What has air right below it and reaches out further than any wall."""
        part = slab.part
        carried = raster.grown(part, self._steps)
        leaning = part.copy()
        layers = self._profile.ceiling_layers
        leaning[layers:] &= ~carried[:-layers]
        if slab.bottom == 0:
            leaning[:layers] &= ~carried[:1]
        leaning[1:] &= ~part[:-1]
        return slab.inner(leaning)
