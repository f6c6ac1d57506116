"""Rows of customers and the notes about them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Enum, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.search import trigrams
from subgraphs.crm.base import Base
from subgraphs.crm.customers.kind import CustomerKind


class CustomerRow(Base):
    """A customer; `id` is the account's. `order_count` counts placed orders."""

    __tablename__ = "customer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    kind: Mapped[CustomerKind] = mapped_column(Enum(CustomerKind, native_enum=False, length=16))
    since: Mapped[datetime]
    order_count: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (
        Index("customer_since", "since", "id"),
        trigrams("customer_search", "name", "email"),
    )


class CustomerNoteRow(Base):
    """What staff wrote down about a customer."""

    __tablename__ = "customer_note"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    at: Mapped[datetime]
    author: Mapped[str]
    text: Mapped[str]
