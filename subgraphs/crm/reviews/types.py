"""Reviews in the graph."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry
from strawberry import federation

from shared.errors import NotFound
from shared.graphql import Info
from shared.graphql.types import MoneyType
from shared.identity import Identity
from shared.money import Money
from subgraphs.crm.access import cares, sees_review
from subgraphs.crm.customers.types import Customer
from subgraphs.crm.identifiers import id_or_none
from subgraphs.crm.reviews import repository
from subgraphs.crm.reviews.state import ReviewState
from subgraphs.crm.reviews.tables import ReviewRow

if TYPE_CHECKING:
    from subgraphs.crm.order import Order

strawberry.enum(ReviewState, description="Where the review of an order is.")


@federation.type(keys=["id"])
class Review:
    """Whether a placed order may be made. Its owner sees how it ended and why, no more."""

    id: strawberry.ID
    order: Annotated["Order", strawberry.lazy("subgraphs.crm.order")]
    state: ReviewState
    automatic: bool
    reasons: list[str] = strawberry.field(description="Why a person has to look; for staff.")
    total: MoneyType
    decided_by: str | None = strawberry.field(description="For staff.")
    decided_at: datetime | None
    decision: str | None
    created_at: datetime
    customer_id: strawberry.Private[UUID]

    @strawberry.field(description="Who ordered.")
    async def customer(self, info: Info) -> Customer:
        customer = await Customer.visible(info, str(self.customer_id))
        if customer is None:
            raise NotFound("There is no such customer. Choose one from the list.")
        return customer

    @classmethod
    def seen_by(cls, identity: Identity, row: ReviewRow) -> Self | None:
        """What the caller may see of the review; None when that is nothing."""
        if not sees_review(identity, row.customer_id, row.partner_id):
            return None
        # The order's type imports this one.
        from subgraphs.crm.order import Order  # noqa: PLC0415

        whole = cares(identity)
        return cls(
            id=strawberry.ID(str(row.id)),
            order=Order(id=strawberry.ID(str(row.id))),
            state=row.state,
            automatic=row.automatic,
            reasons=list(row.reasons) if whole else [],
            total=MoneyType.of(Money(row.total, row.currency)),
            decided_by=row.decided_by if whole else None,
            decided_at=row.decided_at,
            decision=row.decision,
            created_at=row.created_at,
            customer_id=row.customer_id,
        )

    @classmethod
    async def visible(cls, info: Info, review_id: str) -> Self | None:
        """The review if the caller may see it; those of one request come in one query."""
        key = id_or_none(review_id)
        if key is None:
            return None

        async def load(ids: Sequence[UUID]) -> list[ReviewRow | None]:
            async with info.context.runtime.database.reading() as session:
                rows = await repository.by_ids(session, ids)
            return [rows.get(one) for one in ids]

        row = await info.context.loader("reviews", load).load(key)
        return None if row is None else cls.seen_by(info.context.identity, row)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:  # noqa: A002
        return await cls.visible(info, id)
