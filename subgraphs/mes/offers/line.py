"""A line of an offer, as it is kept."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from jobs.pricing.price import Price
from shared.messaging.events import RequestedLine
from subgraphs.mes.orders.plan import LineAsked, LinePriced


@dataclass(frozen=True)
class OfferLine:
    """`why` says why a person makes the price; None for a line whose price was computed. `price`
    is None until a person has made it."""

    line: RequestedLine
    why: str | None
    price: Price | None

    @classmethod
    def of(cls, planned: LinePriced | LineAsked) -> Self:
        """A line of the plan."""
        if isinstance(planned, LineAsked):
            return cls(planned.line, planned.refusal.why, None)
        return cls(planned.line, None, planned.price)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Raises ValueError when the data is not a line."""
        price = data["price"]
        return cls(
            RequestedLine.model_validate(data["line"]),
            data["why"],
            None if price is None else Price.from_dict(price),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, read again by `from_dict`."""
        return {
            "line": self.line.model_dump(mode="json"),
            "why": self.why,
            "price": None if self.price is None else self.price.to_dict(),
        }

    @property
    def id(self) -> UUID:
        return self.line.line_id

    @property
    def asked(self) -> bool:
        """Whether its price is for a person to make."""
        return self.why is not None
