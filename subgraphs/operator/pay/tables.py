"""Pay: the rates in force, and the ledger of what was earned. Money in minor units."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.operator.pay.posting import Account
from subgraphs.operator.pay.rule import PayStep
from subgraphs.operator.rows import Row

STEP = sa.Enum(PayStep, name="pay_step", native_enum=False, create_constraint=True, length=16)
ACCOUNT = sa.Enum(Account, name="pay_account", native_enum=False, create_constraint=True, length=16)


class PayRate(Row):
    """What one step pays under a version of the rule; `share` in basis points of the total."""

    __tablename__ = "pay_rate"

    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    step: Mapped[PayStep] = mapped_column(STEP, primary_key=True)
    base: Mapped[int] = mapped_column(sa.BigInteger)
    share: Mapped[int] = mapped_column(sa.Integer)


class PayEntry(Row):
    """One line of the ledger: written once, never changed. `day` is the day in UTC."""

    __tablename__ = "pay_entry"

    order_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    step: Mapped[PayStep] = mapped_column(STEP, primary_key=True)
    operator_id: Mapped[UUID] = mapped_column(sa.Uuid)
    reference: Mapped[str] = mapped_column(sa.Text)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.Text)
    pay_rule: Mapped[int] = mapped_column(sa.Integer)
    day: Mapped[date] = mapped_column(sa.Date)
    booked_at: Mapped[datetime] = mapped_column(sa.TIMESTAMP(timezone=True))

    __table_args__ = (sa.Index("pay_entry_day", operator_id, day, booked_at.desc()),)


class PayPosting(Row):
    """One side of an entry in the books. The database refuses a transaction that leaves the
    postings of an entry out of balance, and any change of what is posted.

    `amount`: a debit is above zero, a credit below. `operator_id` says to whom a payable is owed.
    """

    __tablename__ = "pay_posting"

    order_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    step: Mapped[PayStep] = mapped_column(STEP, primary_key=True)
    account: Mapped[Account] = mapped_column(ACCOUNT, primary_key=True)
    operator_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.Text)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["order_id", "step"], ["pay_entry.order_id", "pay_entry.step"], name="posting_of_entry"
        ),
        sa.CheckConstraint("(account = 'PAYABLE') = (operator_id is not null)", name="owed_to"),
    )
