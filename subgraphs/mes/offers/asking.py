"""Asking a person for a price, and asking no longer. The order's row is locked by the caller."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from shared.live import changed
from subgraphs.mes.offers.line import OfferLine
from subgraphs.mes.offers.repository import OfferRepository
from subgraphs.mes.offers.state import OfferState
from subgraphs.mes.offers.tables import OfferRow
from subgraphs.mes.orders.answers import give_none
from subgraphs.mes.orders.plan import FOR_A_PERSON, Asked
from subgraphs.mes.orders.tables import OrderRequestRow
from subgraphs.mes.refusal import Refusal

TOPIC = "offers"
SENTENCE = (
    "A person makes the price of this order, since a part of it has none at once. We tell you when "
    "it is there; nothing is made before you accept it."
)


async def ask_a_person(session: AsyncSession, order: OrderRequestRow, asked: Asked) -> None:
    """Put the order on the list of those who make offers, and tell its customer."""
    await give_none(session, order, Refusal(FOR_A_PERSON, SENTENCE), asked.first.line.line_id)
    if order.ended:
        return
    offers = OfferRepository(session)
    made = await offers.last_made(order.order_id)
    earlier = [OfferLine.from_dict(line) for line in made.lines] if made is not None else []
    offers.add(
        OfferRow(
            order_id=order.order_id,
            revision=order.revision,
            price_book=asked.book_version,
            currency=order.currency,
            lines=[OfferLine.of(line).remembering(earlier).to_dict() for line in asked.lines],
            state=OfferState.WAITING,
        )
    )
    changed(session, TOPIC)


async def withdraw_offer(session: AsyncSession, order_id: UUID, why: str) -> None:
    """Nobody need make the offer that an order waits for, if it waits for one."""
    row = await OfferRepository(session).waiting_for(order_id)
    if row is not None:
        row.state, row.reason, row.decided_at = OfferState.VOID, why, func.clock_timestamp()
        changed(session, TOPIC, f"order:{order_id}")
