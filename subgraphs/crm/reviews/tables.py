"""Rows of reviews."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Enum, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.search import trigrams
from subgraphs.crm.base import Base
from subgraphs.crm.reviews.state import ReviewState


class ReviewRow(Base):
    """The review of a placed order; `id` is the order's, `total` in minor units of `currency`.

    `snapshot` is the order as its customer accepted it, to be handed on when it is approved.
    """

    __tablename__ = "review"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    customer_id: Mapped[UUID]
    partner_id: Mapped[UUID | None]
    customer_name: Mapped[str]
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    state: Mapped[ReviewState] = mapped_column(Enum(ReviewState, native_enum=False, length=16))
    automatic: Mapped[bool]
    reasons: Mapped[list[str]]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    snapshot: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    __table_args__ = (
        trigrams("review_search", "reference", "customer_name"),
        Index("review_newest", "created_at", "id"),
        Index("review_in_state", "state", "created_at", "id"),
        Index("review_of_customer", "customer_id", "created_at", "id"),
    )
