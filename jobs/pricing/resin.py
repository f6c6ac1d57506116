"""Seconds and mm³ of a print in resin, from its layers, its outline and what hangs."""

import math

from jobs.pricing.profiles import SlaProfile


def layer_seconds(layers: int, slow: int, profile: SlaProfile) -> tuple[float, float]:
    """Seconds of exposure and of moving for so many layers, of which `slow` tilt slowly.

    The first layers are exposed longest; then the exposure falls in equal steps. Found by printing
    cubes to files with PrusaSlicer 2.5 under changed settings; it agrees to a second.
    """
    extra = profile.first_exposure_s - profile.exposure_s
    steps = profile.fading_layers + 1
    fading = [1 - step / steps for step in range(1, profile.fading_layers)]
    longer = [1.0] * profile.first_layers + fading
    exposure = layers * profile.exposure_s + extra * sum(longer[:layers])
    tilting = (layers - slow) * profile.fast_tilt_s + slow * profile.slow_tilt_s
    return exposure, tilting + layers * profile.layer_mm * profile.rise_s_per_mm


def support_volume(
    outline_mm: tuple[float, float], hanging_mm2: float, below_mm3: float, profile: SlaProfile
) -> float:
    """mm³ of pad and pillars. `outline_mm`: area in mm² and length in mm of the string round the
    part as seen from above; the pad is as large, with its margin. `hanging_mm2` is what has to be
    carried, `below_mm3` the space under it down to the lowest point of the part."""
    area, length = outline_mm
    margin = profile.supports.pad_margin_mm
    pad = (area + length * margin + math.pi * margin**2) * profile.supports.pad_mm
    pillars = profile.supports.foot_mm * hanging_mm2 + profile.supports.density * below_mm3
    return pad + pillars
