"""The price book: everything about money that is data and not a formula.

Amounts are integers in minor units of `currency` (cents); rates for each kg, hour or cm² may be
fractions of them. How they become whole amounts is said in `jobs.pricing.rounding`, and what a
book must fulfil in `jobs.pricing.book_rules`.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from jobs.pricing.agreement import Agreement, Customer
from jobs.pricing.analysis import Box, Technology
from jobs.pricing.lead_time import LeadTime
from jobs.pricing.tax import TaxRate, rate_for


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
    profile that analyses are made with; `color` is a CSS colour for pictures.

    `setup_minor` is charged once for all lines of an order in this material, `programming_minor`
    once for each model of an order. `labour_per_body_minor` is charged for each loose piece of a
    part beyond the first.
    """

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
    setup_minor: int = 0
    programming_minor: int = 0
    labour_per_part_minor: int = 0
    labour_per_body_minor: int = 0
    support_removal_per_cm2_minor: float = 0.0

    @property
    def by_hand(self) -> bool:
        """Whether a person makes every price of it: there is nothing to compute."""
        return self.technology == "cnc"


@dataclass(frozen=True)
class QuantityBreak:
    """From `quantity` parts of one line, `percent` is taken off all that is made for each part."""

    quantity: int
    percent: float


@dataclass(frozen=True)
class PriceBook:
    """One version of all prices. Quotes name the version they were made with.

    `tax_percent` holds where no rate of `taxes` does.
    """

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
    taxes: tuple[TaxRate, ...] = ()
    agreements: tuple[Agreement, ...] = ()

    def material(self, code: str) -> Material | None:
        return next((m for m in self.materials if m.code == code), None)

    def finish(self, code: str) -> Finish | None:
        return next((f for f in self.finishes if f.code == code), None)

    def agreement_with(self, customer: Customer | None) -> Agreement | None:
        """What was agreed with a customer's account and still holds, if anything was."""
        if customer is None:
            return None
        return next((a for a in self.agreements if a.holds_for(customer)), None)

    def lead_times_for(self, customer: Customer | None) -> tuple[LeadTime, ...]:
        """The lead times to choose from, with those that were agreed with the customer."""
        agreement = self.agreement_with(customer)
        if agreement is None:
            return self.lead_times
        return tuple(agreement.lead_time(listed) for listed in self.lead_times)

    def tax_for(self, customer: Customer | None) -> TaxRate:
        """The rate for a customer, by their country and kind where these are known."""
        agreement = self.agreement_with(customer)
        country = (customer and customer.country) or (agreement.country if agreement else "")
        business = bool(agreement and agreement.business) or bool(customer and customer.business)
        home = TaxRate(country="", percent=self.tax_percent)
        return rate_for(self.taxes, country, business=business) or home

    def finishes_of(self, material: Material) -> tuple[Finish, ...]:
        return tuple(f for f in self.finishes if f.code in material.finishes)

    def machines_of(self, material: Material) -> tuple[Machine, ...]:
        """The machines that take a material, the smallest build volume first."""
        able = (m for m in self.machines if m.code in material.machines)
        return tuple(sorted(able, key=lambda m: _litres(m.build_volume_mm)))

    def largest_box(self, material: Material) -> Box:
        """The build volume of the largest machine for a material, mm."""
        return self.machines_of(material)[-1].build_volume_mm

    def quantity_break(self, quantity: int) -> QuantityBreak | None:
        """The break that `quantity` parts of a line reach."""
        reached = (b for b in self.quantity_breaks if b.quantity <= quantity)
        return max(reached, key=lambda b: b.quantity, default=None)

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
