"""A line of an offer, as it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from jobs.pricing.price import Price
from shared.messaging.events import RequestedLine
from subgraphs.mes.orders.plan import LineAsked, LinePriced


@dataclass(frozen=True)
class OfferLine:
    """`why` says why a person makes the price; None for a line whose price was computed. `price`
    is None until a person has made it. `before` is what a person made for exactly this line in an
    older revision, in minor units before tax."""

    line: RequestedLine
    why: str | None
    price: Price | None
    before: int | None = None

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
            data.get("before"),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, read again by `from_dict`."""
        return {
            "line": self.line.model_dump(mode="json"),
            "why": self.why,
            "price": None if self.price is None else self.price.to_dict(),
            "before": self.before,
        }

    def remembering(self, earlier: Iterable["OfferLine"]) -> "OfferLine":
        """The line with what was made for it in an offer that was `earlier`."""
        same = (one.price for one in earlier if one.asked and one.line == self.line)
        price = next(same, None) if self.asked else None
        return self if price is None else replace(self, before=price.net_minor)

    @property
    def id(self) -> UUID:
        return self.line.line_id

    @property
    def asked(self) -> bool:
        """Whether its price is for a person to make."""
        return self.why is not None
