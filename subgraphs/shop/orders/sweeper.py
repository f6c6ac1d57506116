"""What time does to orders. Several processes may sweep at once: a locked order is looked at again.

Each order is changed in a transaction of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.faults import is_database_away
from shared.messaging import Event, publish
from shared.messaging.events import OrderClosed, OrderExpired
from shared.settings import Settings
from subgraphs.shop.clock import now
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.lifecycle import BEFORE_PLACING, OrderEvent, OrderState
from subgraphs.shop.orders.pricing import request_price
from subgraphs.shop.orders.tables import OrderRow
from subgraphs.shop.orders.transition import move

SWEEP_SECONDS = 1.0
ACTOR = "the shop"
_ASIDE = timedelta(minutes=1)
_UNTOUCHED = "nobody changed it for {days} days"
_log = structlog.get_logger(__name__)

Change = Callable[[AsyncSession, OrderRow], Awaitable[None]]


class Sweeper:
    """Expires drafts, renews prices and closes delivered orders."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._draft = timedelta(days=settings.draft_expires_days)
        self._grace = timedelta(seconds=settings.close_after_delivery_seconds)
        self._set_aside: set[UUID] = set()
        self._looks_again = datetime.min.replace(tzinfo=UTC)

    async def run(self) -> None:
        """Sweep until cancelled; what fails is tried again at the next turn."""
        while True:
            try:
                await self.sweep(now())
            except Exception:
                _log.exception("sweep failed, the next one tries again")
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self, moment: datetime) -> None:
        """One turn, as if it were `moment`."""
        if moment >= self._looks_again:
            self._set_aside.clear()
            self._looks_again = moment + _ASIDE
        await self._close(moment - self._grace)
        await self._expire(moment - self._draft)
        await self._renew_prices(moment)

    async def _close(self, before: datetime) -> None:
        async with self._database.glance() as session:
            due = await repository.due(
                session, [OrderState.DELIVERED], OrderRow.delivered_at, before, but=self._set_aside
            )

        async def close(session: AsyncSession, order: OrderRow) -> None:
            move(session, order, OrderEvent.CLOSED)
            models = tuple(dict.fromkeys(line.model_id for line in order.lines))
            event = OrderClosed(order_id=order.id, reference=order.reference, model_ids=models)
            await _tell(session, order, event)

        await self._each(due, lambda order: order.state is OrderState.DELIVERED, close)

    async def _expire(self, before: datetime) -> None:
        async with self._database.glance() as session:
            due = await repository.due(
                session, sorted(BEFORE_PLACING), OrderRow.touched_at, before, but=self._set_aside
            )

        async def expire(session: AsyncSession, order: OrderRow) -> None:
            reason = _UNTOUCHED.format(days=self._draft.days)
            move(session, order, OrderEvent.EXPIRED, note=reason)
            event = OrderExpired(order_id=order.id, reference=order.reference, reason=reason)
            await _tell(session, order, event)

        def is_due(order: OrderRow) -> bool:
            return order.state in BEFORE_PLACING and order.touched_at < before

        await self._each(due, is_due, expire)

    async def _renew_prices(self, moment: datetime) -> None:
        async with self._database.glance() as session:
            due = await repository.due(
                session,
                [OrderState.PRICED],
                OrderRow.price_expires_at,
                moment,
                but=self._set_aside,
            )

        async def renew(session: AsyncSession, order: OrderRow) -> None:
            note = "the price is no longer valid: a new one is computed"
            await request_price(session, order, came_from=order.state, actor=ACTOR, note=note)

        def is_due(order: OrderRow) -> bool:
            expires = order.price_expires_at
            return order.state is OrderState.PRICED and expires is not None and expires < moment

        await self._each(due, is_due, renew)

    async def _each(
        self, due: Sequence[UUID], is_due: Callable[[OrderRow], bool], change: Change
    ) -> None:
        for order_id in due:
            try:
                async with self._database.transaction() as session:
                    order = await repository.lock(session, order_id)
                    if order is not None and is_due(order):
                        await change(session, order)
            except Exception as error:
                if is_database_away(error):
                    raise
                # One bad order must not keep the others waiting, nor many of them fill each turn.
                self._set_aside.add(order_id)
                _log.exception("order cannot be swept", order_id=str(order_id))


async def _tell(session: AsyncSession, order: OrderRow, event: Event) -> None:
    await publish(
        session,
        event,
        aggregate_type="order",
        aggregate_id=order.id,
        correlation_id=order.id,
        actor=ACTOR,
    )
