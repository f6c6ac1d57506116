"""Casting jewellery from printed waxes."""

from dataclasses import dataclass
from typing import Literal

from jobs.pricing.profiles.errors import Errors
from jobs.pricing.profiles.limits import Limits


@dataclass(frozen=True)
class CastingProfile:
    """A wax is printed larger by `shrinkage` and cast with a sprue of `sprue_share` of the part,
    `sprue_least_mm3` at least. Of the sprue, `reclaimed` is melted again; of all that is poured,
    `loss` burns off, splashes, or is filed away.
    """

    code: str
    technology: Literal["casting"]
    layer_mm: float
    seconds_per_layer: float
    start_s: float
    shrinkage: float
    sprue_share: float
    sprue_least_mm3: float
    reclaimed: float
    loss: float
    support_angle_deg: float
    limits: Limits
    errors: Errors
