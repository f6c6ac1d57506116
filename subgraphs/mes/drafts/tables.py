"""Drafts of the next price book."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.mes.base import Base


class DraftRow(Base):
    """The draft of one manager: always a valid book. `revision` grows with each change.

    It can be published while `based_on` is the version in force; `copied_from` is the older
    version that it began with, if it was one.
    """

    __tablename__ = "price_book_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(unique=True)
    owner: Mapped[str]
    based_on: Mapped[int] = mapped_column(ForeignKey("price_book.version"))
    copied_from: Mapped[int | None]
    revision: Mapped[int]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
