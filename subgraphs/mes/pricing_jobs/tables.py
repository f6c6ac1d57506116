"""Pricing jobs: the record of what has to be computed, whatever becomes of the queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jobs.leased_rows import Leased
from subgraphs.mes.base import Base


class PricingJobRow(Leased, Base):
    """Analyses to compute, for one revision of an order or for one model ahead of any order.

    `requests` are the analyses wanted. `waiting_for` are the models not known yet. `call_id` is
    the queue's call of the worker that was called last, `promoted_at` when a regular job was given
    to the priority pool because it had waited long enough.
    """

    __tablename__ = "pricing_job"

    lane: Mapped[str]
    stage: Mapped[str]
    order_id: Mapped[UUID | None]
    revision: Mapped[int | None]
    model_id: Mapped[UUID | None]
    analysis_key: Mapped[str | None]
    requests: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    waiting_for: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    problem_code: Mapped[str | None]
    problem_message: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    queued_at: Mapped[datetime | None]
    call_id: Mapped[str | None]
    promoted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("order_id", "revision"),
        CheckConstraint("(order_id is null) = (revision is null)", name="pricing_job_revision"),
        CheckConstraint("(order_id is null) <> (model_id is null)", name="pricing_job_subject"),
        Index(
            "pricing_job_open",
            "lane",
            "queued_at",
            postgresql_where=text("stage in ('queued', 'running')"),
        ),
        Index(
            "pricing_job_of_analysis",
            "analysis_key",
            unique=True,
            postgresql_where=text("order_id is null and stage in ('queued', 'running')"),
        ),
        Index("pricing_job_of_model", "model_id", postgresql_where=text("model_id is not null")),
        Index(
            "pricing_job_waiting",
            "waiting_for",
            postgresql_using="gin",
            postgresql_where=text("stage = 'waiting_for_model'"),
        ),
    )
