"""Why there is no price, as a value."""

from dataclasses import dataclass
from typing import Self

from jobs.pricing.refusal import PricedByAPerson, PriceRefused


@dataclass(frozen=True)
class Refusal:
    """A stable code, and a sentence that says what can be chosen or done instead. `why` is told to
    the person who is asked for the price, where one is."""

    code: str
    message: str
    why: str = ""

    @classmethod
    def of(cls, refused: PriceRefused) -> Self:
        """The refusal of the price book."""
        why = refused.why if isinstance(refused, PricedByAPerson) else ""
        return cls(refused.code, refused.sentence, why)
