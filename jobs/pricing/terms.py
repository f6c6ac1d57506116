"""The lines that come of terms and not of making: discounts, lead time, smallest price, tax."""

from collections.abc import Iterable

from jobs.pricing.line import Choice, Line, money
from jobs.pricing.rounding import exact, percent_of, share
from jobs.pricing.tax import TaxRate


def quantity_break(made: Iterable[Line], choice: Choice) -> list[Line]:
    """What is taken off for many parts."""
    reached = choice.book.quantity_break(choice.quantity)
    base = _sum(made)
    amount = -percent_of(base, reached.percent) if reached else 0
    if not amount or reached is None:
        return []
    words = (
        f"{reached.percent:g} % off all that is made for each part ({choice.money(base)}), "
        f"from {reached.quantity:,} parts on"
    )
    each = share(amount, choice.quantity)
    return [Line("quantity_break", "Quantity discount", words, each, amount)]


def lead_time(lines: Iterable[Line], choice: Choice) -> list[Line]:
    """What sooner costs, or later saves."""
    lead, base = choice.lead, _sum(lines)
    percent = float((exact(lead.factor) - 1) * 100)
    amount = percent_of(base, percent)
    listed = next((one for one in choice.book.lead_times if one.code == lead.code), lead)
    own = ", your agreed lead time" if listed != lead else ""
    if not amount and not own:
        return []
    within = "1 working day" if lead.days == 1 else f"{lead.days} working days"
    words = f"Sent within {within}{own}"
    if amount:
        words += f": {abs(percent):g} % {'more' if percent > 0 else 'less'} on {choice.money(base)}"
    return [Line("lead_time", f"{lead.name} lead time", words, None, amount)]


def agreed(lines: Iterable[Line], choice: Choice) -> list[Line]:
    """What was agreed with the customer."""
    agreement, base = choice.agreement, _sum(lines)
    if agreement is None or not agreement.percent:
        return []
    words = f"{agreement.percent:g} % off {choice.money(base)}, as agreed with {agreement.name}"
    return [
        Line("agreement", "Your agreement", words, None, -percent_of(base, agreement.percent)),
    ]


def floor(lines: Iterable[Line], choice: Choice) -> list[Line]:
    """What is missing to the smallest price."""
    missing = choice.book.floor_minor - _sum(lines)
    if missing <= 0:
        return []
    words = f"The smallest order line is {choice.money(choice.book.floor_minor)} before tax"
    return [Line("floor", "Minimum price", words, None, missing)]


def tax(lines: Iterable[Line], choice: Choice) -> list[Line]:
    """Value added tax, or why there is none."""
    return tax_on(_sum(lines), choice.tax, choice.book.currency)


def tax_on(base: int, rate: TaxRate, currency: str) -> list[Line]:
    """The tax on an amount before tax, in minor units."""
    if not rate.percent and not rate.note:
        return []
    words = f"{rate.percent:g} % value added tax on {money(base, currency)}"
    if rate.note:
        words += f": {rate.note}"
    return [Line("tax", "Tax", words, None, percent_of(base, rate.percent))]


def _sum(lines: Iterable[Line]) -> int:
    return sum(line.amount_minor for line in lines)
