"""How much wax and metal a casting takes."""

from jobs.pricing.profiles import CastingProfile


def metal(volume_mm3: float, profile: CastingProfile) -> tuple[float, float]:
    """mm³ of metal beside the part that are used up: of the sprue what is not melted again, and
    what is lost of all that is poured."""
    sprue = sprue_volume(volume_mm3, profile)
    return sprue * (1 - profile.reclaimed), (volume_mm3 + sprue) * profile.loss


def sprue_volume(volume_mm3: float, profile: CastingProfile) -> float:
    """mm³. It feeds the part while the metal shrinks, so it grows with the part; below some size
    it would freeze first."""
    return max(profile.sprue_least_mm3, profile.sprue_share * volume_mm3)


def wax_volume(volume_mm3: float, profile: CastingProfile) -> float:
    """mm³ of wax for part and sprue, larger than the metal by its shrinkage in every direction."""
    return (volume_mm3 + sprue_volume(volume_mm3, profile)) * (1 + profile.shrinkage) ** 3
