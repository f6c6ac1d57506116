"""The pay ledger becomes double-entry: each entry is posted as wages and as owed to its operator"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _named(kind: str, *values: str) -> "sa.Enum":
    return sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    op.create_table(
        "pay_posting",
        sa.Column("order_id", sa.Uuid, primary_key=True),
        sa.Column("step", _named("pay_step", "FINISH", "SHIP"), primary_key=True),
        sa.Column("account", _named("pay_account", "WAGES", "PAYABLE"), primary_key=True),
        sa.Column("operator_id", sa.Uuid),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id", "step"], ["pay_entry.order_id", "pay_entry.step"], name="posting_of_entry"
        ),
        sa.CheckConstraint("(account = 'PAYABLE') = (operator_id is not null)", name="owed_to"),
    )
    op.execute(
        "insert into pay_posting (order_id, step, account, operator_id, amount, currency)"
        " select order_id, step, 'WAGES', null, amount, currency from pay_entry"
        " union all"
        " select order_id, step, 'PAYABLE', operator_id, -amount, currency from pay_entry"
    )
    op.execute(
        "create trigger pay_posting_append_only before update or delete or truncate on pay_posting"
        " for each statement execute function refuse_change()"
    )
    # At the end of the transaction, since an entry's sides are separate rows.
    op.execute(
        "create function refuse_imbalance() returns trigger language plpgsql as $$ begin"
        " if (select coalesce(sum(p.amount), 0) <> 0 or count(*) <> 2 from pay_posting p"
        "     where p.order_id = new.order_id and p.step = new.step) then"
        " raise exception 'an entry of the pay ledger is posted as two sides that balance';"
        " end if; return null; end $$"
    )
    for table in ("pay_entry", "pay_posting"):
        op.execute(
            f"create constraint trigger {table}_balance after insert on {table}"
            " deferrable initially deferred for each row execute function refuse_imbalance()"
        )
