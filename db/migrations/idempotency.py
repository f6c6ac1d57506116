"""The table of idempotency keys, as the migrations of several services make it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.columns import moment


def create_idempotency_table() -> None:
    """Create the table of `shared.idempotency`."""
    op.create_table(
        "idempotency_key",
        sa.Column("owner", sa.Uuid, primary_key=True),
        sa.Column("operation", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("answer", JSONB),
        moment("created_at", now=True),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
