"""The table of idempotency keys, in the database of each service that creates something."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData()

idempotency_key = sa.Table(
    "idempotency_key",
    metadata,
    sa.Column("owner", sa.Uuid, primary_key=True),
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body_hash", sa.Text, nullable=False),
    sa.Column("answer", JSONB),
    sa.Column(
        "created_at",
        sa.TIMESTAMP(timezone=True),
        nullable=False,
        server_default=sa.text("clock_timestamp()"),
        index=True,
    ),
)


def attach(service_metadata: sa.MetaData) -> None:
    """Make this table part of a service's own metadata."""
    idempotency_key.to_metadata(service_metadata)
