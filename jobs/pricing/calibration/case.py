"""A part that a slicer has sliced."""

from dataclasses import dataclass

from jobs.pricing.layers import LayerTable


@dataclass(frozen=True)
class Case:
    """A part as it was cut, with or without supports, and what the slicer says of it: seconds and
    mm³ of filament. Parts of one `family` come from one designer or one project: they are alike,
    so that a fit is never judged by the family that it has seen."""

    family: str
    supports: bool
    table: LayerTable
    time_s: float
    material_mm3: float
