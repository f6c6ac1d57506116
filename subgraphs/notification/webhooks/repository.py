"""The webhooks' SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from subgraphs.notification.webhooks.tables import DeliveryState, Webhook, WebhookDelivery

_now = sa.func.clock_timestamp
_ANY_DUE = sa.text("""
    select exists (
        select from webhook_delivery d join webhook w on w.id = d.webhook_id
        where d.state = 'PENDING' and d.due_at <= statement_timestamp() and w.disabled_at is null
    )
""")
_LISTENING = sa.text("""
    select c.reference, c.partner_reference, array(
        select w.id from webhook w
        where w.partner_id = c.partner_id
            and (w.kinds = '{}' or w.kinds @> array[cast(:kind as text)])
    )
    from order_contact c where c.order_id = :order_id
""")
_PENDING = WebhookDelivery.state == DeliveryState.PENDING


@dataclass(frozen=True, slots=True)
class Listening:
    """An order by its names, and its partner's webhooks that want the news, disabled ones too."""

    reference: str
    partner_reference: str | None
    webhooks: Sequence[UUID]


async def add(session: AsyncSession, values: Mapping[str, object]) -> Webhook:
    made = sa.insert(Webhook).values(**values, created_at=_now()).returning(Webhook)
    return (await session.scalars(made)).one()


async def count_of(session: AsyncSession, partner_id: UUID) -> int:
    """Held until the transaction ends against another that counts for the same partner."""
    await session.execute(
        sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(str(partner_id), 0)))
    )
    counted = sa.select(sa.func.count()).where(Webhook.partner_id == partner_id)
    return await session.scalar(counted) or 0


async def of_partner(session: AsyncSession, partner_id: UUID) -> Sequence[Webhook]:
    """Oldest first."""
    query = sa.select(Webhook).where(Webhook.partner_id == partner_id)
    return (await session.scalars(query.order_by(Webhook.created_at, Webhook.id))).all()


async def change(
    session: AsyncSession, webhook_id: UUID, partner_id: UUID, **values: object
) -> Webhook | None:
    """The webhook with its new values; None unless it is the partner's."""
    changed = (
        sa.update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.partner_id == partner_id)
        .values(**values)
        .returning(Webhook)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    found: Webhook | None = await session.scalar(changed)
    return found


async def delete(session: AsyncSession, webhook_id: UUID, partner_id: UUID) -> bool:
    """Delete it with all that was or is to be sent there."""
    gone = sa.delete(Webhook).where(Webhook.id == webhook_id, Webhook.partner_id == partner_id)
    return (await session.scalar(gone.returning(Webhook.id))) is not None


async def listening(session: AsyncSession, order_id: UUID, kind: str) -> Listening | None:
    """Who wants news of `kind` about an order; None while nothing is known of the order."""
    found = await session.execute(_LISTENING, {"order_id": order_id, "kind": kind})
    row = found.one_or_none()
    return None if row is None else Listening(*row)


async def intend(session: AsyncSession, deliveries: Sequence[Mapping[str, object]]) -> None:
    """Have news sent, once for each address and event."""
    rows = [
        dict(delivery)
        | {"state": DeliveryState.PENDING, "attempts": 0, "due_at": _now(), "created_at": _now()}
        for delivery in deliveries
    ]
    await session.execute(insert(WebhookDelivery).values(rows).on_conflict_do_nothing())


async def deliveries_of(
    session: AsyncSession, webhook_id: UUID, limit: int, before: int | None
) -> Sequence[WebhookDelivery]:
    """Newest first, from below number `before`."""
    query = sa.select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    if before is not None:
        query = query.where(WebhookDelivery.number < before)
    return (await session.scalars(query.order_by(WebhookDelivery.number.desc()).limit(limit))).all()


async def send_again(
    session: AsyncSession, delivery_id: UUID, partner_id: UUID
) -> WebhookDelivery | None:
    """Make it due now with all attempts before it; None unless it is the partner's."""
    own = sa.select(Webhook.id).where(Webhook.partner_id == partner_id)
    again = (
        sa.update(WebhookDelivery)
        .where(WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id.in_(own))
        .values(state=DeliveryState.PENDING, attempts=0, last_error=None, due_at=_now())
        .returning(WebhookDelivery)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    found: WebhookDelivery | None = await session.scalar(again)
    return found


async def hurry(session: AsyncSession, webhook_id: UUID) -> None:
    """Make all that waits for an address due now."""
    await session.execute(
        sa.update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook_id, _PENDING)
        .values(due_at=_now(), attempts=0)
    )


async def any_due(session: AsyncSession) -> bool:
    """Whether news may be due: a cheap question, asked again and again."""
    return bool(await session.scalar(_ANY_DUE))


