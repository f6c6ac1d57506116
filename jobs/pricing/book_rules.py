"""What a price book must fulfil. Each fault is a sentence that names its field.

A field's path is that of the data: `materials.PLA.price_per_kg_minor`, `quantity_breaks.25.percent`
(entries by what they are known by), `tax_percent`. The last word is a field of the section's form,
or a section that lacks entries.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator

from jobs.pricing.book import Material, PriceBook
from jobs.pricing.book_agreements import agreement_faults
from jobs.pricing.book_faults import (
    BookInvalid,
    Fault,
    amount_faults,
    code_faults,
    country_faults,
    is_positive,
    lead_faults,
    name_faults,
    percent_faults,
)
from jobs.pricing.profiles import profile, profile_ids

LARGEST_QUANTITY = 100_000
_CURRENCY = re.compile(r"[A-Z]{3}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_WITHOUT_CENTS = frozenset(
    "BHD CLP IQD ISK JOD JPY KRW KWD LYD OMR PYG TND UGX VND XAF XOF".split()  # noqa: SIM905
)


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
    yield from percent_faults("tax_percent", "The tax", book.tax_percent)
    if not 1 <= book.max_quantity <= LARGEST_QUANTITY:
        yield Fault("max_quantity", f"The largest quantity must be from 1 to {LARGEST_QUANTITY:,}.")
    yield from amount_faults("", "The book", book)


def _machines(book: PriceBook) -> Iterator[Fault]:
    yield from code_faults("machines", "machine", [m.code for m in book.machines])
    for machine in book.machines:
        at, name = f"machines.{machine.code}.", f"Machine {machine.code}"
        yield from name_faults(at, name, machine.name)
        yield from amount_faults(at, name, machine)
        if not all(is_positive(side, 10_000) for side in machine.build_volume_mm):
            yield Fault(
                f"{at}build_volume_mm", f"{name}: each side of the build volume must be above 0 mm."
            )
        if not (math.isfinite(machine.spacing_mm) and machine.spacing_mm >= 0):
            yield Fault(f"{at}spacing_mm", f"{name}: the spacing must not be negative.")


def _finishes(book: PriceBook) -> Iterator[Fault]:
    yield from code_faults("finishes", "finish", [f.code for f in book.finishes])
    for finish in book.finishes:
        at, name = f"finishes.{finish.code}.", f"Finish {finish.code}"
        yield from name_faults(at, name, finish.name)
        yield from amount_faults(at, name, finish)


def _materials(book: PriceBook) -> Iterator[Fault]:
    yield from code_faults("materials", "material", [m.code for m in book.materials])
    if not book.materials:
        yield Fault("materials", "A price book needs at least one material.")
    for material in book.materials:
        at, name = f"materials.{material.code}.", f"Material {material.code}"
        yield from name_faults(at, name, material.name)
        yield from amount_faults(at, name, material)
        yield from _made_of(at, name, material)
        yield from _made_with(at, name, material, book)


def _made_of(at: str, name: str, material: Material) -> Iterator[Fault]:
    if not _COLOUR.fullmatch(material.color):
        yield Fault(f"{at}color", f"{name}: the colour must be like #e8823a.")
    if not is_positive(material.density_g_cm3, 30):
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
        yield from percent_faults(f"{at}percent", name, one.percent)
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
    yield from code_faults("lead_times", "lead time", [lead.code for lead in book.lead_times])
    if not book.lead_times:
        yield Fault("lead_times", "A price book needs at least one lead time.")
    for lead in book.lead_times:
        at, name = f"lead_times.{lead.code}.", f"Lead time {lead.code}"
        yield from name_faults(at, name, lead.name)
        yield from lead_faults(at, name, lead.days, lead.factor)


def _taxes(book: PriceBook) -> Iterator[Fault]:
    for code, count in Counter(rate.code for rate in book.taxes).items():
        if count > 1:
            yield Fault(
                f"taxes.{code}.country", f"There are {count} tax rates for {code}; keep one."
            )
    for rate in book.taxes:
        at, name = f"taxes.{rate.code}.", f"Tax rate {rate.code}"
        yield from country_faults(f"{at}country", name, rate.country)
        yield from percent_faults(f"{at}percent", name, rate.percent)


_RULES: tuple[Callable[[PriceBook], Iterator[Fault]], ...] = (
    _terms,
    _materials,
    _machines,
    _finishes,
    _quantity_breaks,
    _lead_times,
    _taxes,
    agreement_faults,
)
