"""What a price book must fulfil. Each fault is a sentence that names its field.

A field's path is that of the data: `materials.PLA.price_per_kg_minor`, `quantity_breaks.25.percent`
(entries by what they are known by), `tax_percent`.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from jobs.pricing.agreement import Agreement
from jobs.pricing.book import Material, PriceBook
from jobs.pricing.profiles import profile, profile_ids

LARGEST = 10**9
"""No amount or rate is above it: ten million euros, in cents."""
LARGEST_QUANTITY = 100_000
LARGEST_FACTOR = 100.0
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_WITHOUT_CENTS = frozenset(
    "BHD CLP IQD ISK JOD JPY KRW KWD LYD OMR PYG TND UGX VND XAF XOF".split()  # noqa: SIM905
)
_LONGEST_TEXT = 400


@dataclass(frozen=True)
class Fault:
    """`field` is the path of what is wrong; `sentence` says what it must be."""

    field: str
    sentence: str


class BookInvalid(ValueError):
    """The book breaks rules; `faults` has at least one."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(" ".join(fault.sentence for fault in faults))
        self.faults = faults


def check(book: PriceBook) -> None:
    """Raises BookInvalid."""
    found = faults_of(book)
    if found:
        raise BookInvalid(found)


def faults_of(book: PriceBook) -> tuple[Fault, ...]:
    """Everything that is wrong with a book, in the order of its data."""
    return tuple(fault for rule in _RULES for fault in rule(book))


def _terms(book: PriceBook) -> Iterator[Fault]:
    if not _CURRENCY.fullmatch(book.currency) or book.currency in _WITHOUT_CENTS:
        yield Fault(
            "currency",
            f"The currency must be three capital letters of one with cents, such as EUR, not "
            f"“{book.currency}”.",
        )
    yield from _percent("tax_percent", "The tax", book.tax_percent)
    if not 1 <= book.max_quantity <= LARGEST_QUANTITY:
        yield Fault("max_quantity", f"The largest quantity must be from 1 to {LARGEST_QUANTITY:,}.")
    yield from _amounts("", "The book", book)


def _machines(book: PriceBook) -> Iterator[Fault]:
    yield from _codes("machines", "machine", [m.code for m in book.machines])
    for machine in book.machines:
        at, name = f"machines.{machine.code}.", f"Machine {machine.code}"
        yield from _named(at, name, machine.name)
        yield from _amounts(at, name, machine)
        if not all(_positive(side, 10_000) for side in machine.build_volume_mm):
            yield Fault(
                f"{at}build_volume_mm", f"{name}: each side of the build volume must be above 0 mm."
            )
        if not (math.isfinite(machine.spacing_mm) and machine.spacing_mm >= 0):
            yield Fault(f"{at}spacing_mm", f"{name}: the spacing must not be negative.")


def _finishes(book: PriceBook) -> Iterator[Fault]:
    yield from _codes("finishes", "finish", [f.code for f in book.finishes])
    for finish in book.finishes:
        at, name = f"finishes.{finish.code}.", f"Finish {finish.code}"
        yield from _named(at, name, finish.name)
        yield from _amounts(at, name, finish)


def _materials(book: PriceBook) -> Iterator[Fault]:
    yield from _codes("materials", "material", [m.code for m in book.materials])
    if not book.materials:
        yield Fault("materials", "A price book needs at least one material.")
    for material in book.materials:
        at, name = f"materials.{material.code}.", f"Material {material.code}"
        yield from _named(at, name, material.name)
        yield from _amounts(at, name, material)
        yield from _made_of(at, name, material)
        yield from _made_with(at, name, material, book)


def _made_of(at: str, name: str, material: Material) -> Iterator[Fault]:
    if not _COLOUR.fullmatch(material.color):
        yield Fault(f"{at}color", f"{name}: the colour must be like #e8823a.")
    if not _positive(material.density_g_cm3, 30):
        yield Fault(
            f"{at}density_g_cm3", f"{name}: the density must be above 0 and at most 30 g/cm³."
        )
    if not (math.isfinite(material.waste) and 0 <= material.waste <= 1):
        yield Fault(f"{at}waste", f"{name}: the waste must be from 0 to 100 %.")
    if not (math.isfinite(material.min_wall_mm) and 0 <= material.min_wall_mm <= 100):
        yield Fault(f"{at}min_wall_mm", f"{name}: the smallest wall must be from 0 to 100 mm.")


