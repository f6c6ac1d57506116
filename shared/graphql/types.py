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
