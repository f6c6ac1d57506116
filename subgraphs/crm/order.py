"""What CRM adds to an order: its review and its journey."""

from typing import Self

import strawberry
from strawberry import federation

from shared.graphql import Info
from subgraphs.crm.identifiers import id_or_none
from subgraphs.crm.journey.types import JourneyStep, visible_journey
from subgraphs.crm.reviews.types import Review


@federation.type(keys=["id"])
class Order:
    """An order; each field answers only whom it concerns."""

    id: strawberry.ID

    @strawberry.field(description="Null before placing, and for whom it does not concern.")
    async def review(self, info: Info) -> Review | None:
        return await Review.visible(info, self.id)

    @strawberry.field(description="What happened in every service, oldest first.")
    async def journey(self, info: Info) -> list[JourneyStep] | None:
        order_id = id_or_none(self.id)
        return [] if order_id is None else await visible_journey(info, order_id)

    @classmethod
    async def resolve_reference(cls, id: strawberry.ID) -> Self:  # noqa: A002
        return cls(id=id)
