"""Models, and the orders that need them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.columns import moment
from db.migrations.messaging import create_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables()
    op.create_table(
        "model",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text),
        sa.Column("format", sa.Text),
        sa.Column("report", JSONB),
        sa.Column("rejection_code", sa.Text),
        sa.Column("rejection_message", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("lease_token", sa.Uuid),
        moment("lease_until", nullable=True),
        moment("hinted_at", nullable=True),
        moment("retention_until", nullable=True),
        moment("objects_deleted_at", nullable=True),
        sa.Column(
            "created_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            server_default=sa.func.clock_timestamp(),
        ),
        sa.CheckConstraint(
            "status in ('awaiting_upload', 'processing', 'ready', 'rejected', 'expired')",
            name="model_status",
        ),
    )
    op.create_index("model_of_owner", "model", ["owner_id", "id"])
    _index(
        "model_unfinished", "created_at", "status in ('awaiting_upload', 'processing', 'rejected')"
    )
    _index("model_retention", "retention_until", "status = 'ready' and retention_until is not null")
    _index("model_left_over", "id", "status = 'expired' and objects_deleted_at is null")
    op.create_table(
        "model_use",
        sa.Column(
            "model_id", sa.Uuid, sa.ForeignKey("model.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("order_id", sa.Uuid, primary_key=True),
    )
    op.create_index("ix_model_use_order_id", "model_use", ["order_id"])


def _index(name: str, column: str, condition: str) -> None:
    op.create_index(name, "model", [column], postgresql_where=sa.text(condition))
