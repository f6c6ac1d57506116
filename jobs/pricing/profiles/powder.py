"""Sintering or fusing powder in a chamber that many parts share."""

from dataclasses import dataclass
from typing import Literal

from jobs.pricing.profiles.errors import Errors
from jobs.pricing.profiles.limits import Limits


@dataclass(frozen=True)
class SlsProfile:
    """Compact parts with `gap_mm` around them fill `packing` of a chamber, and thin ones reach into
    each other by `nesting` (0: as boxes, 1: as what they are alone). A full chamber takes
    `seconds_per_layer` for each layer and `warming_s` to warm up and to cool down.

    Loose powder has `bulk_density` of the density of a part. Powder ages in the heat, so a share
    of `refresh` of what the next chamber is filled with has to be new.
    """

    code: str
    technology: Literal["sls"]
    layer_mm: float
    chamber_mm: tuple[float, float, float]
    seconds_per_layer: float
    warming_s: float
    packing: float
    nesting: float
    refresh: float
    bulk_density: float
    gap_mm: float
    limits: Limits
    errors: Errors
