"""One line of a price, and what all lines are made from."""

from dataclasses import dataclass
from decimal import Decimal

from jobs.pricing.agreement import Agreement, OwnRate
from jobs.pricing.book import Finish, Material, PriceBook
from jobs.pricing.fit import Placement
from jobs.pricing.lead_time import LeadTime
from jobs.pricing.rounding import CONTEXT, exact, share, whole
from jobs.pricing.tax import TaxRate


@dataclass(frozen=True)
class Line:
    """`code`: material, machine, support, labour, finish, programming, material_setup, setup,
    finish_setup, quantity_break, lead_time, agreement, packaging, floor, tax; or offer, and tax.
    `amount_minor` is for all parts of the line. `per_part_minor` is one part's share of it,
    rounded, to be shown; None where the amount does not grow with the quantity."""

    code: str
    label: str
    explanation: str
    per_part_minor: int | None
    amount_minor: int


@dataclass(frozen=True)
class Choice:
    """The customer's choice, what it is made on, and the terms that hold for them.

    `material`, `placement` and `lead` have the agreed rates already. `paid` are the codes of lines
    that another line of the same order pays for both.
    """

    material: Material
    finish: Finish
    quantity: int
    placement: Placement
    lead: LeadTime
    book: PriceBook
    tax: TaxRate
    agreement: Agreement | None = None
    paid: frozenset[str] = frozenset()

    @property
    def builds(self) -> int:
        """How often the machine is set up: once for filament and powder, which are refilled or
        shared between orders; once for each full plate of resin or wax."""
        if self.material.technology in ("fdm", "sls"):
            return 1
        return -(-self.quantity // self.placement.per_build)

    @property
    def runs(self) -> int:
        """How often the time of one part is spent: for each part, or for each plate of resin or
        wax, which takes as long with many parts as with one."""
        return self.builds if self.material.technology in ("sla", "casting") else self.quantity

    def money(self, minor: float) -> str:
        """An amount or a rate for people, in the book's currency."""
        return money(minor, self.book.currency)

    def for_all(self, code: str, label: str, explanation: str, minor: Decimal) -> Line:
        """A line that grows with the quantity; `minor` is exact and for all parts."""
        amount = whole(minor)
        return Line(code, label, explanation, share(amount, self.quantity), amount)

    @property
    def in_all(self) -> str:
        """Said behind an amount that is for several parts."""
        return "" if self.quantity == 1 else " in all"

    @property
    def own_material_rate(self) -> str:
        """Said behind a rate for material that was agreed with the customer."""
        return self._own(
            self.material.code, self.agreement.material_rates if self.agreement else ()
        )

    @property
    def own_machine_rate(self) -> str:
        """Said behind a machine's rate that was agreed with the customer."""
        code = self.placement.machine.code
        return self._own(code, self.agreement.machine_rates if self.agreement else ())

    @staticmethod
    def _own(code: str, rates: tuple[OwnRate, ...]) -> str:
        return ", your agreed rate" if any(rate.code == code for rate in rates) else ""

    def each(self, one: str, many: str) -> str:
        """Words for one part, or for all of them with their number in front."""
        return one if self.quantity == 1 else f"{self.quantity:,} {many}"


def money(minor: float, currency: str) -> str:
    """An amount or a rate for people, to its last digit: a rate may have fractions of cents."""
    whole_part, _, rest = f"{CONTEXT.divide(exact(minor), 100):,f}".partition(".")
    return f"{whole_part}.{rest.rstrip('0').ljust(2, '0')} {currency}"


def duration(seconds: float) -> str:
    """Seconds in words: "3 h 05 min", "12 min", "40 s"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"
