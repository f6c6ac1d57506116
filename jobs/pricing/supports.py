"""Where supports stand: from the top down, below everything that leans out too far."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jobs.pricing import raster
from jobs.pricing.profiles import FdmProfile
from jobs.pricing.raster import Grid, Stack
from jobs.pricing.slab import Column, Slab


class SupportPass:
    """Supports grow from the top down: what leans out further than the angle, with a margin, and
    all below it down to the part or the plate."""

    def __init__(self, grid: Grid, steps: int, profile: FdmProfile) -> None:
        self._grid, self._profile, self._steps = grid, profile, steps
        self._column = grid.empty(1)
        self._recent: list[Stack] = []
        self.base_mm2 = 0.0

    def footprint(self) -> NDArray[np.float64]:
        """Middles of the pixels where supports stand on the plate: (n, 2), mm."""
        return self._grid.middles(self._column)

    def descend(self, slab: Slab) -> Iterator[tuple[str, Column]]:
        grid, profile = self._grid, self._profile
        square = grid.pixel_mm**2
        leaning = self._leaning(slab)
        wide = raster.spread(leaning, profile.support_margin_mm, grid)
        # What leans out by little in each layer rests on columns without a dense layer.
        flat = raster.grown(raster.shrunk(leaning, 1), 1) & leaning
        dense = raster.spread(flat, profile.support_margin_mm, grid)
        part = slab.inner(slab.part)
        column = np.zeros_like(part)
        interface = np.zeros_like(part)
        for layer in range(len(part) - 1, -1, -1):
            self._column &= ~part[layer]
            column[layer] = self._column[0]
            for recent in self._recent:
                interface[layer] |= recent[0] & column[layer]
            over = wide[layer : layer + 1]
            self._recent = [dense[layer : layer + 1], *self._recent][: profile.interface_layers]
            self._column = self._column | over
        yield "contact", raster.counts(leaning) * square
        yield "support", raster.counts(column) * square
        yield "interface", raster.counts(interface) * square
        yield "support_islands", raster.islands(column)
        pixels = raster.counts(column)
        pieces = raster.runs(column, 1, 0)
        yield "support_chord", grid.pixel_mm * pixels / np.maximum(pieces, 1)
        if slab.bottom == 0:
            base = raster.spread(column[:1], profile.support_base_reach_mm, grid) & ~part[:1]
            self.base_mm2 = float(raster.counts(base)[0]) * square

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
