"""All SQL on orders to price and on their prices."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, and_, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.events import OrderPricingRequested
from subgraphs.mes.orders.tables import OrderPriceRow, OrderRequestRow

# As text, since SQLAlchemy compiles an "on conflict" anew each time.
_ACCEPT = (
    select(OrderRequestRow)
    .from_statement(
        text("""
            insert into order_request as o (
                order_id, revision, channel, owner_id, partner_id, currency, lines, requested_at
            ) values (
                :order_id, :revision, :channel, :owner_id, :partner_id, :currency, :lines,
                clock_timestamp()
            )
            on conflict (order_id) do update set
                revision = excluded.revision, channel = excluded.channel,
                owner_id = excluded.owner_id, partner_id = excluded.partner_id,
                currency = excluded.currency, lines = excluded.lines,
                requested_at = excluded.requested_at
            where o.revision < excluded.revision
            returning *
        """)
    )
    .execution_options(populate_existing=True)
)


class OrderRepository:
    """Reads and writes orders in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def accept(self, event: OrderPricingRequested) -> OrderRequestRow | None:
        """Remember a request and lock it; None when a newer revision is known already."""
        values = {
            "order_id": event.order_id,
            "revision": event.revision,
            "channel": event.channel,
            "owner_id": event.owner_id,
            "partner_id": event.partner_id,
            "currency": event.currency,
            "lines": orjson.dumps([line.model_dump(mode="json") for line in event.lines]).decode(),
        }
        rows = await self._session.scalars(_ACCEPT, values)
        return rows.one_or_none()

    async def lock(self, order_id: UUID) -> OrderRequestRow | None:
        """The newest request of an order, locked: one at a time prices an order."""
        return await self._session.get(
            OrderRequestRow, order_id, with_for_update=True, populate_existing=True
        )

    def add_price(self, row: OrderPriceRow) -> None:
        """The price of one revision."""
        self._session.add(row)

    async def requests(self, order_ids: Collection[UUID]) -> Mapping[UUID, OrderRequestRow]:
        """The newest request of each order that is known."""
        rows = await self._session.scalars(
            select(OrderRequestRow).where(OrderRequestRow.order_id.in_(order_ids))
        )
        return {row.order_id: row for row in rows}

    async def priced_since(
        self, since: datetime, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[OrderRequestRow]:
        """Orders whose newest request has a price, newest first, those after `after`."""
        place = tuple_(OrderRequestRow.requested_at, OrderRequestRow.order_id)
        query = _priced(select(OrderRequestRow), since)
        if after is not None:
            query = query.where(place < after)
        query = query.order_by(
            OrderRequestRow.requested_at.desc(), OrderRequestRow.order_id.desc()
        ).limit(limit)
        return (await self._session.scalars(query)).all()

    async def count_priced_since(self, since: datetime, limit: int) -> int:
        """How many there are, counted up to `limit`."""
        found = _priced(select(OrderRequestRow.order_id), since).limit(limit).subquery()
        return await self._session.scalar(select(func.count()).select_from(found)) or 0

    async def prices(self, revisions: Collection[tuple[UUID, int]]) -> Mapping[UUID, OrderPriceRow]:
        """The price of each (order, revision) that has one."""
        rows = await self._session.scalars(
            select(OrderPriceRow).where(
                tuple_(OrderPriceRow.order_id, OrderPriceRow.revision).in_(revisions)
            )
        )
        return {row.order_id: row for row in rows}


def _priced(query: "Select[Any]", since: datetime) -> "Select[Any]":
    prices = OrderPriceRow
    same = and_(
        prices.order_id == OrderRequestRow.order_id, prices.revision == OrderRequestRow.revision
    )
    return query.join(prices, same).where(OrderRequestRow.requested_at >= since)