def _made_with(at: str, name: str, material: Material, book: PriceBook) -> Iterator[Fault]:
    machines = {machine.code: machine for machine in book.machines}
    if material.profile not in profile_ids():
        known = ", ".join(profile_ids())
        yield Fault(
            f"{at}profile",
            f"{name}: there is no profile “{material.profile}”. Choose one of {known}.",
        )
    elif (made_by := profile(material.profile).technology) != material.technology:
        yield Fault(
            f"{at}profile",
            f"{name} is for {material.technology}, and the profile {material.profile} is for "
            f"{made_by}.",
        )
    if not material.machines:
        yield Fault(f"{at}machines", f"{name} needs at least one machine that takes it.")
    for code in material.machines:
        if code not in machines:
            yield Fault(f"{at}machines", f"{name}: there is no machine “{code}”.")
        elif machines[code].technology != material.technology:
            yield Fault(
                f"{at}machines",
                f"{name} is for {material.technology}, and the machine {code} is for "
                f"{machines[code].technology}.",
            )
    if not material.finishes:
        yield Fault(f"{at}finishes", f"{name} needs at least one finish, such as raw.")
    known_finishes = {finish.code for finish in book.finishes}
    for code in material.finishes:
        if code not in known_finishes:
            yield Fault(f"{at}finishes", f"{name}: there is no finish “{code}”.")


def _quantity_breaks(book: PriceBook) -> Iterator[Fault]:
    before = None
    for one in book.quantity_breaks:
        at = f"quantity_breaks.{one.quantity}."
        name = f"The quantity break from {one.quantity:,}"
        if not 2 <= one.quantity <= LARGEST_QUANTITY:
            yield Fault(
                f"{at}quantity", f"{name}: it must begin at 2 to {LARGEST_QUANTITY:,} parts."
            )
        yield from _percent(f"{at}percent", name, one.percent)
        if before is not None and one.quantity <= before.quantity:
            yield Fault(
                f"{at}quantity", f"{name} must come before the one from {before.quantity:,}, once."
            )
        elif before is not None and one.percent < before.percent:
            yield Fault(
                f"{at}percent",
                f"{name} takes off less ({one.percent:g} %) than the one from "
                f"{before.quantity:,} ({before.percent:g} %).",
            )
        before = one


def _lead_times(book: PriceBook) -> Iterator[Fault]:
    yield from _codes("lead_times", "lead time", [lead.code for lead in book.lead_times])
    if not book.lead_times:
        yield Fault("lead_times", "A price book needs at least one lead time.")
    for lead in book.lead_times:
        at, name = f"lead_times.{lead.code}.", f"Lead time {lead.code}"
        yield from _named(at, name, lead.name)
        yield from _lead(at, name, lead.days, lead.factor)


def _taxes(book: PriceBook) -> Iterator[Fault]:
    for code, count in Counter(rate.code for rate in book.taxes).items():
        if count > 1:
            yield Fault(f"taxes.{code}", f"There are {count} tax rates for {code}; keep one.")
    for rate in book.taxes:
        at, name = f"taxes.{rate.code}.", f"Tax rate {rate.code}"
        yield from _country(f"{at}country", name, rate.country)
        yield from _percent(f"{at}percent", name, rate.percent)


def _agreements(book: PriceBook) -> Iterator[Fault]:
    accounts = Counter(agreement.account for agreement in book.agreements)
    for account, count in accounts.items():
        if count > 1:
            yield Fault(
                f"agreements.{account}.account", f"There are {count} agreements with {account}."
            )
    for agreement in book.agreements:
        at, name = f"agreements.{agreement.account}.", f"Agreement with {agreement.name}"
        if not _is_id(agreement.account):
            yield Fault(f"{at}account", f"{name}: “{agreement.account}” is no account's id.")
        yield from _named(at, name, agreement.name)
        yield from _percent(f"{at}percent", name, agreement.percent)
        if agreement.country:
            yield from _country(f"{at}country", name, agreement.country)
        yield from _own_terms(at, name, agreement, book)


