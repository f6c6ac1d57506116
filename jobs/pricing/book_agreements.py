"""What the agreements of a price book must fulfil."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from jobs.pricing.agreement import Agreement
from jobs.pricing.book import PriceBook
from jobs.pricing.book_faults import (
    Fault,
    country_faults,
    is_amount,
    lead_faults,
    name_faults,
    percent_faults,
    reference_faults,
)


def agreement_faults(book: PriceBook) -> Iterator[Fault]:
    """What is wrong with the agreements, in their order."""
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
        yield from name_faults(at, name, agreement.name)
        yield from percent_faults(f"{at}percent", name, agreement.percent)
        if agreement.country:
            yield from country_faults(f"{at}country", name, agreement.country)
        yield from _own_terms(at, name, agreement, book)


def _own_terms(at: str, name: str, agreement: Agreement, book: PriceBook) -> Iterator[Fault]:
    for field, what, known, rates in (
        ("material_rates", "material", book.materials, agreement.material_rates),
        ("machine_rates", "machine", book.machines, agreement.machine_rates),
    ):
        yield from reference_faults(f"{at}{field}", name, what, (r.code for r in rates), known)
        for rate in rates:
            if not is_amount(rate.rate_minor):
                yield Fault(
                    f"{at}{field}", f"{name}: the rate of {rate.code} must not be negative."
                )
    codes = (lead.code for lead in agreement.lead_times)
    yield from reference_faults(f"{at}lead_times", name, "lead time", codes, book.lead_times)
    for lead in agreement.lead_times:
        for fault in lead_faults("", f"{name}, {lead.code}", lead.days, lead.factor):
            yield Fault(f"{at}lead_times", fault.sentence)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
