"""How far the estimates of a profile are off."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Errors:
    """Relative half-widths that held for nine of ten reference parts, at least; for parts of
    several bodies they are `several_bodies` times as wide."""

    time: float
    time_with_support: float
    material: float
    material_with_support: float
    several_bodies: float = 1.0
