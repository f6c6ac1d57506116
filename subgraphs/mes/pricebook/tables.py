"""Versions of the price book."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.mes.base import Base


class PriceBookRow(Base):
    """One version of all prices, never changed; the highest number is in force.

    Who published it and why is empty for the first, which came with the installation.
    `copied_from` is the older version that it began with.
    """

    __tablename__ = "price_book"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    valid_from: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    published_by_id: Mapped[UUID | None]
    published_by: Mapped[str | None]
    reason: Mapped[str | None]
    copied_from: Mapped[int | None]
