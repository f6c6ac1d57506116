"""A first estimate from box, volume and area alone, while the analysis is being computed."""

import math

from jobs.pricing.analysis import Analysis, Box
from jobs.pricing.metal import metal
from jobs.pricing.powder import aged_powder, chamber_share
from jobs.pricing.profiles import CastingProfile, CncProfile, FdmProfile, Profile, SlaProfile
from jobs.pricing.profiles.milling import ASK_A_PERSON
from jobs.pricing.resin import layer_seconds, support_volume

LOW, HIGH = 0.55, 1.65
"""Ends of a rough estimate's intervals, as shares of it: they held for nine of ten reference parts
of each family, with that family left out of the fit."""

FILLED_FLOOR, HANGING_SHARE = 0.8, 0.5
"""Of the floor of a part's box: what the part covers, and what of it hangs in resin."""

SHELL_SHARE, SUPPORT_SHARE = 1.12, 0.124
"""Of a filament part: material beyond walls and infill alone, and how much of the empty space in
its box is filled with supports of their density."""

LAYER_S, FLOW_SHARE = 7.4, 0.725
"""Seconds that a layer takes whatever is on it, and the mean flow as a share of what the speed of
the perimeters would put down. All four are fitted to sliced parts, see the benchmark of the rough
price."""


def rough_analysis(
    profile: Profile, box_mm: Box, volume_mm3: float, area_mm2: float = 0.0
) -> Analysis:
    """An Analysis marked `rough`, in microseconds; `price` takes it like any other.

    Without an area, that of a ball or a box of the same volume is taken, whichever is larger.
    """
    x, y, z = box_mm
    ball = math.pi ** (1 / 3) * (6 * volume_mm3) ** (2 / 3)
    area = area_mm2 or max(ball, 0.7 * 2 * (x * y + y * z + z * x))
    layers, seconds, material = _estimate(profile, box_mm, volume_mm3, area)
    return Analysis(
        profile=profile.code,
        technology=profile.technology,
        volume_mm3=volume_mm3,
        area_mm2=area,
        box_mm=box_mm,
        bodies=1,
        closed=True,
        triangles=0,
        layers=layers,
        print_time_s=seconds,
        print_time_interval_s=(seconds * LOW, seconds * HIGH),
        material_mm3=material,
        material_interval_mm3=(material * LOW, material * HIGH),
        support_mm3=0.0,
        support_contact_mm2=0.05 * area,
        smallest_mm=2 * volume_mm3 / area if area else 0.0,
        review=(ASK_A_PERSON,) if isinstance(profile, CncProfile) else (),
        rough=True,
    )


def _estimate(
    profile: Profile, box_mm: Box, volume: float, area: float
) -> tuple[int, float, float]:
    """Layers, seconds and mm³."""
    if isinstance(profile, CncProfile):
        return 0, 0.0, 0.0
    layers = max(1, round(box_mm[2] / profile.layer_mm))
    if isinstance(profile, FdmProfile):
        return layers, *_filament(profile, box_mm, volume, area)
    if isinstance(profile, SlaProfile):
        raised = profile.supports.elevation_mm + profile.supports.pad_mm
        layers += round(raised / profile.layer_mm)
        floor = box_mm[0] * box_mm[1]
        outline = (FILLED_FLOOR * floor, 2 * FILLED_FLOOR * (box_mm[0] + box_mm[1]))
        support = support_volume(outline, box_mm[2], HANGING_SHARE * floor, profile)
        return layers, sum(layer_seconds(layers, 0, profile)), volume + support
    if isinstance(profile, CastingProfile):
        layers = max(1, round(box_mm[2] * (1 + profile.shrinkage) / profile.layer_mm))
        seconds = profile.start_s + layers * profile.seconds_per_layer
        return layers, seconds, volume + sum(metal(volume, profile))
    share = chamber_share(box_mm, volume, profile)
    full = profile.chamber_mm[2] / profile.layer_mm * profile.seconds_per_layer
    material = volume + aged_powder(volume, share, profile)
    return layers, share * (full + profile.warming_s), material


def _filament(profile: FdmProfile, box_mm: Box, volume: float, area: float) -> tuple[float, float]:
    """Seconds and mm³: walls as thick as all perimeters, infill, some supports; each layer takes
    its time, and each mm³."""
    walls = min(volume, area * profile.perimeters * profile.spacing_mm)
    empty = max(0.0, box_mm[0] * box_mm[1] * box_mm[2] - volume)
    material = SHELL_SHARE * (walls + (volume - walls) * profile.infill)
    material += SUPPORT_SHARE * empty * profile.support_density
    section = profile.layer_mm * profile.spacing_mm
    flow = min(section * profile.speeds.perimeter, profile.speeds.volumetric_mm3_s) * FLOW_SHARE
    layers = box_mm[2] / profile.layer_mm
    return profile.start_s + LAYER_S * layers + material / flow, material
