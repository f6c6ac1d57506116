"""Printing in resin on a machine with a vat that tilts."""

from dataclasses import dataclass
from typing import Literal

from jobs.pricing.profiles.errors import Errors
from jobs.pricing.profiles.limits import Limits


@dataclass(frozen=True)
class SlaSupports:
    """A part stands `elevation_mm` above a pad of `pad_mm`, which covers `pad_share` of what a
    string round the part encloses.

    What hangs (faces that look down more steeply than `angle_deg` from the vertical, and the
    lowest face) is carried by pillars of `foot_mm` mm³ for each mm². Layers pull at the part while
    they are peeled off the vat, so it is held at its sides too: `side_mm` mm³ for each mm² of the
    string times the height.
    """

    angle_deg: float
    elevation_mm: float
    pad_mm: float
    pad_share: float
    foot_mm: float
    side_mm: float


@dataclass(frozen=True)
class SlaProfile:
    """Seconds for each layer of `layer_mm`: exposure, tilting (slowly where more than
    `slow_area_share` of the plate is exposed), and `rise_s_per_mm` for moving up.

    `first_layers` are exposed for `first_exposure_s`, which fades to `exposure_s` over the
    `fading_layers` after them. Parts of more than `hollow_above_mm3` should be hollowed to walls of
    `hollow_wall_mm`, with two drain holes of `drain_mm`.
    """

    code: str
    technology: Literal["sla"]
    layer_mm: float
    exposure_s: float
    first_exposure_s: float
    first_layers: int
    fading_layers: int
    fast_tilt_s: float
    slow_tilt_s: float
    rise_s_per_mm: float
    slow_area_share: float
    plate_mm: tuple[float, float]
    hollow_above_mm3: float
    hollow_wall_mm: float
    drain_mm: float
    supports: SlaSupports
    limits: Limits
    errors: Errors
