"""Offers in the graph."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from shared.graphql import Info
from shared.graphql.types import MoneyType, Units
from shared.identity import STAFF
from subgraphs.mes.analyses.schema import Model
from subgraphs.mes.offers import line as kept
from subgraphs.mes.offers.state import OfferState
from subgraphs.mes.offers.tables import OfferRow
from subgraphs.mes.quotes.breakdown import money

if TYPE_CHECKING:
    from subgraphs.mes.orders.schema import Order

strawberry.enum(
    OfferState,
    description="Where an offer is. VOID: the order changed or ended before anyone decided.",
)


@strawberry.type
class OfferLine:
    """A line of an order that a person prices, or whose price was computed beside it."""

    line_id: strawberry.ID
    model: Model
    material: str
    finish: str
    quantity: int
    scale: float
    units: Units
    lead_time: str
    why: str | None = strawberry.field(
        description="Why a person makes its price; null where it was computed."
    )
    net: MoneyType | None = strawberry.field(
        description="Before tax; null until a person has made it."
    )
    before: MoneyType | None = strawberry.field(
        description="What a person made for exactly this line in an older revision, before tax."
    )

    @classmethod
    def of(cls, found: kept.OfferLine, currency: str) -> Self:
        """The line as it was kept."""
        wanted = found.line
        return cls(
            line_id=strawberry.ID(str(wanted.line_id)),
            model=Model(id=strawberry.ID(str(wanted.model_id))),
            material=wanted.material,
            finish=wanted.finish,
            quantity=wanted.quantity,
            scale=wanted.scale,
            units=Units(wanted.units),
            lead_time=wanted.lead_time,
            why=found.why,
            net=None if found.price is None else money(found.price.net_minor, currency),
            before=None if found.before is None else money(found.before, currency),
        )


@strawberry.type
class Offer:
    """What a person is asked to price for one revision of an order, and what became of it."""

    order_id: strawberry.ID
    revision: int
    state: OfferState
    asked_at: datetime
    decided_at: datetime | None
    reason: str | None = strawberry.field(
        description="What explains the price, why there is none, or why the offer is void."
    )
    lines: list[OfferLine]
    decider: strawberry.Private[str | None]

    @strawberry.field(description="Who decided; for staff.")
    def decided_by(self, info: Info) -> str | None:
        return self.decider if info.context.identity.has(*STAFF) else None

    @strawberry.field
    async def order(
        self, info: Info
    ) -> Annotated["Order", strawberry.lazy("subgraphs.mes.orders.schema")] | None:
        # The order's type imports this one.
        from subgraphs.mes.orders.schema import Order  # noqa: PLC0415

        return await Order.resolve_reference(info, self.order_id)

    @classmethod
    def of(cls, row: OfferRow) -> Self:
        """The offer of a row."""
        return cls(
            order_id=strawberry.ID(str(row.order_id)),
            revision=row.revision,
            state=row.state,
            asked_at=row.asked_at,
            decided_at=row.decided_at,
            reason=row.reason,
            lines=[
                OfferLine.of(kept.OfferLine.from_dict(line), row.currency) for line in row.lines
            ],
            decider=row.decided_by,
        )
