"""What CRM staff do with offers, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.pricing.agreement import Customer
from jobs.pricing.book import PriceBook
from jobs.pricing.offer import offer
from shared.errors import Invalid, NotFound
from shared.idempotency.claim import claim, hash_of
from shared.identity import Identity, Role, require
from shared.live import changed
from shared.money import Money
from subgraphs.mes.offers.asking import TOPIC
from subgraphs.mes.offers.line import OfferLine
from subgraphs.mes.offers.repository import OfferRepository
from subgraphs.mes.offers.state import (
    OfferState,
    check_amounts,
    check_open,
    check_reason,
)
from subgraphs.mes.offers.tables import OfferRow
from subgraphs.mes.orders.answers import give_none, give_price
from subgraphs.mes.orders.plan import LARGEST_TOTAL, LinePriced, Priced
from subgraphs.mes.orders.repository import OrderRepository
from subgraphs.mes.orders.service import customer_of
from subgraphs.mes.orders.tables import OrderRequestRow
from subgraphs.mes.pricebook.repository import PriceBookRepository
from subgraphs.mes.refusal import Refusal

CARERS: tuple[Role, ...] = ("crm", "manager")
DECLINED = "OFFER_DECLINED"


class OfferService:
    """For crm and managers alone: others get Forbidden and SignInRequired.

    Both commands take the `revision` that was looked at, and have one effect for each idempotency
    key. They raise NotFound, Invalid REASON, and Conflict OFFER_VOID or ALREADY_DECIDED.
    """

    def __init__(self, session: AsyncSession, identity: Identity, valid_days: int) -> None:
        require(identity, *CARERS)
        self._session = session
        self._identity = identity
        self._valid_days = valid_days
        self._offers = OfferRepository(session)

    async def make(
        self,
        order_id: UUID,
        revision: int,
        amounts: Mapping[UUID, int],
        reason: str,
        key: str | None = None,
    ) -> OfferRow:
        """Give the order its price: `amounts` before tax in minor units for each line that has
        none. Raises Invalid AMOUNTS and TOO_EXPENSIVE besides."""
        words = check_reason(reason)
        sent = {str(line): amount for line, amount in amounts.items()}
        body = {"order": order_id, "revision": revision, "amounts": sent, "reason": words}
        claimed = await claim(
            self._session, self._identity.subject, "makeOffer", key, hash_of(body)
        )
        order, row = await self._lock(order_id, revision)
        if claimed.answer is not None:
            return row
        check_open(row.state, row.decided_by, row.reason)
        lines = [OfferLine.from_dict(line) for line in row.lines]
        check_amounts({line.id for line in lines if line.asked}, amounts, row.currency)
        book = await PriceBookRepository(self._session).find(row.price_book)
        if book is None:
            raise NotFound(
                f"There is no version {row.price_book} of the price book. Decline the offer: the "
                "customer can order anew."
            )
        priced = priced_by_hand(lines, amounts, words, book.book, customer_of(order))
        self._decide(row, OfferState.MADE, words)
        row.lines = [
            replace(line, price=made.price).to_dict()
            for line, made in zip(lines, priced.lines, strict=True)
        ]
        await give_price(
            self._session,
            order,
            priced,
            valid_days=self._valid_days,
            made_by=self._identity.name,
        )
        await claimed.keep({"orderId": str(order_id)})
        return await self._kept(row)

    async def decline(
        self, order_id: UUID, revision: int, reason: str, key: str | None = None
    ) -> OfferRow:
        """Make no price; the customer reads the reason."""
        words = check_reason(reason)
        body = {"order": order_id, "revision": revision, "reason": words}
        claimed = await claim(
            self._session, self._identity.subject, "declineOffer", key, hash_of(body)
        )
        order, row = await self._lock(order_id, revision)
        if claimed.answer is not None:
            return row
        check_open(row.state, row.decided_by, row.reason)
        self._decide(row, OfferState.DECLINED, words)
        sentence = f"We cannot make you a price: {words}"
        await give_none(
            self._session,
            order,
            Refusal(DECLINED, sentence),
            decided_by=self._identity.name,
        )
        await claimed.keep({"orderId": str(order_id)})
        return await self._kept(row)

    async def _lock(self, order_id: UUID, revision: int) -> tuple[OrderRequestRow, OfferRow]:
        order = await OrderRepository(self._session).lock(order_id)
        row = await self._offers.of(order_id, revision)
        if order is None or row is None:
            raise NotFound("Nobody asked for this offer. Open the list to see which there are.")
        return order, row

    async def _kept(self, row: OfferRow) -> OfferRow:
        """The row with the database's time in it."""
        await self._session.flush()
        await self._session.refresh(row, ["decided_at"])
        return row

    def _decide(self, row: OfferRow, state: OfferState, words: str) -> None:
        row.state, row.reason, row.decided_at = state, words, func.clock_timestamp()
        row.decided_by, row.decided_by_id = self._identity.name, self._identity.subject
        changed(self._session, TOPIC, f"order:{row.order_id}")


def priced_by_hand(
    lines: Sequence[OfferLine],
    amounts: Mapping[UUID, int],
    reason: str,
    book: PriceBook,
    customer: Customer,
) -> Priced:
    """All lines with their prices: a computed one keeps its own, the others cost `amounts`.

    Raises Invalid TOO_EXPENSIVE when together they cost more than one order can.
    """
    priced = Priced(
        tuple(
            LinePriced(
                line.line,
                line.price or offer(amounts[line.id], line.line.quantity, reason, book, customer),
            )
            for line in lines
        )
    )
    if priced.total > LARGEST_TOTAL:
        largest = Money(LARGEST_TOTAL, book.currency).text
        raise Invalid(
            f"With tax the order would cost more than {largest}, the most that one can. Decline it "
            "and ask the customer to order in parts.",
            "TOO_EXPENSIVE",
        )
    return priced
