"""How much of a chamber, and of its powder, a part takes."""

import math

from jobs.pricing.analysis import Box
from jobs.pricing.profiles import SlsProfile

LEAST_FILL = 0.02
"""No part is so thin that it takes no room."""


def chamber_share(box: Box, volume_mm3: float, profile: SlsProfile) -> float:
    """How much of a full chamber a part takes.

    Compact parts fill `packing` of it. Others reach into each other, so a part takes less than its
    box with a gap, and more than itself: box × fill ^ `nesting`, where fill is its volume in it.
    """
    x, y, z = (side + profile.gap_mm for side in box)
    width, depth, height = profile.chamber_mm
    fill = min(1.0, max(LEAST_FILL, volume_mm3 / (x * y * z)))
    taken = x * y * z * math.pow(fill, profile.nesting)
    return taken / (width * depth * height * profile.packing)


def aged_powder(volume_mm3: float, share: float, profile: SlsProfile) -> float:
    """mm³ of solid that are thrown away as old powder for a part.

    A chamber has to be filled with a share of `refresh` of new powder. In the long run as much new
    powder comes in as leaves: as parts, or as powder that is too old. So what a chamber's share
    asks for beyond the part itself is thrown away, and nothing where parts take all of it.
    """
    width, depth, height = profile.chamber_mm
    loose = max(0.0, share * width * depth * height - volume_mm3) * profile.bulk_density
    return max(0.0, profile.refresh * (volume_mm3 + loose) - volume_mm3)
