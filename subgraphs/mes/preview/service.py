"""Computing the orders of the last days with a draft, page by page and in bounded time."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.engine import Database
from jobs.pricing.book import PriceBook
from shared.messaging.events import RequestedLine
from subgraphs.mes.orders.known import known_with
from subgraphs.mes.orders.repository import OrderRepository
from subgraphs.mes.orders.service import customer_of
from subgraphs.mes.orders.tables import OrderRequestRow
from subgraphs.mes.preview.effect import Effect, PricedOrder

PAGE = 100
BUDGET_SECONDS = 3.0
MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Preview:
    """`of_orders` is how many orders there are in these days; the effect is of the newest of them,
    as many as the time allowed."""

    effect: Effect
    of_orders: int
    since: datetime

    @property
    def complete(self) -> bool:
        """Whether all of them were looked at."""
        return self.effect.orders >= self.of_orders


async def preview(
    database: Database,
    current: PriceBook,
    draft: PriceBook,
    *,
    days: int,
    seconds: float = BUDGET_SECONDS,
) -> Preview:
    """What the draft changes. Each page has a transaction of its own and is computed beside the
    event loop; after `seconds` no further order is begun."""
    since, until = datetime.now(UTC) - timedelta(days=days), time.monotonic() + seconds

    def enough() -> bool:
        return time.monotonic() >= until

    async with database.reading() as session:
        of_orders = await OrderRepository(session).count_priced_since(since, MOST_COUNTED)
    effect, place = Effect(), None
    while True:
        async with database.reading() as session:
            rows = await OrderRepository(session).priced_since(since, place, PAGE)
            orders = [_order(row) for row in rows]
            lines = [line for order in orders for line in order.lines]
            before = await known_with(session, lines, current, None)
            after = await known_with(session, lines, draft, None)
        await asyncio.to_thread(effect.add, orders, before, after, enough)
        if len(rows) < PAGE or enough():
            return Preview(effect, max(of_orders, effect.orders), since)
        place = _place(rows[-1])


def _place(row: OrderRequestRow) -> tuple[datetime, UUID]:
    return row.requested_at, row.order_id


def _order(row: OrderRequestRow) -> PricedOrder:
    lines = tuple(RequestedLine.model_validate(line) for line in row.lines)
    return PricedOrder(row.order_id, customer_of(row), lines)
