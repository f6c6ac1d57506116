"""The lines of a price: each says what it is for, in words, and together they are the total."""

from jobs.pricing.analysis import Analysis
from jobs.pricing.line import Choice, Line, duration
from jobs.pricing.making import made
from jobs.pricing.once import packaging, prepared
from jobs.pricing.rounding import CONTEXT, localcontext
from jobs.pricing.terms import agreed, floor, lead_time, quantity_break, tax

__all__ = ["Choice", "Line", "duration", "lines_of"]


def lines_of(analysis: Analysis, choice: Choice) -> tuple[Line, ...]:
    """All lines of the price, tax last. Lines of nothing are left out, but for the material."""
    with localcontext(CONTEXT):
        grows = made(analysis, choice)
        lines = [*grows, *prepared(choice)]
        lines += quantity_break(grows, choice)
        lines += lead_time(lines, choice)
        lines += agreed(lines, choice)
        lines += packaging(analysis, choice)
        lines += floor(lines, choice)
        lines += tax(lines, choice)
    return tuple(lines)
