"""The work orders of the operators, and the orders that the shop cancelled."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.operator.rows import Row
from subgraphs.operator.work.lifecycle import WorkState

STATE = sa.Enum(WorkState, name="work_state", native_enum=False, create_constraint=True, length=16)
_time = sa.TIMESTAMP(timezone=True)
_NEWEST_FIRST: tuple[sa.UnaryExpression[Any], ...] = (sa.desc("created_at"), sa.desc("id"))


class WorkOrder(Row):
    """One confirmed order to be made. `id` is the order's id; money in minor units.

    `lines` and `address` are what OrderConfirmed said, without prices.
    """

    __tablename__ = "work_order"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    reference: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[WorkState] = mapped_column(STATE)
    version: Mapped[int] = mapped_column(sa.Integer)
    owner_id: Mapped[UUID] = mapped_column(sa.Uuid)
    partner_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    holder_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    holder_name: Mapped[str | None] = mapped_column(sa.Text)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    address: Mapped[dict[str, Any]] = mapped_column(JSONB)
    order_total: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.Text)
    pay: Mapped[int] = mapped_column(sa.BigInteger)
    pay_rule: Mapped[int] = mapped_column(sa.Integer)
    problem: Mapped[str | None] = mapped_column(sa.Text)
    carrier: Mapped[str | None] = mapped_column(sa.Text)
    tracking_number: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(_time)
    updated_at: Mapped[datetime] = mapped_column(_time)

    __table_args__ = (
        sa.CheckConstraint(
            "case state when 'AVAILABLE' then holder_id is null"
            " when 'CANCELLED' then true else holder_id is not null end",
            name="work_holder",
        ),
        sa.Index("work_order_board", state, *_NEWEST_FIRST),
        sa.Index(
            "work_order_held",
            holder_id,
            state,
            *_NEWEST_FIRST,
            postgresql_where=holder_id.is_not(None),
        ),
        sa.Index(
            "work_order_reference",
            reference,
            postgresql_ops={"reference": "text_pattern_ops"},
        ),
    )


class CancelledOrder(Row):
    """An order that the shop cancelled, kept in case its confirmation arrives later."""

    __tablename__ = "cancelled_order"

    order_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    cancelled_at: Mapped[datetime] = mapped_column(_time, server_default=sa.func.now())
