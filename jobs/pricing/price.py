"""What a part costs, and why: a pure function of an analysis, a choice and a price book."""

from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from jobs.pricing.agreement import Customer
from jobs.pricing.analysis import Analysis
from jobs.pricing.book import Finish, Material, PriceBook
from jobs.pricing.breakdown import Choice, Line, lines_of
from jobs.pricing.fit import place, too_thin
from jobs.pricing.lead_time import LeadTime
from jobs.pricing.profiles.milling import ASK_A_PERSON
from jobs.pricing.refusal import PricedByAPerson, PriceRefused
from jobs.pricing.rounding import share

STANDARD = "standard"
"""The lead time of who chose none."""


@dataclass(frozen=True)
class Price:
    """The price of `quantity` parts. Minor units; the amounts of `lines` sum to `total_minor`.

    `unit_minor` is total over quantity, rounded, to be shown and never to be multiplied.
    `low_minor` and `high_minor` are the totals at the ends of the analysis' intervals.
    `print_time_s` and `material_mm3` are what all parts take.
    `review` are reasons for a person to look, the analysis' and the material's; `rough` says that
    the geometry has not been analysed yet.
    """

    currency: str
    quantity: int
    unit_minor: int
    net_minor: int
    tax_minor: int
    total_minor: int
    low_minor: int
    high_minor: int
    lines: tuple[Line, ...]
    print_time_s: float
    material_mm3: float
    machine: str
    book_version: int
    review: tuple[str, ...] = ()
    rough: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, read again by `from_dict`."""
        plain: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return plain

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "Price":
        """Raises ValueError when the data is not a price."""
        return _ADAPTER.validate_python(data)


def price(
    analysis: Analysis,
    material: str,
    finish: str,
    quantity: int,
    book: PriceBook,
    *,
    lead_time: str = STANDARD,
    customer: Customer | None = None,
    paid: frozenset[str] = frozenset(),
    spread: bool = True,
) -> Price:
    """The price of `quantity` parts, tax included. Microseconds, no geometry.

    `customer` gets what was agreed with them. `paid` are the codes of lines ("programming",
    "material_setup") that another line of the same order pays for both. Without `spread`, which
    takes two thirds of the time, `low_minor` and `high_minor` are the total.

    Raises PriceRefused when the choice is not offered or the part fits no machine.
    """
    chosen, done, lead = offered(
        material, finish, quantity, book, lead_time=lead_time, customer=customer
    )
    if analysis.profile != chosen.profile:
        raise PriceRefused(
            "WRONG_PROFILE",
            f"{chosen.name} is priced with the profile {chosen.profile}, but the part was analysed "
            f"with {analysis.profile}. Have it analysed with {chosen.profile}.",
        )
    agreement = book.agreement_with(customer)
    placement = place(analysis.box_mm, chosen, book)
    if agreement is not None:
        chosen = agreement.material(chosen)
        placement = replace(placement, machine=agreement.machine(placement.machine))
    choice = Choice(
        material=chosen,
        finish=done,
        quantity=quantity,
        placement=placement,
        lead=lead,
        book=book,
        tax=book.tax_for(customer),
        agreement=agreement,
        paid=paid,
    )
    lines = lines_of(analysis, choice)
    total = sum(line.amount_minor for line in lines)
    tax = sum(line.amount_minor for line in lines if line.code == "tax")
    ends = [_at(analysis, end) for end in (0, 1)] if spread else []
    low, high = [sum(line.amount_minor for line in lines_of(end, choice)) for end in ends] or (
        total,
        total,
    )
    return Price(
        currency=book.currency,
        quantity=quantity,
        unit_minor=share(total, quantity),
        net_minor=total - tax,
        tax_minor=tax,
        total_minor=total,
        low_minor=low,
        high_minor=high,
        lines=lines,
        print_time_s=analysis.print_time_s * choice.runs,
        material_mm3=analysis.material_mm3 * quantity,
        machine=choice.placement.machine.code,
        book_version=book.version,
        review=(*analysis.review, *too_thin(analysis, chosen)),
        rough=analysis.rough,
    )


def offered(
    material: str,
    finish: str,
    quantity: int,
    book: PriceBook,
    *,
    lead_time: str = STANDARD,
    customer: Customer | None = None,
) -> tuple[Material, Finish, LeadTime]:
    """What the codes of a choice stand for.

    Raises PriceRefused; ASK_A_PERSON only when nothing else is wrong with the choice.
    """
    chosen = book.material(material)
    if chosen is None:
        raise PriceRefused(
            "UNKNOWN_MATERIAL",
            f"There is no material {material}. Choose one of {_names(book.materials)}.",
        )
    done = book.finish(finish)
    if done is None or finish not in chosen.finishes:
        raise PriceRefused(
            "FINISH_NOT_OFFERED",
            f"{chosen.name} is not offered {finish}. Choose one of {', '.join(chosen.finishes)}.",
        )
    if quantity < 1:
        raise PriceRefused(
            "QUANTITY_OUT_OF_RANGE", f"Choose a quantity from 1 to {book.max_quantity:,}."
        )
    lead = _lead_time(lead_time, book.lead_times_for(customer))
    if chosen.by_hand:
        raise PricedByAPerson(ASK_A_PERSON, "a printed material")
    if quantity > book.max_quantity:
        raise PricedByAPerson(
            f"More than {book.max_quantity:,} parts of a kind are priced by a person.", "fewer"
        )
    return chosen, done, lead


def _lead_time(code: str, offered: tuple[LeadTime, ...]) -> LeadTime:
    """The lead time of a code. The standard one is the first where none has its name."""
    found = next((lead for lead in offered if lead.code == code), None)
    if found is None and code != STANDARD:
        raise PriceRefused(
            "UNKNOWN_LEAD_TIME",
            f"There is no lead time {code}. Choose one of {_names(offered)}.",
        )
    return found or offered[0]


def _at(analysis: Analysis, end: int) -> Analysis:
    return replace(
        analysis,
        print_time_s=analysis.print_time_interval_s[end],
        material_mm3=analysis.material_interval_mm3[end],
    )


def _names(entries: tuple[Any, ...]) -> str:
    return ", ".join(entry.code for entry in entries)


_ADAPTER = TypeAdapter(Price)
