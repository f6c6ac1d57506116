"""The price book: everything about money that is data and not a formula.

Amounts are integers in minor units of `currency` (cents); rates for each kg, hour or cm² may be
fractions of them and are rounded once, in the line of the breakdown that they make.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from jobs.pricing.analysis import Box, Technology


@dataclass(frozen=True)
class Machine:
    """`setup_minor` is charged for each build (a plate or a chamber), `spacing_mm` is kept
    between parts on it."""

    code: str
    name: str
    technology: Technology
    build_volume_mm: Box
    rate_per_hour_minor: float
    setup_minor: int
    spacing_mm: float = 5.0


@dataclass(frozen=True)
class Finish:
    """Priced by part and by area. A finish of price zero is how the part leaves the machine."""

    code: str
    name: str
    description: str
    per_part_minor: int = 0
    per_cm2_minor: float = 0.0
    setup_minor: int = 0


@dataclass(frozen=True)
class Material:
    """`waste` is the share added for purge, sprues and failed parts; `profile` names the machine
    profile that analyses are made with; `color` is a CSS colour for pictures."""

    code: str
    name: str
    description: str
    color: str
    technology: Technology
    profile: str
    machines: tuple[str, ...]
    density_g_cm3: float
    price_per_kg_minor: float
    min_wall_mm: float
    finishes: tuple[str, ...]
    waste: float = 0.05
    labour_per_part_minor: int = 0
    support_removal_per_cm2_minor: float = 0.0


@dataclass(frozen=True)
class QuantityBreak:
    """From `quantity` parts of one line, `percent` is taken off all that is made for each part."""

    quantity: int
    percent: float


@dataclass(frozen=True)
class LeadTime:
    code: str
    name: str
    days: int
    factor: float


@dataclass(frozen=True)
class PriceBook:
    """One version of all prices. Quotes name the version they were made with."""

    version: int
    currency: str
    tax_percent: float
    floor_minor: int
    packaging_minor: int
    packaging_per_litre_minor: float
    materials: tuple[Material, ...]
    finishes: tuple[Finish, ...]
    machines: tuple[Machine, ...]
    quantity_breaks: tuple[QuantityBreak, ...]
    lead_times: tuple[LeadTime, ...]
    max_quantity: int = 10_000

    def material(self, code: str) -> Material | None:
        return next((m for m in self.materials if m.code == code), None)

    def finish(self, code: str) -> Finish | None:
        return next((f for f in self.finishes if f.code == code), None)

    def finishes_of(self, material: Material) -> tuple[Finish, ...]:
        return tuple(f for f in self.finishes if f.code in material.finishes)

    def machines_of(self, material: Material) -> tuple[Machine, ...]:
        """The machines that take a material, the smallest build volume first."""
        able = (m for m in self.machines if m.code in material.machines)
        return tuple(sorted(able, key=lambda m: _litres(m.build_volume_mm)))

    def largest_box(self, material: Material) -> Box:
        """The build volume of the largest machine for a material, mm."""
        return self.machines_of(material)[-1].build_volume_mm

    def discount_percent(self, quantity: int) -> float:
        return max((b.percent for b in self.quantity_breaks if b.quantity <= quantity), default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, read again by `from_dict`."""
        plain: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return plain

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "PriceBook":
        """Raises ValueError when the data is not a price book."""
        return _ADAPTER.validate_python(data)


def _litres(box: Box) -> float:
    return box[0] * box[1] * box[2] / 1e6


_ADAPTER = TypeAdapter(PriceBook)
