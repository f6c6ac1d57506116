"""Deciding about orders, in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid, NotFound
from shared.identity import Identity, require
from shared.live import changed
from shared.messaging import Event, publish
from shared.messaging.events import OrderConfirmed, OrderRejected, OrderSnapshot
from shared.money import Money
from subgraphs.crm.access import CARERS
from subgraphs.crm.clock import now
from subgraphs.crm.reviews import repository
from subgraphs.crm.reviews.rule import AUTOMATIC, reasons_to_review
from subgraphs.crm.reviews.state import ReviewState, is_open_to
from subgraphs.crm.reviews.tables import ReviewRow

NO_SUCH_REVIEW = "There is no such review. Open the list to see which there are."
_MAX_WORDS = 2_000


async def open_review(
    session: AsyncSession, order: OrderSnapshot, *, at: datetime, automatic_below: int
) -> ReviewRow:
    """Begin the review of a placed order, and end it at once when nobody has to look.

    `automatic_below` in minor units of the order's currency.
    """
    total = Money(order.total, order.currency)
    reasons = reasons_to_review(total, automatic_below, order.warnings)
    row = ReviewRow(
        id=order.order_id,
        reference=order.reference,
        customer_id=order.owner_id,
        partner_id=order.partner_id,
        customer_name=order.customer_name,
        total=order.total,
        currency=order.currency,
        state=ReviewState.PENDING,
        automatic=not reasons,
        reasons=reasons,
        snapshot=order.model_dump(mode="json"),
        created_at=at,
    )
    session.add(row)
    if row.automatic:
        limit = Money(automatic_below, order.currency)
        why = f"The total is below {limit.text} and there are no warnings."
        await _approve(session, row, by=AUTOMATIC, note=why)
    _tell_pages(session, row)
    return row


async def approve(
    session: AsyncSession, identity: Identity, review_id: UUID, note: str
) -> ReviewRow:
    """Let the order be made; approving twice changes nothing.

    Raises NotFound, Forbidden, and Conflict `ALREADY_DECIDED`.
    """
    row = await _decidable(session, identity, review_id)
    if is_open_to(row.state, ReviewState.APPROVED, row.decided_by):
        await _approve(session, row, by=identity.name, note=_words(note))
        _tell_pages(session, row)
    return row


async def reject(
    session: AsyncSession, identity: Identity, review_id: UUID, reason: str
) -> ReviewRow:
    """Refuse the order with words for its customer; rejecting twice changes nothing.

    Raises NotFound, Forbidden, Invalid without a reason, and Conflict `ALREADY_DECIDED`.
    """
    row = await _decidable(session, identity, review_id)
    words = _words(reason)
    if not words:
        raise Invalid("Say why: the customer reads it.", "REASON")
    if is_open_to(row.state, ReviewState.REJECTED, row.decided_by):
        _decide(row, ReviewState.REJECTED, by=identity.name, words=words)
        event = OrderRejected(
            order_id=row.id,
            reference=row.reference,
            owner_id=row.customer_id,
            decided_by=identity.name,
            reason=words,
        )
        await _publish(session, row, event, identity.name)
        _tell_pages(session, row)
    return row


def withdraw(session: AsyncSession, row: ReviewRow, *, by: str, reason: str) -> None:
    """The order was cancelled: there is nothing to decide, unless it was decided before."""
    if row.state is ReviewState.PENDING:
        words = f"{by} cancelled the order" + (f": {reason}" if reason else ".")
        _decide(row, ReviewState.WITHDRAWN, by=by, words=words)
        _tell_pages(session, row)


async def _decidable(session: AsyncSession, identity: Identity, review_id: UUID) -> ReviewRow:
    require(identity, *CARERS)
    row = await repository.lock(session, review_id)
    if row is None:
        raise NotFound(NO_SUCH_REVIEW)
    return row


async def _approve(session: AsyncSession, row: ReviewRow, *, by: str, note: str) -> None:
    _decide(row, ReviewState.APPROVED, by=by, words=note)
    event = OrderConfirmed(
        order=OrderSnapshot.model_validate(row.snapshot),
        automatic=row.automatic,
        decided_by=by,
        note=note,
    )
    await _publish(session, row, event, by)


def _decide(row: ReviewRow, state: ReviewState, *, by: str, words: str) -> None:
    row.state = state
    row.decided_by = by
    row.decided_at = now()
    row.decision = words or None


def _words(text: str) -> str:
    return text.strip()[:_MAX_WORDS]


def _tell_pages(session: AsyncSession, row: ReviewRow) -> None:
    changed(session, "reviews", f"order:{row.id}")


async def _publish(session: AsyncSession, row: ReviewRow, event: Event, actor: str) -> None:
    await publish(
        session,
        event,
        aggregate_type="review",
        aggregate_id=row.id,
        correlation_id=row.id,
        actor=actor,
    )
