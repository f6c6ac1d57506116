"""Machine profiles and where they are read from. Lengths in mm, speeds in mm/s."""

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from jobs.pricing.profiles.errors import Errors
from jobs.pricing.profiles.limits import Limits
from jobs.pricing.profiles.lost_wax import CastingProfile
from jobs.pricing.profiles.milling import CncProfile
from jobs.pricing.profiles.powder import SlsProfile
from jobs.pricing.profiles.resin import SlaProfile


@dataclass(frozen=True)
class Speeds:
    """What the slicer is told, mm/s; `volumetric_mm3_s` caps them all."""

    external_perimeter: float
    perimeter: float
    solid: float
    top: float
    bridge: float
    sparse: float
    support: float
    first_layer: float
    slowest: float
    volumetric_mm3_s: float


@dataclass(frozen=True)
class Calibration:
    """Coefficients found by comparing with a slicer over many parts; 1.0 where the plain
    geometry is believed as it is. `*_volume` multiply volumes, `*_time` seconds."""

    perimeter_volume: float = 1.0
    solid_volume: float = 1.0
    sparse_volume: float = 1.0
    anchor_mm: float = 0.0
    bridge_volume: float = 0.95
    support_volume: float = 1.0
    support_anchor_mm: float = 0.0
    perimeter_time: float = 1.0
    solid_time: float = 1.0
    sparse_time: float = 1.0
    bridge_time: float = 1.0
    support_time: float = 1.0
    travel_per_loop_s: float = 0.3
    travel_per_piece_s: float = 0.1
    travel_per_layer_s: float = 0.5
    travel_per_support_s: float = 0.3


@dataclass(frozen=True)
class FdmProfile:
    """Filament: lines of `line_width_mm` in layers of `layer_mm`."""

    code: str
    technology: Literal["fdm"]
    layer_mm: float
    line_width_mm: float
    perimeters: int
    top_layers: int
    bottom_layers: int
    surface_reach_mm: float
    infill: float
    infill_overlap: float
    support_angle_deg: float
    support_density: float
    interface_density: float
    interface_layers: int
    support_line_mm: float
    support_margin_mm: float
    support_base_reach_mm: float
    support_base_density: float
    skirt_layers: int
    skirt_distance_mm: float
    skirt_least_mm3: float
    small_loop_mm: float
    minimum_layer_s: float
    acceleration: float
    start_s: float
    speeds: Speeds
    calibration: Calibration
    limits: Limits
    errors: Errors

    @property
    def spacing_mm(self) -> float:
        """Distance of neighbouring lines: a line's section is a rectangle with round ends, so its
        area is layer × (width − layer × (1 − π/4)), as slicers compute flow."""
        return self.line_width_mm - self.layer_mm * 0.2146018366025517

    @property
    def lean_layers(self) -> int:
        """Over how many layers a wall that leans by the support angle moves by all perimeters."""
        lean = self.layer_mm * math.tan(math.radians(self.support_angle_deg))
        return max(1, round(self.perimeters * self.spacing_mm / lean))


Profile = Annotated[
    FdmProfile | SlaProfile | SlsProfile | CastingProfile | CncProfile,
    Field(discriminator="technology"),
]
_ADAPTER: TypeAdapter[Profile] = TypeAdapter(Profile)


@cache
def _all() -> dict[str, Profile]:
    folder = files("jobs.pricing.profiles")
    found = [
        _ADAPTER.validate_python(tomllib.loads(entry.read_text("utf-8")))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return {entry.code: entry for entry in found}


def profile_ids() -> tuple[str, ...]:
    return tuple(sorted(_all()))


def profile(code: str) -> Profile:
    """Raises KeyError for a profile that does not exist; `profile_ids()` names those that do."""
    return _all()[code]
