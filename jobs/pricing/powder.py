"""How much of a chamber, and of its powder, a part takes."""

from jobs.pricing.analysis import Box
from jobs.pricing.profiles import SlsProfile


def chamber_share(box: Box, profile: SlsProfile) -> float:
    """How much of a full chamber a part takes: its box with a gap, over what boxes can fill."""
    x, y, z = (side + profile.gap_mm for side in box)
    width, depth, height = profile.chamber_mm
    return x * y * z / (width * depth * height * profile.packing)


def aged_powder(volume_mm3: float, share: float, profile: SlsProfile) -> float:
    """mm³ of solid that are thrown away as old powder for a part.

    A chamber has to be filled with a share of `refresh` of new powder. In the long run as much new
    powder comes in as leaves: as parts, or as powder that is too old. So what a chamber's share
    asks for beyond the part itself is thrown away, and nothing where parts take all of it.
    """
    width, depth, height = profile.chamber_mm
    loose = max(0.0, share * width * depth * height - volume_mm3) * profile.bulk_density
    return max(0.0, profile.refresh * (volume_mm3 + loose) - volume_mm3)
