"""What the graph answers about orders."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import strawberry

from shared.graphql import Info
from shared.graphql.paging import decode_cursor, encode_cursor, page_size
from shared.graphql.types import PageInfo
from shared.identity import STAFF, require
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.access import may_search_customers
from subgraphs.shop.orders.changes import order_changes
from subgraphs.shop.orders.lifecycle import OrderState
from subgraphs.shop.orders.repository import Filter
from subgraphs.shop.orders.tables import OrderRow
from subgraphs.shop.orders.types import Order

_COUNTED = 1_000


@strawberry.type
class OrderConnection:
    """A page of orders, newest first."""

    nodes: list[Order]
    page_info: PageInfo
    wanted: strawberry.Private[Filter]

    @strawberry.field(description=f"How many there are in all, counted up to {_COUNTED:,}.")
    async def total_count(self, info: Info) -> int | None:
        async with info.context.runtime.database.reading() as session:
            return await repository.count(session, self.wanted, _COUNTED)


@strawberry.type
class OrderQuery:
    @strawberry.field(description="The caller's newest order that is not placed; null without one.")
    async def basket(self, info: Info) -> Order | None:
        identity = info.context.identity
        async with info.context.runtime.database.reading() as session:
            basket = await repository.basket_id(session, identity.owners)
            rows = {} if basket is None else await repository.by_ids(session, [basket])
        return None if basket is None else Order.seen_by(identity, rows[basket])

    @strawberry.field(description="Null when it does not exist or is not the caller's to see.")
    async def order(self, info: Info, id: strawberry.ID) -> Order | None:  # noqa: A002
        return await Order.visible(info, id)

    @strawberry.field(description="The caller's orders.")
    async def my_orders(
        self,
        info: Info,
        states: list[OrderState] | None = None,
        first: int = 25,
        after: str | None = None,
    ) -> OrderConnection | None:
        owners = info.context.identity.owners
        return await _page(info, Filter(owners=owners, states=states), first, after)

    @strawberry.field(description="All orders; for staff. Operators search by references alone.")
    async def orders(
        self,
        info: Info,
        states: list[OrderState] | None = None,
        search: str | None = None,
        first: int = 25,
        after: str | None = None,
    ) -> OrderConnection | None:
        identity = info.context.identity
        require(identity, *STAFF)
        wanted = Filter(states=states, search=search, by_customer=may_search_customers(identity))
        return await _page(info, wanted, first, after)


@strawberry.type
class OrderSubscription:
    @strawberry.subscription(
        description="The order as it is now, then after each change of it or of its price, until "
        "it is closed, rejected, cancelled or expired. The same state may come twice."
    )
    async def order_changed(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
    ) -> AsyncGenerator[Order, None]:
        async with aclosing(order_changes(info, id)) as changes:
            async for order in changes:
                yield order


async def _page(info: Info, wanted: Filter, first: int, after: str | None) -> OrderConnection:
    size = page_size(first)
    before = None if after is None else decode_cursor(after)[1]
    async with info.context.runtime.database.reading() as session:
        rows = await repository.page(session, wanted, before, size + 1)
    shown = rows[:size]
    nodes = [Order.seen_by(info.context.identity, row) for row in shown]
    return OrderConnection(
        nodes=[node for node in nodes if node is not None],
        page_info=PageInfo(
            has_next_page=len(rows) > size, end_cursor=_cursor(shown[-1]) if shown else None
        ),
        wanted=wanted,
    )


def _cursor(row: OrderRow) -> str:
    return encode_cursor(row.created_at, row.id)
