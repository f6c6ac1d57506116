"""Where supports stand: from the top down, below everything that leans out too far."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jobs.pricing import raster
from jobs.pricing.islands import islands
from jobs.pricing.profiles import FdmProfile
from jobs.pricing.raster import Grid, Stack
from jobs.pricing.slab import Column, Slab


class SupportPass:
    """Supports grow from the top down: what leans out further than the angle, with a margin, and
    all below it down to the part or the plate."""

    def __init__(self, grid: Grid, steps: int, profile: FdmProfile) -> None:
        self._grid, self._profile, self._steps = grid, profile, steps
        self._column = grid.empty(1)
        self._dense = grid.empty(profile.interface_layers)
        self.base_mm2 = 0.0

    def footprint(self) -> NDArray[np.float64]:
        """Middles of the outermost pixels where supports stand on the plate: (n, 2), mm."""
        column = self._column
        within = raster.pairs(column, 0, 1) & raster.pairs(column, 0, -1)
        return self._grid.middles(column & ~within)

    def descend(self, slab: Slab) -> Iterator[tuple[str, Column]]:
        grid, profile = self._grid, self._profile
        square = grid.pixel_mm**2
        leaning = self._leaning(slab)
        wide = raster.spread(leaning, profile.support_margin_mm, grid)
        # What leans out by little in each layer rests on columns without a dense layer.
        flat = raster.opened(leaning, 1)
        dense = raster.spread(flat, profile.support_margin_mm, grid)
        free = ~slab.inner(slab.part)
        column = np.empty_like(free)
        for layer in range(len(free) - 1, -1, -1):
            np.bitwise_and(self._column[0], free[layer], out=column[layer])
            np.bitwise_or(column[layer], wide[layer], out=self._column[0])
        dense = np.concatenate([dense, self._dense])
        interface = np.zeros_like(column)
        for above in range(1, profile.interface_layers + 1):
            interface |= dense[above : above + len(column)]
        interface &= column
        self._dense = dense[: profile.interface_layers]
        yield "contact", raster.counts(leaning) * square
        pixels = raster.counts(column)
        yield "support", pixels * square
        yield "interface", raster.counts(interface) * square
        yield "support_islands", islands(column, slab.start)
        pieces = pixels - raster.touching(column, 1, 0)
        yield "support_chord", grid.pixel_mm * pixels / np.maximum(pieces, 1)
        if slab.bottom == 0:
            self.base_mm2 = self._base_pixels(column[:1], ~free[:1]) * square

    def _base_pixels(self, column: Stack, part: Stack) -> int:
        """How many pixels the lowest layer of supports has, wider than those above it."""
        reach = self._profile.support_base_reach_mm
        more = -(-int(reach / self._grid.pixel_mm + 1) // 8) * 8
        around = ((0, 0), (more, more), (more, more))
        column, part = (
            raster.packed(np.pad(raster.unpacked(layer), around)) for layer in (column, part)
        )
        return int(raster.counts(raster.spread(column, reach, self._grid) & ~part)[0])

    def _leaning(self, slab: Slab) -> Stack:
        """What has air right below it and reaches out further than the angle allows."""
        part = slab.part
        carried = raster.grown(part, self._steps)
        leaning = part.copy()
        layers = self._profile.lean_layers
        leaning[layers:] &= ~carried[:-layers]
        if slab.bottom == 0:
            leaning[:layers] &= ~carried[:1]
        leaning[1:] &= ~part[:-1]
        return slab.inner(leaning)
