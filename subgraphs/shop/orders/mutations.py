"""What callers may do to orders, each in one transaction."""

from typing import Annotated

import strawberry

from shared.errors import NotFound
from shared.graphql import Info
from shared.graphql.types import IDEMPOTENCY_KEY as KEY
from subgraphs.shop.orders import service
from subgraphs.shop.orders.inputs import (
    AddressInput,
    LineChangeInput,
    LineInput,
    SubmitOrderInput,
    parse_id,
)
from subgraphs.shop.orders.submission import submit_order
from subgraphs.shop.orders.tables import OrderRow
from subgraphs.shop.orders.types import Order

_MAX_REASON = 1_000


@strawberry.type
class OrderMutation:
    @strawberry.mutation(description="Add a part to the basket, or begin one, and price it.")
    async def add_to_basket(
        self,
        info: Info,
        line: LineInput,
        idempotency_key: Annotated[str | None, KEY] = None,
    ) -> Order:
        wanted, runtime, identity = line.line(), info.context.runtime, info.context.identity
        async with runtime.database.transaction() as session:
            row = await service.add_to_basket_once(
                session, identity, wanted, runtime.settings.currency, idempotency_key
            )
        return _seen(info, row)

    @strawberry.mutation(description="Change a part before placing; the order is priced again.")
    async def change_line(
        self, info: Info, order_id: strawberry.ID, line_id: strawberry.ID, change: LineChangeInput
    ) -> Order:
        order, line = parse_id(order_id, "order"), parse_id(line_id, "line")
        async with info.context.runtime.database.transaction() as session:
            row = await service.change_line(
                session, info.context.identity, order, line, change.change()
            )
        return _seen(info, row)

    @strawberry.mutation(description="Take a part out before placing.")
    async def remove_line(
        self, info: Info, order_id: strawberry.ID, line_id: strawberry.ID
    ) -> Order:
        order, line = parse_id(order_id, "order"), parse_id(line_id, "line")
        async with info.context.runtime.database.transaction() as session:
            row = await service.remove_line(session, info.context.identity, order, line)
        return _seen(info, row)

    @strawberry.mutation(
        description="Place a priced order at the total the caller accepts, in minor units."
    )
    async def place_order(
        self, info: Info, order_id: strawberry.ID, address: AddressInput, accepted_total: int
    ) -> Order:
        order = parse_id(order_id, "order")
        async with info.context.runtime.database.transaction() as session:
            row = await service.place_order(
                session, info.context.identity, order, address.address(), accepted_total
            )
        return _seen(info, row)

    @strawberry.mutation(description="Cancel an order before its production begins.")
    async def cancel_order(
        self, info: Info, order_id: strawberry.ID, reason: str | None = None
    ) -> Order:
        order, words = parse_id(order_id, "order"), (reason or "").strip()[:_MAX_REASON]
        async with info.context.runtime.database.transaction() as session:
            row = await service.cancel_order(session, info.context.identity, order, words)
        return _seen(info, row)

    @strawberry.mutation(
        description="A partner's order: the permanent id at once, the price as soon as it is known."
    )
    async def submit_order(self, info: Info, input: SubmitOrderInput) -> Order:  # noqa: A002
        submission, runtime = input.submission(), info.context.runtime
        async with runtime.database.transaction() as session:
            row = await submit_order(
                session, info.context.identity, submission, runtime.settings.currency
            )
        return _seen(info, row)


def _seen(info: Info, row: OrderRow) -> Order:
    order = Order.seen_by(info.context.identity, row)
    if order is None:
        raise NotFound(service.NO_SUCH_ORDER)
    return order
