"""The messages: what is to be said to whom, and how far sending it is."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.notification.messages.kinds import Kind
from subgraphs.notification.rows import Row


class NotificationState(StrEnum):
    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"


KIND = sa.Enum(
    Kind,
    name="notification_kind",
    native_enum=False,
    create_constraint=True,
    length=16,
    values_callable=lambda kinds: [kind.value for kind in kinds],
)
STATE = sa.Enum(
    NotificationState,
    name="notification_state",
    native_enum=False,
    create_constraint=True,
    length=16,
)
_time = sa.TIMESTAMP(timezone=True)
_NEWEST_FIRST: tuple[sa.UnaryExpression[Any], ...] = (sa.desc("created_at"), sa.desc("id"))


class Notification(Row):
    """One message, intended exactly once: (`order_id`, `kind`, `occasion`) is unique.

    It is sent at least once, always under the same `message_id`. `due_at` is when it may next be
    tried; a sender that takes it moves `due_at` on, so that it comes back if the sender dies.
    """

    __tablename__ = "notification"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(sa.Uuid)
    kind: Mapped[Kind] = mapped_column(KIND)
    occasion: Mapped[int] = mapped_column(sa.Integer)
    account_id: Mapped[UUID] = mapped_column(sa.Uuid)
    recipient: Mapped[str] = mapped_column(sa.Text)
    recipient_name: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    message_id: Mapped[str] = mapped_column(sa.Text, unique=True)
    state: Mapped[NotificationState] = mapped_column(STATE)
    attempts: Mapped[int] = mapped_column(sa.Integer)
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    due_at: Mapped[datetime] = mapped_column(_time)
    created_at: Mapped[datetime] = mapped_column(_time)
    sent_at: Mapped[datetime | None] = mapped_column(_time)

    __table_args__ = (
        sa.UniqueConstraint("order_id", "kind", "occasion"),
        sa.Index("notification_due", due_at, postgresql_where=state == NotificationState.PENDING),
        sa.Index("notification_newest", *_NEWEST_FIRST),
        sa.Index("notification_state", state, *_NEWEST_FIRST),
        sa.Index("notification_account", account_id, *_NEWEST_FIRST),
    )
