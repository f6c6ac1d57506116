"""Rows of models and of the orders that hold on to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from jobs.leased_rows import Leased
from subgraphs.editor.base import Base


class ModelRow(Leased, Base):
    """One uploaded file; `size` and `content_type` are what the presigned upload was signed for.

    `call_id` is the queue's call of the worker that was called last. What is `repaired_from`
    another model was not uploaded but made from that one's file.
    """

    __tablename__ = "model"

    owner_id: Mapped[UUID]
    file_name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    content_type: Mapped[str]
    public: Mapped[bool] = mapped_column(server_default=text("false"))
    status: Mapped[str]
    content_hash: Mapped[str | None]
    format: Mapped[str | None]
    report: Mapped[dict[str, Any] | None]
    rejection_code: Mapped[str | None]
    rejection_message: Mapped[str | None]
    call_id: Mapped[str | None]
    repaired_from: Mapped[UUID | None] = mapped_column(ForeignKey("model.id", ondelete="SET NULL"))
    retention_until: Mapped[datetime | None]
    objects_deleted_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        Index("model_of_owner", "owner_id", "id"),
        Index(
            "model_repaired",
            "repaired_from",
            "id",
            postgresql_where=text("repaired_from is not null"),
        ),
        Index(
            "model_unfinished",
            "created_at",
            postgresql_where=text("status in ('awaiting_upload', 'processing', 'rejected')"),
        ),
        Index(
            "model_retention",
            "retention_until",
            postgresql_where=text("status = 'ready' and retention_until is not null"),
        ),
        Index(
            "model_left_over",
            "id",
            postgresql_where=text("status = 'expired' and objects_deleted_at is null"),
        ),
    )


class ModelUseRow(Base):
    """An order that was placed and has not ended keeps its models."""

    __tablename__ = "model_use"

    model_id: Mapped[UUID] = mapped_column(
        ForeignKey("model.id", ondelete="CASCADE"), primary_key=True
    )
    order_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
