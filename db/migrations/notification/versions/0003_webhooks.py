"""Partners' webhooks, and what is sent there"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from db.migrations.columns import moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PENDING = sa.text("state = 'PENDING'")


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("partner_id", sa.Uuid, nullable=False, index=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("kinds", ARRAY(sa.Text), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("old_secret", sa.LargeBinary),
        moment("old_secret_until", nullable=True),
        moment("created_at"),
        moment("disabled_at", nullable=True),
        sa.Column("disabled_reason", sa.Text),
        moment("accepted_at", nullable=True),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), unique=True, nullable=False),
        sa.Column(
            "webhook_id", sa.Uuid, sa.ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("order_id", sa.Uuid),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "SENT",
                "FAILED",
                name="webhook_delivery_state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_error", sa.Text),
        moment("due_at"),
        moment("created_at"),
        moment("sent_at", nullable=True),
        sa.UniqueConstraint("webhook_id", "event_id"),
    )
    op.create_index(
        "webhook_delivery_due", "webhook_delivery", ["due_at"], postgresql_where=_PENDING
    )
    op.create_index(
        "webhook_delivery_line",
        "webhook_delivery",
        ["webhook_id", "order_id", "number"],
        postgresql_where=_PENDING,
    )
    op.create_index(
        "webhook_delivery_newest", "webhook_delivery", ["webhook_id", sa.text("number desc")]
    )