async def take_due(
    session: AsyncSession, limit: int, each: int, busy: Collection[UUID], lease: timedelta
) -> Sequence[tuple[WebhookDelivery, Webhook]]:
    """Take up to `limit` deliveries, at most `each` for one address and none for a `busy` one.

    News of one order leave one after the other for each address. Taken ones are due again after
    `lease`, so that they come back if this sender dies.
    """
    earlier = aliased(WebhookDelivery)
    first_in_line = ~sa.exists().where(
        earlier.webhook_id == WebhookDelivery.webhook_id,
        earlier.order_id == WebhookDelivery.order_id,
        earlier.number < WebhookDelivery.number,
        earlier.state == DeliveryState.PENDING,
    )
    place = sa.func.row_number().over(
        partition_by=WebhookDelivery.webhook_id, order_by=WebhookDelivery.number
    )
    due = (
        sa.select(WebhookDelivery.id, place.label("place"))
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(
            _PENDING,
            WebhookDelivery.due_at <= _now(),
            Webhook.disabled_at.is_(None),
            WebhookDelivery.webhook_id.not_in(busy),
            first_in_line,
        )
        .subquery()
    )
    chosen = (
        sa.select(WebhookDelivery.id)
        .where(
            WebhookDelivery.id.in_(sa.select(due.c.id).where(due.c.place <= each)),
            _PENDING,
            WebhookDelivery.due_at <= _now(),
        )
        .order_by(WebhookDelivery.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        sa.update(WebhookDelivery)
        .where(WebhookDelivery.id.in_(chosen))
        .values(attempts=WebhookDelivery.attempts + 1, due_at=_now() + lease)
        .returning(WebhookDelivery)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    deliveries = (await session.scalars(taken)).all()
    if not deliveries:
        return []
    query = sa.select(Webhook).where(Webhook.id.in_({d.webhook_id for d in deliveries}))
    webhooks = {webhook.id: webhook for webhook in await session.scalars(query)}
    ordered = sorted(deliveries, key=lambda delivery: delivery.number)
    return [(d, webhooks[d.webhook_id]) for d in ordered if d.webhook_id in webhooks]


async def renew(session: AsyncSession, delivery: WebhookDelivery, lease: timedelta) -> bool:
    """Keep it from being due for another `lease`; False when it is not this attempt's any more."""
    renewed = (
        sa.update(WebhookDelivery)
        .where(*_attempt(delivery))
        .values(due_at=_now() + lease)
        .returning(WebhookDelivery.id)
    )
    return (await session.scalar(renewed)) is not None


async def accepted(session: AsyncSession, delivery: WebhookDelivery, status: int) -> None:
    await _note(
        session,
        WebhookDelivery.id == delivery.id,
        {
            "state": DeliveryState.SENT,
            "sent_at": _now(),
            "last_status": status,
            "last_error": None,
        },
    )
    await session.execute(
        sa.update(Webhook).where(Webhook.id == delivery.webhook_id).values(accepted_at=_now())
    )


async def postpone(
    session: AsyncSession,
    delivery: WebhookDelivery,
    seconds: float,
    status: int | None,
    error: str,
) -> None:
    due = _now() + timedelta(seconds=seconds)
    values = {"due_at": due, "last_status": status, "last_error": error}
    await _note(session, sa.and_(*_attempt(delivery)), values)


async def failed(
    session: AsyncSession, delivery: WebhookDelivery, status: int | None, error: str
) -> None:
    """No further attempt, unless the partner asks for one."""
    values = {"state": DeliveryState.FAILED, "last_status": status, "last_error": error}
    await _note(session, sa.and_(*_attempt(delivery)), values)


async def disable(
    session: AsyncSession, webhook_id: UUID, reason: str, *, unless_accepted_for: timedelta
) -> bool:
    """Call the address no more, unless it took something within that time."""
    silent = sa.or_(
        Webhook.accepted_at.is_(None), Webhook.accepted_at <= _now() - unless_accepted_for
    )
    disabled = (
        sa.update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.disabled_at.is_(None), silent)
        .values(disabled_at=_now(), disabled_reason=reason)
        .returning(Webhook.id)
    )
    return (await session.scalar(disabled)) is not None


async def forget(session: AsyncSession, older_than: timedelta, limit: int) -> int:
    """Delete old deliveries that nobody waits for, or that wait for a disabled address."""
    settled = sa.or_(
        ~_PENDING,
        WebhookDelivery.webhook_id.in_(
            sa.select(Webhook.id).where(Webhook.disabled_at < _now() - older_than)
        ),
    )
    old = (
        sa.select(WebhookDelivery.id)
        .where(WebhookDelivery.created_at < _now() - older_than, settled)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = await session.execute(
        sa.delete(WebhookDelivery)
        .where(WebhookDelivery.id.in_(old.scalar_subquery()))
        .returning(WebhookDelivery.id)
    )
    return len(gone.all())


def _attempt(delivery: WebhookDelivery) -> tuple[sa.ColumnElement[bool], ...]:
    """True while nobody has taken it since: whoever was stopped meanwhile says nothing of it."""
    return (
        WebhookDelivery.id == delivery.id,
        WebhookDelivery.attempts == delivery.attempts,
        _PENDING,
    )


async def _note(
    session: AsyncSession, whose: sa.ColumnElement[bool], values: Mapping[str, Any]
) -> None:
    await session.execute(sa.update(WebhookDelivery).where(whose, _PENDING).values(**values))
