"""The lines of a price in the graph."""

from typing import Self

import strawberry

from jobs.pricing.price import Price
from shared.graphql.types import MoneyType
from shared.money import Money

TAX = "tax"


@strawberry.type
class BreakdownLine:
    """One reason for a part of the price, in words."""

    code: str
    label: str
    explanation: str
    amount: MoneyType

    @classmethod
    def all_of(cls, price: Price, *, with_tax: bool) -> list[Self]:
        """The lines of a price; they sum to its total, or without the tax line to the net."""
        return [
            cls(
                code=line.code,
                label=line.label,
                explanation=line.explanation,
                amount=money(line.amount_minor, price.currency),
            )
            for line in price.lines
            if with_tax or line.code != TAX
        ]


def money(amount: int, currency: str) -> MoneyType:
    """Minor units in the graph."""
    return MoneyType.of(Money(amount, currency))
