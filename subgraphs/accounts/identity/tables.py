"""The rows of visitors that became accounts."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.accounts.metadata import Row


class VisitorRow(Row):
    """A visitor that an account once signed in as; it outlives the session.

    What the visitor began, an order or a model, stays the account's from any browser.
    """

    __tablename__ = "visitor"

    account_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    visitor_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    signed_in_at: Mapped[datetime] = mapped_column(
        sa.TIMESTAMP(timezone=True), server_default=sa.func.now()
    )

    __table_args__ = (sa.Index("visitor_newest", account_id, sa.desc("signed_in_at")),)
