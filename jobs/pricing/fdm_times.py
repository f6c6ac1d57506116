"""Filament: how long every kind of line takes in each layer, travel and cooling included.

Speeds follow from the profile: a line takes a trapezoid of speed, curved infill never gets near
its set speed, each start of a line costs a lift, a retraction and a journey, and a layer that would
be finished too early is slowed down, the fastest lines first, as PrusaSlicer's cooling does.
"""

import numpy as np

from jobs.pricing.fdm_volumes import Column
from jobs.pricing.fdm_walls import walls_of
from jobs.pricing.layers import LayerTable
from jobs.pricing.profiles import FdmProfile

BEND = 4
"""How suddenly curved infill stops following its set speed."""
SMALL_MM2 = 4.0
"""Of an island that has less infill than this, only a share is counted."""
SLOWABLE = frozenset(
    {"perimeter", "solid", "top", "sparse", "support", "interface", "external_perimeter"}
)
"""Lines that cooling may slow down; bridges keep their speed."""


def times_of(
    table: LayerTable, volumes: dict[str, Column], profile: FdmProfile
) -> dict[str, Column]:
    """Seconds in each layer by feature, with "travel" (all that is done between lines) and
    "cooling" (what slowing down short layers adds)."""
    walls = walls_of(table, profile)
    supports = profile.spacing_of(profile.support_line_mm)
    spacings: dict[str, Column | float] = {
        "external_perimeter": walls.spacing_mm,
        "perimeter": walls.spacing_mm,
        "support": supports,
        "interface": supports,
    }
    lengths = {
        code: volume / (profile.layer_mm * spacings.get(code, profile.spacing_mm))
        for code, volume in volumes.items()
    }
    fewer = _support_layers(table, profile)
    lengths["support"], lengths["interface"] = (
        lengths[code] * fewer for code in ("support", "interface")
    )
    # Wider lines are no longer lines.
    lengths["perimeter"] = lengths["perimeter"] - walls.widened_mm2 / walls.spacing_mm
    speeds = _speeds(table, lengths, profile)
    starts = starts_of(table, profile)
    reach = profile.calibration.travel_reach * table.skirt_mm
    travel = starts * (profile.calibration.start_line_s + _journey(reach, profile))
    least = starts * (profile.least_start_s + reach / profile.travel_speed)
    cap = _cap(lengths, speeds, least, profile)
    fast = {c: _time(c, lengths[c], speeds[c], table, profile) for c in lengths}
    slowed = sum(
        _time(c, lengths[c], np.minimum(speeds[c], cap), table, profile)
        for c in lengths
        if c in SLOWABLE
    )
    times = fast | {"travel": travel}
    times["cooling"] = np.maximum(slowed - sum(fast[c] for c in lengths if c in SLOWABLE), 0.0)
    return times


def starts_of(table: LayerTable, profile: FdmProfile) -> Column:
    """How often in each layer the nozzle is lifted and brought to the start of another line.

    Each outline once; infill once for each piece or island, supports for each island, and both
    again along their edge, whose length is π · area / mean chord (Cauchy)."""
    c = profile.calibration

    def edges(area: Column, chord: Column) -> Column:
        edge: Column = np.pi * area / np.maximum(chord, 1.0) / 1000
        return edge

    some_sparse = np.minimum(table.islands, table.sparse / SMALL_MM2)
    starts = (
        table.loops
        + c.starts_per_sparse * some_sparse
        + c.starts_per_sparse_m * edges(table.sparse, table.sparse_chord)
        + c.starts_per_solid * table.solid_pieces
        + c.starts_per_solid_m * edges(table.solid, table.chord)
        + _support_layers(table, profile)
        * (
            c.starts_per_support * table.support_islands
            + c.starts_per_support_m * edges(table.support, table.support_chord)
        )
    )
    result: Column = starts
    return result


