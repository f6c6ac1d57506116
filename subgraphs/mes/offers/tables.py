"""Offers: what a person is asked to price, and what they decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.mes.base import Base
from subgraphs.mes.offers.state import OfferState

_STATE = Enum(
    OfferState,
    native_enum=False,
    length=16,
    values_callable=lambda states: [state.value for state in states],
)


class OfferRow(Base):
    """The offer for one revision of an order.

    `lines` as `subgraphs.mes.offers.line` reads them, under the price book of the time when a
    person was asked. `reason` is what the price, the refusal or the end was explained with.
    """

    __tablename__ = "offer"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order_request.order_id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    price_book: Mapped[int] = mapped_column(ForeignKey("price_book.version"))
    currency: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    state: Mapped[OfferState] = mapped_column(_STATE)
    asked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_by_id: Mapped[UUID | None]
    reason: Mapped[str | None]

    __table_args__ = (
        Index("offer_waiting", "asked_at", "order_id", postgresql_where=text("state = 'waiting'")),
    )
