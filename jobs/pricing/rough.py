"""A first estimate from box, volume and area alone, while the analysis is being computed."""

import math

from jobs.pricing.analysis import Analysis, Box, Technology
from jobs.pricing.profiles import CastingProfile, FdmProfile, Profile, SlaProfile

SPREAD = 0.45
"""Half-width of a rough estimate's intervals, as a share of it."""

MEAN_FLOW_MM3_S = 3.4
"""What a filament printer puts down on average, travel and slow corners included."""


def rough_analysis(
    profile: Profile, box_mm: Box, volume_mm3: float, area_mm2: float = 0.0
) -> Analysis:
    """An Analysis marked `rough`, in microseconds; `price` takes it like any other.

    Without an area, that of a ball or a box of the same volume is taken, whichever is larger.
    """
    x, y, z = box_mm
    ball = math.pi ** (1 / 3) * (6 * volume_mm3) ** (2 / 3)
    area = area_mm2 or max(ball, 0.7 * 2 * (x * y + y * z + z * x))
    technology, layers, seconds, material = _estimate(profile, box_mm, volume_mm3, area)
    return Analysis(
        profile=profile.code,
        technology=technology,
        volume_mm3=volume_mm3,
        area_mm2=area,
        box_mm=box_mm,
        bodies=1,
        closed=True,
        triangles=0,
        layers=layers,
        print_time_s=seconds,
        print_time_interval_s=(seconds * (1 - SPREAD), seconds * (1 + SPREAD)),
        material_mm3=material,
        material_interval_mm3=(material * (1 - SPREAD), material * (1 + SPREAD)),
        support_mm3=0.0,
        support_contact_mm2=0.05 * area,
        smallest_mm=2 * volume_mm3 / area if area else 0.0,
        rough=True,
    )


def _estimate(
    profile: Profile, box_mm: Box, volume: float, area: float
) -> tuple[Technology, int, float, float]:
    """Technology, layers, seconds and mm³."""
    layers = max(1, round(box_mm[2] / profile.layer_mm))
    if isinstance(profile, FdmProfile):
        shell = area * profile.perimeters * profile.spacing_mm
        solid = min(volume, shell)
        material = 1.08 * (solid + (volume - solid) * profile.infill)
        return "fdm", layers, profile.start_s + max(material / MEAN_FLOW_MM3_S, layers), material
    if isinstance(profile, SlaProfile):
        seconds = profile.start_s + layers * (profile.exposure_s + profile.fast_tilt_s)
        return "sla", layers, seconds, 1.15 * volume
    if isinstance(profile, CastingProfile):
        seconds = profile.start_s + layers * profile.seconds_per_layer
        return "casting", layers, seconds, volume * (1 + profile.sprue_share)
    x, y, z = (side + profile.gap_mm for side in box_mm)
    share = x * y * z / (profile.chamber_mm[0] * profile.chamber_mm[1] * profile.packing)
    return "sls", layers, share / profile.layer_mm * profile.seconds_per_layer, 1.3 * volume
