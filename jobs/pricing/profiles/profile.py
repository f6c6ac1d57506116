"""Machine profiles and where they are read from. Lengths in mm, speeds in mm/s."""

import hashlib
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
    interface: float
    first_layer: float
    slowest: float
    volumetric_mm3_s: float


@dataclass(frozen=True)
class Calibration:
    """Coefficients found by comparing with a slicer over many parts; each has a meaning of its own
    and is never fitted to a single part. `*_volume` multiply volumes.

    `anchor_mm` and `support_anchor_mm`: what joins a line to its edge; `curved_speed`, mm/s, that
    curved infill does not exceed; `corner_time`: what corners add to outlines; `chord_share`: of
    the mean length through an area, how long a line is that counts; `starts_per_*`: how often a
    line begins, for each island and for each metre of edge; `start_line_s`: lift, retraction and
    wipe; `travel_reach`: a mean journey in shares of the string round the part.
    """

    perimeter_volume: float = 1.0
    solid_volume: float = 1.0
    sparse_volume: float = 1.0
    anchor_mm: float = 1.0
    bridge_volume: float = 0.95
    support_volume: float = 1.0
    support_anchor_mm: float = 1.5
    curved_speed: float = 36.0
    corner_time: float = 0.06
    chord_share: float = 0.8
    support_chord_share: float = 1.0
    starts_per_sparse: float = 0.7
    starts_per_sparse_m: float = 12.0
    starts_per_solid: float = 0.4
    starts_per_solid_m: float = 8.0
    starts_per_support: float = 1.0
    starts_per_support_m: float = 5.0
    start_line_s: float = 0.33
    travel_reach: float = 0.1


_ROUNDING_DEG = 0.05


@dataclass(frozen=True)
class FdmProfile:
    """Filament: lines of `line_width_mm` in layers of `layer_mm`. `jerk` is the speed that a head
    may jump to at once, `least_start_s` what lifting and retracting take without acceleration (as
    a slicer's cooling counts them)."""

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
    support_layer_mm: float
    support_margin_mm: float
    support_gap_mm: float
    support_gap_layers: int
    support_base_reach_mm: float
    support_base_density: float
    skirt_layers: int
    skirt_distance_mm: float
    skirt_least_mm3: float
    small_loop_mm: float
    minimum_layer_s: float
    acceleration: float
    jerk: float
    travel_speed: float
    least_start_s: float
    start_s: float
    speeds: Speeds
    calibration: Calibration
    limits: Limits
    errors: Errors

    @property
    def spacing_mm(self) -> float:
        """Distance of neighbouring lines."""
        return self.spacing_of(self.line_width_mm)

    def spacing_of(self, width_mm: float) -> float:
        """Distance of lines of a width: a line's section is a rectangle with round ends, so its
        area is layer × (width − layer × (1 − π/4)), as slicers compute flow."""
        return width_mm - self.layer_mm * (1 - math.pi / 4)

    @property
    def leaning_deg(self) -> float:
        """Walls that lean out further than this stand on supports: those of just the support
        angle do, and a degree less, as PrusaSlicer has it."""
        return self.support_angle_deg - 1 + _ROUNDING_DEG

    @property
    def steep_deg(self) -> float:
        """Supports of walls that lean out further than this end in dense layers: what is beyond
        the angle is then wider in each layer than the fifth of a line that PrusaSlicer drops."""
        beyond = 0.2 * self.line_width_mm / self.layer_mm
        return math.degrees(math.atan(math.tan(math.radians(self.leaning_deg)) + beyond))

    @property
    def ceiling_layers(self) -> int:
        """Over how many layers pixels are compared to find what is flatter than a steep wall: in
        no more does such a wall move by all perimeters."""
        move = self.layer_mm * math.tan(math.radians(self.steep_deg))
        return max(1, int(self.perimeters * self.spacing_mm / move))


Profile = Annotated[
    FdmProfile | SlaProfile | SlsProfile | CastingProfile | CncProfile,
    Field(discriminator="technology"),
]
_ADAPTER: TypeAdapter[Profile] = TypeAdapter(Profile)


def read_profile(text: str) -> Profile:
    """A profile from its TOML. Raises ValueError for what is none."""
    return _ADAPTER.validate_python(tomllib.loads(text))


def fingerprint(machine: Profile) -> str:
    """Another one for each change of a profile, its calibration and its errors included."""
    return hashlib.sha256(repr(machine).encode()).hexdigest()[:12]


@cache
def _all() -> dict[str, Profile]:
    folder = files("jobs.pricing.profiles")
    found = [
        read_profile(entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return {entry.code: entry for entry in found}


def profile_ids() -> tuple[str, ...]:
    return tuple(sorted(_all()))


def profile(code: str) -> Profile:
    """Raises KeyError for a profile that does not exist; `profile_ids()` names those that do."""
    return _all()[code]
