"""Filament: material and time of a part from its layers, feature by feature."""

import numpy as np
from numpy.typing import NDArray

from jobs.pricing.analysis import FeatureUse
from jobs.pricing.layers import LayerTable
from jobs.pricing.profiles import FdmProfile

Column = NDArray[np.float64]
START_SPEED = 8.0
"""mm/s that a print head may jump to at once (its jerk limit)."""


def features(table: LayerTable, profile: FdmProfile) -> tuple[FeatureUse, ...]:
    """Volume and time of every kind of line, plus "travel" and "cooling" (waiting for short
    layers), which take time alone."""
    volumes = volumes_of(table, profile)
    times = times_of(table, volumes, profile)
    moving = _total(times)
    lengths = _total(volumes) / (profile.layer_mm * profile.spacing_mm)
    slow = np.minimum(profile.minimum_layer_s, lengths / profile.speeds.slowest)
    cooling = np.maximum(0.0, slow - moving)
    uses = [
        FeatureUse(code, float(volume.sum()), float(times[code].sum()))
        for code, volume in volumes.items()
    ]
    uses.append(FeatureUse("travel", 0.0, float(times["travel"].sum())))
    uses.append(FeatureUse("cooling", 0.0, float(cooling.sum())))
    uses.append(FeatureUse("start", 0.0, profile.start_s))
    return tuple(use for use in uses if use.volume_mm3 > 0 or use.time_s > 0)


def volumes_of(table: LayerTable, profile: FdmProfile) -> dict[str, Column]:
    """mm³ in each layer by feature."""
    c, layer = profile.calibration, profile.layer_mm
    section = layer * profile.spacing_mm
    infill = table.solid + table.sparse
    edge = table.bands / (profile.perimeters * profile.spacing_mm)
    overlap = 1 + np.divide(
        profile.infill_overlap * profile.line_width_mm * edge,
        infill,
        out=np.zeros_like(infill),
        where=infill > edge * profile.line_width_mm,
    )
    bridges = np.minimum(table.bridge + table.over_sparse, table.solid)
    top = np.minimum(table.top, table.solid - bridges)
    sparse = table.sparse * overlap * layer * profile.infill
    lines = sparse / section / np.maximum(table.sparse_chord, 1.0)
    volumes = {
        "external_perimeter": table.first_band * layer * c.perimeter_volume,
        "perimeter": (table.bands - table.first_band) * layer * c.perimeter_volume,
        "solid": (table.solid - top - bridges) * overlap * layer * c.solid_volume,
        "top": top * overlap * layer * c.solid_volume,
        "bridge": bridges * layer * c.bridge_volume,
        "sparse": sparse * c.sparse_volume + lines * c.anchor_mm * section,
        "skirt": _skirt(table, profile),
    }
    volumes["support"] = _support(table, profile)
    return volumes


def times_of(
    table: LayerTable, volumes: dict[str, Column], profile: FdmProfile
) -> dict[str, Column]:
    """Seconds in each layer by feature, travel included, before the layer's least time."""
    c, speeds = profile.calibration, profile.speeds
    section = profile.layer_mm * profile.spacing_mm
    length = {code: volume / section for code, volume in volumes.items()}
    length["support"] *= profile.spacing_mm / _line_spacing(profile, profile.support_line_mm)
    loop = length["external_perimeter"] / np.maximum(table.loops, 1)
    inner = np.where(loop < profile.small_loop_mm, speeds.external_perimeter, speeds.perimeter)

    def lines(code: str, speed: float, chord: Column) -> Column:
        pace = straight(np.maximum(chord, 0.5), _capped(speed, profile), profile.acceleration)
        return length[code] * pace

    times = {
        "external_perimeter": length["external_perimeter"]
        / speeds.external_perimeter
        * c.perimeter_time,
        "perimeter": length["perimeter"] / inner * c.perimeter_time,
        "solid": lines("solid", speeds.solid, table.chord) * c.solid_time,
        "top": lines("top", speeds.top, table.chord) * c.solid_time,
        "bridge": lines("bridge", speeds.bridge, table.chord) * c.bridge_time,
        "sparse": lines("sparse", speeds.sparse, table.sparse_chord) * c.sparse_time,
        "skirt": length["skirt"] / speeds.external_perimeter,
        "support": lines("support", speeds.support, table.support_chord) * c.support_time,
    }
    times["travel"] = (
        table.loops * profile.perimeters * c.travel_per_loop_s
        + table.islands * c.travel_per_piece_s
        + table.support_islands * c.travel_per_support_s
        + c.travel_per_layer_s
    )
    slow_start = sum(length[code][0] for code in ("external_perimeter", "perimeter", "solid"))
    fast = sum(times[code][0] for code in ("external_perimeter", "perimeter", "solid"))
    times["travel"][0] += max(0.0, float(slow_start) / speeds.first_layer - float(fast))
    return times


def straight(chord: Column, speed: float, acceleration: float) -> Column:
    """Seconds for each mm along lines of a mean length: a trapezoid of speed over each line, a
    triangle where it is too short to reach full speed."""
    start = min(START_SPEED, speed)
    ramp = (speed**2 - start**2) / acceleration
    full = chord / speed + (speed - start) ** 2 / (acceleration * speed)
    peak = np.sqrt(start**2 + acceleration * chord)
    return np.where(chord >= ramp, full, 2 * (peak - start) / acceleration) / chord


def _capped(speed: float, profile: FdmProfile) -> float:
    return min(speed, profile.speeds.volumetric_mm3_s / (profile.layer_mm * profile.spacing_mm))


def _support(table: LayerTable, profile: FdmProfile) -> Column:
    """Columns in wide lines whose ends are joined, dense below the part and on the plate."""
    c = profile.calibration
    section = profile.layer_mm * _line_spacing(profile, profile.support_line_mm)
    columns = (table.support - table.interface) * profile.layer_mm * profile.support_density
    lines = columns / section / np.maximum(table.support_chord, 1.0)
    volume = columns + lines * c.support_anchor_mm * section
    volume += table.interface * profile.layer_mm * profile.interface_density
    volume[0] = table.support_base_mm2 * profile.layer_mm * profile.support_base_density
    return volume * c.support_volume


def _line_spacing(profile: FdmProfile, width: float) -> float:
    return width - profile.layer_mm * (1 - np.pi / 4)


def _skirt(table: LayerTable, profile: FdmProfile) -> Column:
    skirt = np.zeros(table.count)
    if table.skirt_mm and profile.skirt_layers:
        around = table.skirt_mm + 2 * np.pi * (
            profile.skirt_distance_mm + profile.line_width_mm / 2
        )
        loop = around * profile.layer_mm * profile.spacing_mm
        skirt[: profile.skirt_layers] = loop * np.ceil(profile.skirt_least_mm3 / loop)
    return skirt


def _total(columns: dict[str, Column]) -> Column:
    total: Column = np.sum(list(columns.values()), axis=0)
    return total
