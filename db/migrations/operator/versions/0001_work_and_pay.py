"""Work orders, pay rates and the pay ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.columns import moment
from db.migrations.messaging import create_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATES = (
    "AVAILABLE",
    "CLAIMED",
    "IN_PRODUCTION",
    "PROBLEM",
    "MANUFACTURED",
    "SHIPPED",
    "DELIVERED",
    "CANCELLED",
)


def _step() -> "sa.Column[str]":
    kind = sa.Enum(
        "FINISH", "SHIP", name="pay_step", native_enum=False, create_constraint=True, length=16
    )
    return sa.Column("step", kind, primary_key=True)


def upgrade() -> None:
    create_messaging_tables()
    _create_work()
    _create_pay()


def _create_work() -> None:
    state = sa.Enum(
        *_STATES, name="work_state", native_enum=False, create_constraint=True, length=16
    )
    op.create_table(
        "work_order",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("partner_id", sa.Uuid),
        sa.Column("holder_id", sa.Uuid),
        sa.Column("holder_name", sa.Text),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("address", JSONB, nullable=False),
        sa.Column("order_total", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("pay", sa.BigInteger, nullable=False),
        sa.Column("pay_rule", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("carrier", sa.Text),
        sa.Column("tracking_number", sa.Text),
        moment("created_at"),
        moment("updated_at"),
        sa.CheckConstraint(
            "case state when 'AVAILABLE' then holder_id is null"
            " when 'CANCELLED' then true else holder_id is not null end",
            name="work_holder",
        ),
    )
    newest_first = [sa.text("created_at desc"), sa.text("id desc")]
    op.create_index("work_order_board", "work_order", ["state", *newest_first])
    op.create_index(
        "work_order_held",
        "work_order",
        ["holder_id", "state", *newest_first],
        postgresql_where=sa.text("holder_id is not null"),
    )
    op.create_index(
        "work_order_reference",
        "work_order",
        ["reference"],
        postgresql_ops={"reference": "text_pattern_ops"},
    )
    op.create_table(
        "cancelled_order",
        sa.Column("order_id", sa.Uuid, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column(
            "cancelled_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            server_default=sa.func.now(),
        ),
    )


def _create_pay() -> None:
    rate = op.create_table(
        "pay_rate",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("currency", sa.Text, primary_key=True),
        _step(),
        sa.Column("base", sa.BigInteger, nullable=False),
        sa.Column("share", sa.Integer, nullable=False),
    )
    op.create_table(
        "pay_entry",
        sa.Column("order_id", sa.Uuid, primary_key=True),
        _step(),
        sa.Column("operator_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("pay_rule", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        moment("booked_at"),
    )
    op.create_index("pay_entry_day", "pay_entry", ["operator_id", "day", sa.text("booked_at desc")])
    op.execute(
        "create function refuse_change() returns trigger language plpgsql as $$"
        " begin raise exception 'the pay ledger is only ever added to'; end $$"
    )
    op.execute(
        "create trigger pay_entry_append_only before update or delete or truncate on pay_entry"
        " for each statement execute function refuse_change()"
    )
    op.bulk_insert(
        rate,
        [
            {"version": 1, "currency": "EUR", "step": "FINISH", "base": 250, "share": 800},
            {"version": 1, "currency": "EUR", "step": "SHIP", "base": 150, "share": 200},
        ],
    )
