"""Rows of orders, their lines and their history."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, Enum, Float, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Uuid

from db.search import trigrams
from shared.messaging.events import UnitsName
from subgraphs.shop.base import Base
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState

ChannelName = Literal["SHOP", "PARTNER"]
"""Where an order came from."""


_UNPLACED = "state in ('draft', 'pricing', 'priced', 'needs_attention')"


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def _enum(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=32, values_callable=_values)


class OrderRow(Base):
    """An order; amounts in minor units of `currency`, `total` with tax.

    `touched_at` is the customer's last change; a draft expires by it. `customer_email` is empty
    as long as only a visitor stands behind the order.
    """

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[OrderState] = mapped_column(_enum(OrderState))
    revision: Mapped[int]
    channel: Mapped[ChannelName] = mapped_column(Text)
    owner_id: Mapped[UUID]
    partner_id: Mapped[UUID | None]
    partner_reference: Mapped[str | None]
    customer_name: Mapped[str]
    customer_email: Mapped[str]
    currency: Mapped[str]
    total: Mapped[int | None] = mapped_column(BigInteger)
    tax: Mapped[int | None] = mapped_column(BigInteger)
    auto_place_up_to: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[dict[str, str] | None]
    warnings: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    problem_code: Mapped[str | None]
    problem_message: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    touched_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    price_expires_at: Mapped[datetime | None]
    placed_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    lines: Mapped[list["OrderLineRow"]] = relationship(
        lazy="raise", order_by="OrderLineRow.position", cascade="all, delete-orphan"
    )

    __table_args__ = (
        trigrams(
            "orders_search", "reference", "customer_name", "customer_email", "partner_reference"
        ),
        Index("orders_of_owner", "owner_id", "id"),
        Index("orders_in_state", "state", "id"),
        Index("orders_unplaced", "touched_at", postgresql_where=text(_UNPLACED)),
        Index("orders_unplaced_of_owner", "owner_id", "id", postgresql_where=text(_UNPLACED)),
        Index("orders_priced", "price_expires_at", postgresql_where=text("state = 'priced'")),
        Index("orders_delivered", "delivered_at", postgresql_where=text("state = 'delivered'")),
    )


class OrderLineRow(Base):
    """A part of an order. `rotation` in degrees about x, y, z; prices before tax.

    `file_name` is empty until the editor has checked the model. `adders` are the ids under which
    the person who added the line may own its model: a model still in work is compared with them
    once its owner is known.
    """

    __tablename__ = "order_line"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    model_id: Mapped[UUID] = mapped_column(index=True)
    file_name: Mapped[str]
    adders: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    material: Mapped[str]
    finish: Mapped[str]
    quantity: Mapped[int]
    scale: Mapped[float]
    units: Mapped[UnitsName] = mapped_column(Text)
    rotation: Mapped[list[float]] = mapped_column(ARRAY(Float))
    lead_time: Mapped[str] = mapped_column(server_default=text("'standard'"))
    unit_price: Mapped[int | None] = mapped_column(BigInteger)
    total_price: Mapped[int | None] = mapped_column(BigInteger)


class OrderTransitionRow(Base):
    """One step of an order's history, late ones included; in the order of `id`."""

    __tablename__ = "order_transition"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    from_state: Mapped[OrderState | None] = mapped_column(_enum(OrderState))
    to_state: Mapped[OrderState] = mapped_column(_enum(OrderState))
    event: Mapped[OrderEvent] = mapped_column(_enum(OrderEvent))
    note: Mapped[str | None]
