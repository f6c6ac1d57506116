"""How money is rounded. The rule is written down here and nowhere else.

1. A rate, a percentage and a measure count as the decimal that a person reads: 0.05 is 5/100, not
   the nearest binary fraction.
2. What makes a line of a price is multiplied and added as decimals of 50 digits, for all parts of
   the line together.
3. Each line is rounded once, to whole minor units; a half is rounded away from zero.
4. Every sum (net, tax, total) is a sum of rounded lines. A percentage of a sum (discount, lead
   time, tax) is taken of rounded lines, so whoever reads the breakdown can check it.
5. The price of one part is the total over the quantity, rounded: to be shown, never multiplied.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final

CONTEXT: Final = Context(prec=50, rounding=ROUND_HALF_UP)
_ONE = Decimal(1)

__all__ = ["CONTEXT", "exact", "localcontext", "percent_of", "share", "whole"]


def exact(number: float) -> Decimal:
    """The decimal that a person reads when they see the number."""
    return Decimal(number) if isinstance(number, int) else Decimal(repr(number))


def whole(minor: Decimal) -> int:
    """Whole minor units; a half is rounded away from zero."""
    return int(minor.quantize(_ONE, context=CONTEXT))


def percent_of(amount_minor: int, percent: float) -> int:
    """So many per cent of whole minor units, rounded."""
    return whole(CONTEXT.divide(CONTEXT.multiply(Decimal(amount_minor), exact(percent)), 100))


def share(amount_minor: int, quantity: int) -> int:
    """What one of `quantity` parts costs, to be shown."""
    return whole(CONTEXT.divide(Decimal(amount_minor), quantity))