def _own_terms(at: str, name: str, agreement: Agreement, book: PriceBook) -> Iterator[Fault]:
    for field, what, known, rates in (
        ("material_rates", "material", book.materials, agreement.material_rates),
        ("machine_rates", "machine", book.machines, agreement.machine_rates),
    ):
        yield from _references(f"{at}{field}", name, what, (r.code for r in rates), known)
        for rate in rates:
            if not _amount(rate.rate_minor):
                yield Fault(
                    f"{at}{field}", f"{name}: the rate of {rate.code} must not be negative."
                )
    codes = (lead.code for lead in agreement.lead_times)
    yield from _references(f"{at}lead_times", name, "lead time", codes, book.lead_times)
    for lead in agreement.lead_times:
        yield from _lead(f"{at}lead_times.", f"{name}, {lead.code}", lead.days, lead.factor)


def _references(
    at: str, name: str, what: str, codes: Iterable[str], known: Iterable[Any]
) -> Iterator[Fault]:
    there = {entry.code for entry in known}
    for code, count in Counter(codes).items():
        if code not in there:
            yield Fault(at, f"{name}: there is no {what} “{code}”.")
        if count > 1:
            yield Fault(at, f"{name}: the {what} {code} is named {count} times.")


def _codes(at: str, what: str, codes: list[str]) -> Iterator[Fault]:
    for code, count in Counter(codes).items():
        if not _CODE.fullmatch(code):
            yield Fault(
                f"{at}.{code}.code",
                f"The code of a {what} is 1 to 40 letters, digits, dots and dashes, not “{code}”.",
            )
        if count > 1:
            yield Fault(f"{at}.{code}.code", f"There are {count} entries for the {what} {code}.")


def _named(at: str, what: str, name: str) -> Iterator[Fault]:
    if not 1 <= len(name.strip()) <= _LONGEST_TEXT:
        yield Fault(f"{at}name", f"{what} needs a name of 1 to {_LONGEST_TEXT} characters.")


def _amounts(at: str, name: str, entry: Any) -> Iterator[Fault]:
    """No amount of money is negative, endless, or larger than any price."""
    for field in fields(entry):
        if field.name.endswith("_minor") and not _amount(getattr(entry, field.name)):
            words = field.name.removesuffix("_minor").replace("_", " ")
            yield Fault(
                f"{at}{field.name}",
                f"{name}: “{words}” must be from 0 to {LARGEST / 100:,.0f}, not negative.",
            )


def _percent(at: str, name: str, percent: float) -> Iterator[Fault]:
    if not (math.isfinite(percent) and 0 <= percent <= 100):
        yield Fault(at, f"{name} must be from 0 to 100 %, not {percent:g}.")


def _lead(at: str, name: str, days: int, factor: float) -> Iterator[Fault]:
    if not 0 <= days <= 365:
        yield Fault(f"{at}days", f"{name}: the working days must be from 0 to 365.")
    if not _positive(factor, LARGEST_FACTOR):
        yield Fault(
            f"{at}factor", f"{name}: the factor must be above 0 and at most {LARGEST_FACTOR:g}."
        )


def _country(at: str, name: str, country: str) -> Iterator[Fault]:
    if not _COUNTRY.fullmatch(country):
        yield Fault(at, f"{name}: the country must be two capital letters, such as DE.")


def _amount(minor: float) -> bool:
    return math.isfinite(minor) and 0 <= minor <= LARGEST


def _positive(number: float, most: float) -> bool:
    return math.isfinite(number) and 0 < number <= most


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


_RULES: tuple[Callable[[PriceBook], Iterator[Fault]], ...] = (
    _terms,
    _materials,
    _machines,
    _finishes,
    _quantity_breaks,
    _lead_times,
    _taxes,
    _agreements,
)
