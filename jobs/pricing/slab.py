"""Some layers of a part as pixels, and what each of their pixels is printed as.

The rules are those that slicers document: perimeters beside every wall, solid layers where the
part's top or bottom is near, and a bridge where a solid layer starts above sparse infill or air.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jobs.pricing import raster
from jobs.pricing.crossings import Planes
from jobs.pricing.filling import fill
from jobs.pricing.islands import islands
from jobs.pricing.profiles import FdmProfile
from jobs.pricing.raster import Grid, Stack

Column = NDArray[np.float64]
CLOSING_MM = 0.1
"""Gaps that slicers close."""
FINE = 2
"""With more pixels than this across the perimeters, what is narrower than a line can be told."""
PIECE_MM2 = 2.0
"""Smaller pieces of solid area than this are filled on the way, without a start of their own."""


class Slab:
    """Layers start … stop − 1 with the layers below and above that decide about them."""

    def __init__(
        self,
        planes: Planes,
        span: tuple[int, int],
        resolution: tuple[Grid, int],
        profile: FdmProfile,
        *,
        closing: bool = False,
    ) -> None:
        self.grid, self.steps = resolution
        self.profile = profile
        self.start, stop = span
        below = max(profile.bottom_layers + 1, profile.ceiling_layers)
        self.bottom = max(0, self.start - below)
        self.inner_start, self.inner_stop = self.start - self.bottom, stop - self.bottom
        above = min(planes.count, stop + profile.top_layers)
        self.part = fill(
            planes.segments(self.bottom, above),
            above - self.bottom,
            self.grid,
            closing_mm=CLOSING_MM if closing else 0.0,
        )

    def inner(self, stack: Stack) -> Stack:
        return stack[self.inner_start : self.inner_stop]

    def areas(self) -> Iterator[tuple[str, Column]]:
        grid, steps, part = self.grid, self.steps, self.part
        half = max(1, steps // 2)
        first = raster.shrunk(part, half)
        room = raster.shrunk(first, steps, half)
        # What is narrower than a line is no infill: the perimeters beside it are laid wider.
        infill = raster.opened(room, 1) if steps > FINE else room
        top, bottom = self._exposed(infill)
        solid = infill & ~self._away_from_surfaces(infill)
        if steps > FINE:
            solid = raster.opened(solid, 1)
        solid |= _carried(top, self.profile.top_layers, down=True)
        solid |= _carried(bottom, self.profile.bottom_layers, down=False)
        solid &= infill
        sparse = infill & ~solid
        over = solid & ~bottom
        over[1:] &= sparse[:-1]
        over[0] = 0
        narrow = max(1, round(self.profile.line_width_mm / grid.pixel_mm))
        over = raster.opened(over, narrow)
        top &= ~bottom
        here = self.inner
        square = grid.pixel_mm**2
        pixels = raster.counts(here(part))
        inside = raster.counts(here(room))
        bands = (pixels - self._within(here(part), inside)) * square
        one = (pixels - raster.counts(here(first))) * square * (steps / 2 / half)
        exact = (pixels * square - bands) / np.maximum(inside, 1)
        filled = inside if infill is room else raster.counts(here(infill))
        dense = raster.counts(here(solid))
        count = islands(here(part), self.start)
        yield "filled", pixels * square
        yield "first_band", np.minimum(one, bands)
        yield "bands", bands
        yield "widened", (inside - filled) * exact
        yield "solid", dense * exact
        yield "top", raster.counts(here(top)) * exact
        yield "bridge", raster.counts(here(bottom)) * exact
        yield "over_sparse", raster.counts(here(over)) * exact
        yield "sparse", (filled - dense) * exact
        yield "chord", self._chord(here(solid), dense)
        yield "sparse_chord", self._chord(here(sparse), filled - dense)
        yield "solid_pieces", self._pieces(here(solid), dense, count)
        yield "islands", count
        yield "loops", 2 * count - np.minimum(raster.euler(here(part), pixels), count)

    def _pieces(self, solid: Stack, pixels: Column, found: Column) -> Column:
        """Pieces of solid area. Coarse pixels make specks of every slant: with them each island
        counts once."""
        square = self.grid.pixel_mm**2
        if self.steps > FINE:
            return islands(solid, self.start, PIECE_MM2 / square)
        pieces: Column = np.minimum(found, pixels * square / (2 * PIECE_MM2))
        return pieces

    def _within(self, part: Stack, inside: Column) -> Column:
        """Pixels inside of all perimeters. A single step by a cross is too short across slanted
        walls and one by a square too long; together they are right on average."""
        if self.steps > 1:
            return inside
        return 0.7 * inside + 0.3 * raster.counts(raster.shrunk_square(part))

    def _exposed(self, infill: Stack) -> tuple[Stack, Stack]:
        """Infill with air above it, and infill with air below it (the first layer lies on the
        plate): surfaces that a slicer lets reach into the part so that they hold."""
        part = self.part
        top, bottom = infill.copy(), infill.copy()
        top[:-1] &= ~part[1:]
        bottom[1:] &= ~part[:-1]
        if self.bottom == 0:
            bottom[0] = 0
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
            result[-shift:] = 0
        for shift in range(1, self.profile.bottom_layers + 1):
            result[shift:] &= infill[:-shift]
            if self.bottom == 0:
                result[:shift] = 0
        return result

    def _chord(self, stack: Stack, pixels: Column) -> Column:
        """Mean length of lines at ±45° through the area of so many pixels, mm."""
        pieces = pixels - (raster.touching(stack, 1, 1) + raster.touching(stack, 1, -1)) / 2
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
