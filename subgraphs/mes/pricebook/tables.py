"""Versions of the price book."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.mes.base import Base


class PriceBookRow(Base):
    """One version of all prices, never changed; the highest number is in force."""

    __tablename__ = "price_book"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    valid_from: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
