"""Who can be written to: accounts, and what each order said of its customer."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.notification.rows import Row


class AccountContact(Row):
    """An account's address, as accounts announced it."""

    __tablename__ = "account_contact"

    account_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    email: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)


class OrderContact(Row):
    """An order's customer and newest revision, as the shop announced them; `email` may be empty
    for a visitor's basket."""

    __tablename__ = "order_contact"

    order_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(sa.Uuid)
    partner_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    reference: Mapped[str] = mapped_column(sa.Text)
    channel: Mapped[str] = mapped_column(sa.Text)
    partner_reference: Mapped[str | None] = mapped_column(sa.Text)
    email: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    revision: Mapped[int] = mapped_column(sa.Integer)

    @property
    def from_partner(self) -> bool:
        return self.channel == "PARTNER"
