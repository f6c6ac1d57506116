"""Where the printing time of a part goes: seconds by kind of line over its height."""

import numpy as np

from jobs.pricing.analyse import LARGEST_MM, PlacedPart
from jobs.pricing.fdm import times_by_layer
from jobs.pricing.heights import TimeByHeight
from jobs.pricing.layers import layers_of
from jobs.pricing.profiles import FdmProfile

MOST_BANDS = 240


def time_by_height(part: PlacedPart, profile: FdmProfile, *, supports: bool) -> TimeByHeight | None:
    """None for a part that fits no machine. As costly as an analysis."""
    if max(part.measures.box) > LARGEST_MM:
        return None
    table = layers_of(part.triangles, part.measures, profile, supports=supports)
    columns = times_by_layer(table, profile)
    together = -(-table.count // MOST_BANDS)
    starts = np.arange(0, table.count, together)
    return TimeByHeight(
        height_mm=table.count * profile.layer_mm,
        band_mm=together * profile.layer_mm,
        seconds={
            code: np.add.reduceat(column, starts).tolist()
            for code, column in columns.items()
            if column.any()
        },
    )
