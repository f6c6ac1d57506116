"""What crm and managers ask about offers, and their decisions."""

from typing import Annotated
from uuid import UUID

import strawberry

from shared.errors import Invalid, NotFound
from shared.graphql import Info
from shared.graphql.paging import decode_cursor, encode_cursor, page_size
from shared.graphql.types import IDEMPOTENCY_KEY, PageInfo
from shared.identity import require
from subgraphs.mes.offers.repository import OfferRepository
from subgraphs.mes.offers.service import CARERS, OfferService
from subgraphs.mes.offers.types import Offer

_COUNTED = 1_000
_MOST_LINES = 100


@strawberry.input
class OfferAmountInput:
    """The price of a line before tax, in minor units of the order's currency."""

    line_id: strawberry.ID
    net: int


@strawberry.type
class OfferConnection:
    """A page of offers that wait for a person, newest first."""

    nodes: list[Offer]
    page_info: PageInfo

    @strawberry.field(description=f"How many there are in all, counted up to {_COUNTED:,}.")
    async def total_count(self, info: Info) -> int | None:
        async with info.context.runtime.database.reading() as session:
            return await OfferRepository(session).count(_COUNTED)


@strawberry.type
class OfferQuery:
    @strawberry.field(description="Orders whose price a person makes; for crm and managers.")
    async def offers_to_make(
        self, info: Info, first: int = 25, after: str | None = None
    ) -> OfferConnection | None:
        require(info.context.identity, *CARERS)
        size, place = page_size(first), None if after is None else decode_cursor(after)
        async with info.context.runtime.database.reading() as session:
            rows = await OfferRepository(session).page(place, size + 1)
        shown = rows[:size]
        end = encode_cursor(shown[-1].asked_at, shown[-1].order_id) if shown else None
        return OfferConnection(
            nodes=[Offer.of(row) for row in shown],
            page_info=PageInfo(has_next_page=len(rows) > size, end_cursor=end),
        )


@strawberry.type
class OfferMutation:
    @strawberry.mutation(
        description="Give the order its price: an amount for each line that has none, and a "
        "reason, which the customer reads. For crm and managers."
    )
    async def make_offer(
        self,
        info: Info,
        *,
        order_id: strawberry.ID,
        revision: int,
        amounts: list[OfferAmountInput],
        reason: str,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> Offer:
        runtime = info.context.runtime
        async with runtime.database.transaction() as session:
            offers = OfferService(session, info.context.identity, runtime.settings.price_valid_days)
            row = await offers.make(
                _order_id(order_id), revision, _by_line(amounts), reason, idempotency_key
            )
            return Offer.of(row)

    @strawberry.mutation(
        description="Make no price; the customer reads the reason. For crm and managers."
    )
    async def decline_offer(
        self,
        info: Info,
        *,
        order_id: strawberry.ID,
        revision: int,
        reason: str,
        idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
    ) -> Offer:
        runtime = info.context.runtime
        async with runtime.database.transaction() as session:
            offers = OfferService(session, info.context.identity, runtime.settings.price_valid_days)
            row = await offers.decline(_order_id(order_id), revision, reason, idempotency_key)
            return Offer.of(row)


def _order_id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise NotFound("There is no such order. Check the id that you sent.") from None


def _by_line(amounts: list[OfferAmountInput]) -> dict[UUID, int]:
    try:
        found = {UUID(one.line_id): one.net for one in amounts}
    except ValueError:
        raise Invalid("Name each line by its id.", "AMOUNTS") from None
    if len(found) < len(amounts) or len(found) > _MOST_LINES:
        raise Invalid("Give one amount for a line.", "AMOUNTS")
    return found
