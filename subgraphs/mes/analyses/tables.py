"""Analyses by the hash of what they were computed from."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.mes.base import Base


class AnalysisRow(Base):
    """An analysis, or the refusal of one; `key` is that of `AnalysisRequest.key`.

    `seconds` is what computing it took, for the expected time that people are shown.
    """

    __tablename__ = "analysis"

    key: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    profile: Mapped[str]
    result: Mapped[dict[str, Any] | None]
    refusal_code: Mapped[str | None]
    refusal_message: Mapped[str | None]
    seconds: Mapped[float]
    computed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (Index("analysis_latest", "computed_at"),)
