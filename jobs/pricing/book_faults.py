"""What a fault of a price book is, and those that single values can have.

`at` is the path of the entry, with a dot behind it, or of the field; `name` begins the sentence.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

LARGEST = 10**9
"""No amount or rate is above it: ten million euros, in cents."""
LARGEST_FACTOR = 100.0
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LONGEST_TEXT = 400


@dataclass(frozen=True)
class Fault:
    """`field` is the path of what is wrong in the data; `sentence` says what it must be."""

    field: str
    sentence: str


class BookInvalid(ValueError):
    """The book breaks rules; `faults` has at least one."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(" ".join(fault.sentence for fault in faults))
        self.faults = faults


def reference_faults(
    at: str, name: str, what: str, codes: Iterable[str], known: Iterable[Any]
) -> Iterator[Fault]:
    there = {entry.code for entry in known}
    for code, count in Counter(codes).items():
        if code not in there:
            yield Fault(at, f"{name}: there is no {what} “{code}”.")
        if count > 1:
            yield Fault(at, f"{name}: the {what} {code} is named {count} times.")


def code_faults(at: str, what: str, codes: list[str]) -> Iterator[Fault]:
    for code, count in Counter(codes).items():
        if not _CODE.fullmatch(code):
            yield Fault(
                f"{at}.{code}.code",
                f"The code of a {what} is 1 to 40 letters, digits, dots and dashes, not “{code}”.",
            )
        if count > 1:
            yield Fault(f"{at}.{code}.code", f"There are {count} entries for the {what} {code}.")


def name_faults(at: str, what: str, name: str) -> Iterator[Fault]:
    if not 1 <= len(name.strip()) <= _LONGEST_TEXT:
        yield Fault(f"{at}name", f"{what} needs a name of 1 to {_LONGEST_TEXT} characters.")


def amount_faults(at: str, name: str, entry: Any) -> Iterator[Fault]:
    """No amount of money is negative, endless, or larger than any price."""
    for field in fields(entry):
        if field.name.endswith("_minor") and not is_amount(getattr(entry, field.name)):
            words = field.name.removesuffix("_minor").replace("_", " ")
            yield Fault(
                f"{at}{field.name}",
                f"{name}: “{words}” must be from 0 to {LARGEST / 100:,.0f}, not negative.",
            )


def percent_faults(at: str, name: str, percent: float) -> Iterator[Fault]:
    if not (math.isfinite(percent) and 0 <= percent <= 100):
        yield Fault(at, f"{name} must be from 0 to 100 %, not {percent:g}.")


def lead_faults(at: str, name: str, days: int, factor: float) -> Iterator[Fault]:
    if not 0 <= days <= 365:
        yield Fault(f"{at}days", f"{name}: the working days must be from 0 to 365.")
    if not is_positive(factor, LARGEST_FACTOR):
        yield Fault(
            f"{at}factor", f"{name}: the factor must be above 0 and at most {LARGEST_FACTOR:g}."
        )


def country_faults(at: str, name: str, country: str) -> Iterator[Fault]:
    if not _COUNTRY.fullmatch(country):
        yield Fault(at, f"{name}: the country must be two capital letters, such as DE.")


def is_amount(minor: float) -> bool:
    return math.isfinite(minor) and 0 <= minor <= LARGEST


def is_positive(number: float, most: float) -> bool:
    return math.isfinite(number) and 0 < number <= most
