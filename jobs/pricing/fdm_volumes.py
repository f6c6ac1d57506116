"""Filament: how much of every kind of line each layer takes."""

import numpy as np
from numpy.typing import NDArray

from jobs.pricing.fdm_walls import walls_of
from jobs.pricing.layers import LayerTable
from jobs.pricing.profiles import FdmProfile

Column = NDArray[np.float64]


def volumes_of(table: LayerTable, profile: FdmProfile) -> dict[str, Column]:
    """mm³ in each layer by feature."""
    c, layer, spacing = profile.calibration, profile.layer_mm, profile.spacing_mm
    section = layer * spacing
    walls = walls_of(table, profile)
    solid_mm2, sparse_mm2 = table.solid * walls.shrink, table.sparse * walls.shrink
    infill = solid_mm2 + sparse_mm2
    wall = layer * walls.spacing_mm
    edge = np.minimum(walls.outer_mm, infill / profile.line_width_mm)
    overlap = 1 + np.divide(
        profile.infill_overlap * profile.line_width_mm * edge,
        infill,
        out=np.zeros_like(infill),
        where=infill > 0,
    )
    bridges = np.minimum((table.bridge + table.over_sparse) * walls.shrink, solid_mm2)
    top = np.minimum(table.top * walls.shrink, solid_mm2 - bridges)
    sparse = sparse_mm2 * overlap * layer * profile.infill
    lines = sparse / section / np.maximum(table.sparse_chord, 1.0)
    volumes = {
        "external_perimeter": walls.outer_mm * wall * c.perimeter_volume,
        "perimeter": walls.inner_mm * wall * c.perimeter_volume + walls.widened_mm2 * layer,
        "solid": (solid_mm2 - top - bridges) * overlap * layer * c.solid_volume,
        "top": top * overlap * layer * c.solid_volume,
        "bridge": bridges * overlap * layer * c.bridge_volume,
        "sparse": sparse * c.sparse_volume + lines * c.anchor_mm * section,
        "skirt": _skirt(table, profile),
    }
    volumes["support"], volumes["interface"] = _support(table, profile)
    return volumes


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
