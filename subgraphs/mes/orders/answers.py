"""The two answers to a request for a price: the price, or the reason why there is none."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.rounding import share
from shared.messaging import Event, publish
from shared.messaging.events import OrderPriceCalculated, OrderPricingFailed, PricedLine
from subgraphs.mes.orders.plan import LinePriced, Priced
from subgraphs.mes.orders.repository import OrderRepository
from subgraphs.mes.orders.tables import OrderPriceRow, OrderRequestRow
from subgraphs.mes.refusal import Refusal


async def give_price(
    session: AsyncSession,
    order: OrderRequestRow,
    priced: Priced,
    *,
    valid_days: int,
    made_by: str | None = None,
) -> None:
    """Keep the one price of this revision and tell of it; `made_by` names who made it by hand."""
    # Not the book in force: another one may have been published since these were computed.
    first = priced.lines[0].price
    valid_until = datetime.now(UTC) + timedelta(days=valid_days)
    OrderRepository(session).add_price(
        OrderPriceRow(
            order_id=order.order_id,
            revision=order.revision,
            price_book=first.book_version,
            currency=first.currency,
            total=priced.total,
            tax=priced.tax,
            lines=[_stored(line) for line in priced.lines],
            valid_until=valid_until,
        )
    )
    event = OrderPriceCalculated(
        order_id=order.order_id,
        revision=order.revision,
        lines=tuple(_announced(line) for line in priced.lines),
        total=priced.total,
        tax=priced.tax,
        currency=first.currency,
        price_book=first.book_version,
        valid_until=valid_until,
        warnings=priced.warnings,
        by_hand=made_by is not None,
    )
    await _announce(session, order.order_id, event, made_by)


async def give_none(
    session: AsyncSession,
    order: OrderRequestRow,
    refusal: Refusal,
    line_id: UUID | None = None,
    *,
    decided_by: str | None = None,
) -> None:
    """Tell that this revision has no price; `decided_by` names who declined to make one."""
    event = OrderPricingFailed(
        order_id=order.order_id,
        revision=order.revision,
        line_id=line_id,
        code=refusal.code,
        message=refusal.message,
    )
    await _announce(session, order.order_id, event, decided_by)


async def _announce(
    session: AsyncSession, order_id: UUID, event: Event, actor: str | None = None
) -> None:
    await publish(
        session,
        event,
        aggregate_type="price",
        aggregate_id=order_id,
        correlation_id=order_id,
        actor=actor,
    )


def _stored(priced: LinePriced) -> dict[str, object]:
    return {"line_id": str(priced.line.line_id), "price": priced.price.to_dict()}


def _announced(priced: LinePriced) -> PricedLine:
    net = priced.price.net_minor
    return PricedLine(
        line_id=priced.line.line_id, unit=share(net, priced.price.quantity), total=net
    )
