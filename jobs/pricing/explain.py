"""Where the printing time of a part goes: seconds by kind of line over its height."""

import numpy as np

from jobs.pricing.analyse import LARGEST_MM, PlacedPart
from jobs.pricing.crossings import Planes
from jobs.pricing.fdm import times_by_layer
from jobs.pricing.heights import TimeByHeight
from jobs.pricing.layers import tabulate
from jobs.pricing.profiles import FdmProfile

MOST_BANDS = 240


def time_by_height(part: PlacedPart, profile: FdmProfile, *, supports: bool) -> TimeByHeight | None:
    """None for a part that fits no machine, or has no layer. As costly as an analysis."""
    if max(part.measures.box) > LARGEST_MM:
        return None
    planes = Planes(part.triangles, profile.layer_mm, inverted=part.measures.inverted)
    if not planes.count:
        return None
    table = tabulate(planes, profile, supports=supports, bodies=part.measures.bodies)
    columns = times_by_layer(table, profile)
    together = -(-planes.count // MOST_BANDS)
    starts = np.arange(0, planes.count, together)
    return TimeByHeight(
        height_mm=planes.count * profile.layer_mm,
        band_mm=together * profile.layer_mm,
        seconds={
            code: np.add.reduceat(column, starts).tolist()
            for code, column in columns.items()
            if column.any()
        },
    )
