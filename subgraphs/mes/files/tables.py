"""What mes knows of the models that can be priced."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.mes.base import Base


class ModelFileRow(Base):
    """A model as its event told of it: usable (`content_hash` and `facts` are set), refused, or
    expired (it is no longer in storage)."""

    __tablename__ = "model_file"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    object_key: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    content_hash: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None]
    owner_id: Mapped[UUID | None]
    public: Mapped[bool] = mapped_column(server_default=text("false"))
    refusal_code: Mapped[str | None]
    refusal_message: Mapped[str | None]
    expired: Mapped[bool] = mapped_column(server_default=text("false"))
    known_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
