"""Tax rates by the country and the kind of a customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Payers = Literal["all", "business", "private"]


@dataclass(frozen=True)
class TaxRate:
    """`country` is ISO 3166-1 alpha-2; `note` says on the price why the rate is what it is."""

    country: str
    percent: float
    payers: Payers = "all"
    note: str = ""

    @property
    def code(self) -> str:
        """What the rate is known by in its book."""
        return f"{self.country}-{self.payers}"


def rate_for(rates: Iterable[TaxRate], country: str, *, business: bool) -> TaxRate | None:
    """The rate of a country: the one for the kind of customer before the one for all."""
    kind: Payers = "business" if business else "private"
    here = {rate.payers: rate for rate in rates if rate.country == country}
    return here.get(kind) or here.get("all")