def _support_layers(table: LayerTable, profile: FdmProfile) -> Column:
    """Layers of support for each layer of the part: between two heights at which something hangs
    they are as high as they may be."""
    hanging = np.flatnonzero(table.contact > 0)
    ends = np.unique(np.concatenate([[0], hanging, [table.count]]))
    between = np.diff(ends)
    highest = profile.support_layer_mm / profile.layer_mm
    layers = np.ceil(between / highest - 1e-6)
    result: Column = np.repeat(layers / between, between)
    return result


def straight(chord: Column, speed: Column | float, profile: FdmProfile) -> Column:
    """Seconds for each mm along lines of a mean length: a trapezoid of speed over each line, a
    triangle where it is too short to reach full speed."""
    acceleration = profile.acceleration
    start = np.minimum(profile.jerk, speed)
    ramp = (speed**2 - start**2) / acceleration
    full = chord / speed + (speed - start) ** 2 / (acceleration * speed)
    peak = np.sqrt(start**2 + acceleration * chord)
    seconds: Column = np.where(chord >= ramp, full, 2 * (peak - start) / acceleration) / chord
    return seconds


def _journey(reach: float, profile: FdmProfile) -> float:
    """Seconds from standstill to standstill over a distance."""
    ramp = profile.travel_speed**2 / profile.acceleration
    if reach < ramp:
        return 2 * float(np.sqrt(reach / profile.acceleration))
    return reach / profile.travel_speed + profile.travel_speed / profile.acceleration


def _time(
    code: str, length: Column, speed: Column, table: LayerTable, profile: FdmProfile
) -> Column:
    c = profile.calibration
    if code == "sparse":
        bend = (1 + (speed / c.curved_speed) ** BEND) ** (1 / BEND)
        return length / speed * bend
    if code in ("solid", "top", "bridge"):
        chord = np.maximum(table.chord * c.chord_share, 0.5)
        return length * straight(chord, speed, profile)
    if code in ("support", "interface"):
        chord = np.maximum(table.support_chord * c.support_chord_share, 1.0)
        return length * straight(chord, speed, profile)
    corners = 1 + c.corner_time * (speed / profile.speeds.perimeter) ** 2
    return length / speed * corners


def _speeds(
    table: LayerTable, lengths: dict[str, Column], profile: FdmProfile
) -> dict[str, Column]:
    """Set speeds, mm/s: slow in the lowest layer and on small outlines, and never more than can be
    melted."""
    speeds = profile.speeds
    section = profile.layer_mm * profile.spacing_mm
    loop = lengths["external_perimeter"] / np.maximum(table.loops, 1)
    inner = np.where(loop < profile.small_loop_mm, speeds.external_perimeter, speeds.perimeter)
    found: dict[str, Column | float] = {
        "external_perimeter": speeds.external_perimeter,
        "perimeter": inner,
        "solid": speeds.solid,
        "top": speeds.top,
        "bridge": speeds.bridge,
        "sparse": speeds.sparse,
        "skirt": speeds.support,
        "support": speeds.support,
        "interface": speeds.interface,
    }
    highest = speeds.volumetric_mm3_s / section
    columns = {c: np.minimum(np.full(table.count, highest), v) for c, v in found.items()}
    for column in columns.values():
        column[0] = min(column[0], speeds.first_layer)
    return columns


def _cap(
    lengths: dict[str, Column], speeds: dict[str, Column], least: Column, profile: FdmProfile
) -> Column:
    """The speed in each layer that no line may exceed so that, without acceleration, the layer
    takes its least time; never below the slowest speed."""
    fixed = least + sum(lengths[c] / speeds[c] for c in lengths if c not in SLOWABLE)
    high = np.full(len(least), max(float(v.max()) for v in speeds.values()))
    cap = high.copy()
    total = fixed + sum(lengths[c] / speeds[c] for c in lengths if c in SLOWABLE)
    short = total < profile.minimum_layer_s
    low = np.full(len(least), profile.speeds.slowest)
    for _ in range(12):
        middle = (low + high) / 2
        total = fixed + sum(
            lengths[c] / np.minimum(speeds[c], middle) for c in lengths if c in SLOWABLE
        )
        fits = total < profile.minimum_layer_s
        high, low = np.where(fits, middle, high), np.where(fits, low, middle)
    cap[short] = low[short]
    return cap
