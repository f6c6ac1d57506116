"""Where partners want to hear of their orders, and what was or is to be sent there."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.notification.rows import Row

_time = sa.TIMESTAMP(timezone=True)


class DeliveryState(StrEnum):
    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"


_STATE = sa.Enum(
    DeliveryState,
    name="webhook_delivery_state",
    native_enum=False,
    create_constraint=True,
    length=16,
)


class Webhook(Row):
    """An address of a partner's. `kinds` are the news that it wants, an empty list all of them.

    `secret` signs what is sent, so it is kept as it is; `old_secret` signs beside it until
    `old_secret_until`, so that a partner can change over without missing anything. What is for a
    disabled address waits until it is enabled. `accepted_at` is when it last took something.
    """

    __tablename__ = "webhook"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(sa.Uuid, index=True)
    url: Mapped[str] = mapped_column(sa.Text)
    description: Mapped[str] = mapped_column(sa.Text)
    kinds: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    secret: Mapped[bytes] = mapped_column(sa.LargeBinary)
    old_secret: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    old_secret_until: Mapped[datetime | None] = mapped_column(_time)
    created_at: Mapped[datetime] = mapped_column(_time)
    disabled_at: Mapped[datetime | None] = mapped_column(_time)
    disabled_reason: Mapped[str | None] = mapped_column(sa.Text)
    accepted_at: Mapped[datetime | None] = mapped_column(_time)


class WebhookDelivery(Row):
    """One piece of news for one address, intended exactly once: (`webhook_id`, `event_id`) is
    unique. It is sent at least once, always under the same `id` and with the same `body`.

    `number` counts what is intended for all addresses; news of one order leave in this order.
    """

    __tablename__ = "webhook_delivery"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    webhook_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhook.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(sa.Uuid)
    order_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    kind: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)
    state: Mapped[DeliveryState] = mapped_column(_STATE)
    attempts: Mapped[int] = mapped_column(sa.Integer)
    last_status: Mapped[int | None] = mapped_column(sa.Integer)
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    due_at: Mapped[datetime] = mapped_column(_time)
    created_at: Mapped[datetime] = mapped_column(_time)
    sent_at: Mapped[datetime | None] = mapped_column(_time)

    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "event_id"),
        sa.Index("webhook_delivery_due", due_at, postgresql_where=state == DeliveryState.PENDING),
        sa.Index(
            "webhook_delivery_line",
            webhook_id,
            order_id,
            number,
            postgresql_where=state == DeliveryState.PENDING,
        ),
        sa.Index("webhook_delivery_newest", webhook_id, number.desc()),
    )
