"""How far the estimates of a profile are off."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Errors:
    """Relative half-widths that held for nine of ten reference parts, at least."""

    time: float
    time_with_support: float
    material: float
    material_with_support: float
