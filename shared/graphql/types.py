"""The values that several subgraphs share, word for word."""

from enum import Enum

import strawberry
from strawberry import federation

from shared.money import Money


@federation.type(name="Money", shareable=True)
class MoneyType:
    """An amount of money. `amount` is in minor units (cents)."""

    amount: int
    currency: str
    text: str = strawberry.field(description="For people, with symbol and separators.")

    @classmethod
    def of(cls, money: Money) -> "MoneyType":
        return cls(amount=money.amount, currency=money.currency, text=money.text)


@federation.type(shareable=True)
class PageInfo:
    """Where the next page starts."""

    has_next_page: bool
    end_cursor: str | None = None


@strawberry.enum
class Units(Enum):
    """What one unit in a model's file stands for."""

    MM = "MM"
    CM = "CM"
    M = "M"
    INCH = "INCH"


IDEMPOTENCY_KEY = strawberry.argument(
    description="Repeat it when you retry: the same key and content have one effect, one answer."
)
"""How an optional idempotency key of a mutation is described in the graph."""
