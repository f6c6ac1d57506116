"""What the graph answers about reviews, and the decisions."""

import strawberry

from shared.errors import NotFound
from shared.graphql import Info
from shared.graphql.paging import decode_cursor, encode_cursor, page_size
from shared.graphql.types import PageInfo
from shared.identity import require
from subgraphs.crm.access import CARERS
from subgraphs.crm.identifiers import parse_id
from subgraphs.crm.reviews import repository, service
from subgraphs.crm.reviews.repository import Filter
from subgraphs.crm.reviews.state import ReviewState
from subgraphs.crm.reviews.tables import ReviewRow
from subgraphs.crm.reviews.types import Review

_COUNTED = 1_000


@strawberry.type
class ReviewConnection:
    """A page of reviews, newest first."""

    nodes: list[Review]
    page_info: PageInfo
    wanted: strawberry.Private[Filter]

    @strawberry.field(description=f"How many there are in all, counted up to {_COUNTED:,}.")
    async def total_count(self, info: Info) -> int | None:
        async with info.context.runtime.database.reading() as session:
            return await repository.count(session, self.wanted, _COUNTED)


@strawberry.type
class ReviewQuery:
    @strawberry.field(description="Reviews; for crm and managers. `minTotal` in minor units.")
    async def reviews(
        self,
        info: Info,
        *,
        state: ReviewState | None = None,
        search: str | None = None,
        customer_id: strawberry.ID | None = None,
        min_total: int | None = None,
        first: int = 25,
        after: str | None = None,
    ) -> ReviewConnection | None:
        require(info.context.identity, *CARERS)
        size, place = page_size(first), None if after is None else decode_cursor(after)
        customer = None if customer_id is None else parse_id(customer_id, "customer")
        wanted = Filter(state=state, search=search, customer_id=customer, min_total=min_total)
        async with info.context.runtime.database.reading() as session:
            rows = await repository.page(session, wanted, place, size + 1)
        shown = rows[:size]
        end = encode_cursor(shown[-1].created_at, shown[-1].id) if shown else None
        return ReviewConnection(
            nodes=[_seen(info, row) for row in shown],
            page_info=PageInfo(has_next_page=len(rows) > size, end_cursor=end),
            wanted=wanted,
        )

    @strawberry.field(description="Null when it does not exist or is not the caller's to see.")
    async def review(self, info: Info, id: strawberry.ID) -> Review | None:  # noqa: A002
        return await Review.visible(info, id)


@strawberry.type
class ReviewMutation:
    @strawberry.mutation(description="Let the order be made.")
    async def approve_review(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
        note: str | None = None,
    ) -> Review:
        key = parse_id(id, "review")
        async with info.context.runtime.database.transaction() as session:
            row = await service.approve(session, info.context.identity, key, note or "")
        return _seen(info, row)

    @strawberry.mutation(description="Refuse the order; its customer reads the reason.")
    async def reject_review(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
        reason: str,
    ) -> Review:
        key = parse_id(id, "review")
        async with info.context.runtime.database.transaction() as session:
            row = await service.reject(session, info.context.identity, key, reason)
        return _seen(info, row)


def _seen(info: Info, row: ReviewRow) -> Review:
    review = Review.seen_by(info.context.identity, row)
    if review is None:
        raise NotFound(service.NO_SUCH_REVIEW)
    return review
