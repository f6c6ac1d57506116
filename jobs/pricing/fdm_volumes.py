"""Filament: how much of every kind of line each layer takes."""

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


def volumes_of(table: LayerTable, profile: FdmProfile) -> dict[str, Column]:
    """mm³ in each layer by feature."""
    c, layer, spacing = profile.calibration, profile.layer_mm, profile.spacing_mm
    section = layer * spacing
    outer, inner, shrink = _walls(table, profile)
    solid_mm2, sparse_mm2 = table.solid * shrink, table.sparse * shrink
    infill = solid_mm2 + sparse_mm2
    edge = np.minimum(outer, infill / profile.line_width_mm)
    overlap = 1 + np.divide(
        profile.infill_overlap * profile.line_width_mm * edge,
        infill,
        out=np.zeros_like(infill),
        where=infill > 0,
    )
    bridges = np.minimum((table.bridge + table.over_sparse) * shrink, solid_mm2)
    top = np.minimum(table.top * shrink, solid_mm2 - bridges)
    sparse = sparse_mm2 * overlap * layer * profile.infill
    lines = sparse / section / np.maximum(table.sparse_chord, 1.0)
    volumes = {
        "external_perimeter": outer * section * c.perimeter_volume,
        "perimeter": inner * section * c.perimeter_volume + table.widened * layer,
        "solid": (solid_mm2 - top - bridges) * overlap * layer * c.solid_volume,
        "top": top * overlap * layer * c.solid_volume,
        "bridge": bridges * overlap * layer * c.bridge_volume,
        "sparse": sparse * c.sparse_volume + lines * c.anchor_mm * section,
        "skirt": _skirt(table, profile),
    }
    volumes["support"], volumes["interface"] = _support(table, profile)
    return volumes


def _walls(table: LayerTable, profile: FdmProfile) -> tuple[Column, Column, Column]:
    """Lengths of the outermost and of the other perimeters, and what is to be multiplied with
    areas in pixels to get those inside of all perimeters.

    A line that follows an outline at a distance d is shorter than it by 2πd for each island and
    longer by as much for each hole (Steiner's formula). Where walls meet, pixels say how much room
    there is, and the outermost line takes it first.
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
    return outer, inner, np.clip(shrink, 0.5, 1.2)


def _support(table: LayerTable, profile: FdmProfile) -> tuple[Column, Column]:
    """Columns in wide lines whose ends are joined, and the dense layers below the part; the
    lowest layer is dense, too."""
    c = profile.calibration
    section = profile.layer_mm * profile.spacing_of(profile.support_line_mm)
    columns = (table.support - table.interface) * profile.layer_mm * profile.support_density
    lines = columns / section / np.maximum(table.support_chord, 1.0)
    volume = columns + lines * c.support_anchor_mm * section
    volume[0] = table.support_base_mm2 * profile.layer_mm * profile.support_base_density
    interface = table.interface * profile.layer_mm * profile.interface_density
    interface[0] = 0.0
    return volume * c.support_volume, interface * c.support_volume


def _skirt(table: LayerTable, profile: FdmProfile) -> Column:
    skirt = np.zeros(table.count)
    if table.skirt_mm and profile.skirt_layers:
        around = table.skirt_mm + 2 * np.pi * (
            profile.skirt_distance_mm + profile.line_width_mm / 2
        )
        loop = around * profile.layer_mm * profile.spacing_mm
        skirt[: profile.skirt_layers] = loop * np.ceil(profile.skirt_least_mm3 / loop)
    return skirt
