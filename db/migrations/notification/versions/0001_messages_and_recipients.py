"""Messages, and who they can be written to."""

import sqlalchemy as sa
from alembic import op

from db.migrations.columns import moment
from db.migrations.messaging import create_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    create_messaging_tables()
    op.create_table(
        "account_contact",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "order_contact",
        sa.Column("order_id", sa.Uuid, primary_key=True),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("partner_id", sa.Uuid),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("partner_reference", sa.Text),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    _create_notification()


def _create_notification() -> None:
    kinds = _one_of("notification_kind", "priced", "confirmed", "rejected", "shipped")
    states = _one_of("notification_state", "PENDING", "SENT", "FAILED")
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("occasion", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("recipient_name", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False, unique=True),
        sa.Column("state", states, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        moment("due_at"),
        moment("created_at"),
        moment("sent_at", nullable=True),
        sa.UniqueConstraint("order_id", "kind", "occasion"),
    )
    newest_first = [sa.text("created_at desc"), sa.text("id desc")]
    op.create_index(
        "notification_due",
        "notification",
        ["due_at"],
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.create_index("notification_newest", "notification", newest_first)
    op.create_index("notification_state", "notification", ["state", *newest_first])
    op.create_index("notification_account", "notification", ["account_id", *newest_first])
