"""Filament: the lines along the walls of each layer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.pricing.layers import LayerTable
from jobs.pricing.profiles import FdmProfile

Column = NDArray[np.float64]
PIXEL_DOUBT = 1.04
"""Areas of bands by pixels are right to some per cent: only a band that is narrower than its
outline says by more than this is taken for a thin wall."""
OUTLINE_DOUBT = 1.03
"""The same of the outermost line."""
OVERLAP = 0.05
"""Above this difference to the filled pixels, an exact area counts overlapping bodies twice."""
NO_INFILL = 0.1
"""A layer with no larger share of it is nothing but walls."""
LEAST_LINE = 0.756
LEAST_PAIR = 0.511
"""Of a line's room, what is left over in the middle of a thin wall has to be this much for another
line: more where it would be a line alone, less where it makes a pair of one (PrusaSlicer's walls of
variable width, with lines of at least 0.34 mm)."""


@dataclass(frozen=True)
class Walls:
    """Lengths of the outermost and of the other perimeters, mm; the room that each line takes,
    mm; what is filled by laying them wider, mm²; and what is to be multiplied with areas in pixels
    to get those inside of all perimeters."""

    outer_mm: Column
    inner_mm: Column
    spacing_mm: Column
    widened_mm2: Column
    shrink: Column


def walls_of(table: LayerTable, profile: FdmProfile) -> Walls:
    """The lines of each layer.

    A line that follows an outline at a distance d is shorter than it by 2πd for each island and
    longer by as much for each hole (Steiner's formula). Where walls meet, pixels say how much room
    there is, and the outermost line takes it first; a layer of thin walls alone has as many lines
    as fit, wider or narrower than usual.
    """
    spacing = profile.spacing_mm
    turns = 2 * np.pi * (2 * table.islands - table.loops)

    def ring(away: float) -> Column:
        return np.maximum(table.perimeter - turns * away, 0.0)

    first = profile.line_width_mm / 2
    depth = first + (profile.perimeters - 0.5) * spacing
    room = PIXEL_DOUBT * table.bands
    # Outlines of bodies that touch or overlap are no walls; pixels see only what is outside.
    outer = np.minimum(ring(first), np.minimum(OUTLINE_DOUBT * table.first_band, room) / spacing)
    inner = sum(
        (ring(first + more * spacing) for more in range(1, profile.perimeters)),
        start=np.zeros(table.count),
    )
    inner = np.minimum(inner, np.maximum(room / spacing - outer, 0.0))
    whole = np.where(
        np.abs(table.area - table.filled) < OVERLAP * table.filled, table.area, table.filled
    )
    band = np.minimum(table.perimeter * depth - turns * depth**2 / 2, room)
    pixels = table.solid + table.sparse
    shrink = np.divide(
        whole - band - table.widened, pixels, out=np.ones(table.count), where=pixels > 0
    )
    wide = _wall_mm(table, np.minimum(table.area, whole))
    thin = (pixels <= NO_INFILL * table.filled) & (wide > 0)
    room_mm = wide - (profile.line_width_mm - spacing)
    lines = np.maximum(_lines(room_mm / spacing), 1)
    thin &= (lines <= 2 * profile.perimeters) & (room_mm > 0)
    outer = np.where(thin, np.where(lines > 1, ring(first), table.perimeter / 2), outer)
    inner = np.where(thin, np.maximum(lines - 2, 0) * table.perimeter / 2, inner)
    return Walls(
        outer_mm=outer,
        inner_mm=inner,
        spacing_mm=np.where(thin, room_mm / lines, spacing),
        widened_mm2=np.where(thin, 0.0, table.widened),
        shrink=np.clip(shrink, 0.5, 1.2),
    )


def _wall_mm(table: LayerTable, filled: Column) -> Column:
    """How thick the walls of each layer are if it is nothing but walls: those around holes have
    two sides, others are rectangles. 0 for what is not at least twice as long as it is wide."""
    islands = np.maximum(table.islands, 1)
    around, area = table.perimeter / islands, filled / islands
    # A rectangle's sides have half of its outline as their sum and its area as their product.
    difference = np.sqrt(np.maximum(around**2 / 4 - 4 * area, 0.0))
    short, long = around / 4 - difference / 2, around / 4 + difference / 2
    rings = 2 * filled / np.maximum(table.perimeter, 1e-9)
    wall: Column = np.where(
        table.loops > table.islands, rings, np.where(long >= 2 * short, short, 0.0)
    )
    return wall


def _lines(room: Column) -> Column:
    """How many lines lie side by side in so much room, in lines."""
    whole = np.floor(room)
    least = np.where(whole % 2 == 1, LEAST_PAIR, LEAST_LINE)
    lines: Column = whole + (room - whole > least)
    return lines
