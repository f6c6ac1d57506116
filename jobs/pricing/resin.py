"""Seconds and mm³ of a print in resin, from its layers, its outline and what hangs."""

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
    outline_mm: tuple[float, float], height_mm: float, hanging_mm2: float, profile: SlaProfile
) -> float:
    """mm³ of pad and pillars. `outline_mm`: area in mm² and length in mm of the string round the
    part as seen from above; `hanging_mm2` is what has to be carried from below.

    A sum of three terms that were fitted to parts sliced by PrusaSlicer 2.5, see the profile."""
    area, length = outline_mm
    supports = profile.supports
    pad = area * supports.pad_share * supports.pad_mm
    return pad + hanging_mm2 * supports.foot_mm + length * height_mm * supports.side_mm
