"""The rows of API keys."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.accounts.metadata import Row

_Time = sa.TIMESTAMP(timezone=True)


class ApiKeyRow(Row):
    """A partner's key: `prefix` is what its owner knows it by, `key_hash` what it is known by."""

    __tablename__ = "api_key"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(sa.Text)
    prefix: Mapped[str] = mapped_column(sa.Text)
    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(_Time, server_default=sa.func.now())
    last_used_at: Mapped[datetime | None] = mapped_column(_Time)
    revoked_at: Mapped[datetime | None] = mapped_column(_Time)
