"""What was agreed with one customer: a discount, rates and lead times of their own."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from jobs.pricing.lead_time import LeadTime

if TYPE_CHECKING:
    from jobs.pricing.book import Machine, Material


@dataclass(frozen=True)
class Customer:
    """Who asks for a price: `account` is the id of the account or the partner. Where `country`
    (ISO 3166-1 alpha-2) is not known, that of their agreement counts. `day` (UTC) is when they ask;
    without it an agreement's end is not looked at."""

    account: str
    country: str = ""
    business: bool = False
    day: date | None = None


@dataclass(frozen=True)
class OwnRate:
    """The rate of the material or machine `code`, in minor units for each kg or hour."""

    code: str
    rate_minor: float


@dataclass(frozen=True)
class OwnLeadTime:
    """The lead time `code`, on other terms."""

    code: str
    days: int
    factor: float


@dataclass(frozen=True)
class Agreement:
    """`account` is the customer's account, `name` what staff know them by. `percent` is taken off
    all that is made; packaging and the smallest price stay. `country` and `business` decide the
    tax where nothing better is known. `valid_until` is the last day (UTC) that it holds for who
    asks for a price; None is without an end."""

    account: str
    name: str
    percent: float = 0.0
    material_rates: tuple[OwnRate, ...] = ()
    machine_rates: tuple[OwnRate, ...] = ()
    lead_times: tuple[OwnLeadTime, ...] = ()
    country: str = ""
    business: bool = True
    valid_until: date | None = None

    def holds_for(self, customer: "Customer") -> bool:
        """Whether it is with this customer and has not ended when they ask."""
        if self.account != customer.account:
            return False
        return not (self.valid_until and customer.day) or customer.day <= self.valid_until

    def material(self, listed: "Material") -> "Material":
        """The material at the agreed rate."""
        own = next((rate for rate in self.material_rates if rate.code == listed.code), None)
        return replace(listed, price_per_kg_minor=own.rate_minor) if own else listed

    def machine(self, listed: "Machine") -> "Machine":
        """The machine at the agreed rate."""
        own = next((rate for rate in self.machine_rates if rate.code == listed.code), None)
        return replace(listed, rate_per_hour_minor=own.rate_minor) if own else listed

    def lead_time(self, listed: LeadTime) -> LeadTime:
        """The lead time on the agreed terms."""
        own = next((lead for lead in self.lead_times if lead.code == listed.code), None)
        return replace(listed, days=own.days, factor=own.factor) if own else listed
