"""The rows of sessions and of failed sign-ins."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.accounts.metadata import Row

_Time = sa.TIMESTAMP(timezone=True)


class SessionRow(Row):
    """A browser that is signed in."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    account_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(_Time, server_default=sa.func.now())
    expires_at: Mapped[datetime] = mapped_column(_Time, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(_Time)


class SignInAttemptsRow(Row):
    """Sign-ins to one e-mail address that have not succeeded, whether it has an account or not."""

    __tablename__ = "sign_in_attempts"

    email_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(sa.Integer)
    last_at: Mapped[datetime] = mapped_column(_Time, index=True)
