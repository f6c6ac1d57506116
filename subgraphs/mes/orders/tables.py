"""Orders as mes sees them: what is to be priced, and the price."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, false, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.mes.base import Base


class OrderRequestRow(Base):
    """The newest request to price an order. Older revisions are answered no more, and nobody is
    asked about an order that is `ended`: cancelled or expired."""

    __tablename__ = "order_request"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    channel: Mapped[str]
    owner_id: Mapped[UUID]
    partner_id: Mapped[UUID | None]
    currency: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    requested_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    ended: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (Index("order_request_newest", "requested_at", "order_id"),)


class OrderPriceRow(Base):
    """The one price of one revision of an order. Minor units; `total` includes `tax`."""

    __tablename__ = "order_price"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order_request.order_id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    price_book: Mapped[int] = mapped_column(ForeignKey("price_book.version"))
    currency: Mapped[str]
    total: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    valid_until: Mapped[datetime]
    calculated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
