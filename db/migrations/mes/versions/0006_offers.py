"""Prices that a person makes, and orders that need none any more"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.columns import moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "order_request",
        sa.Column("ended", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "offer",
        sa.Column("order_id", sa.Uuid, sa.ForeignKey("order_request.order_id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("price_book", sa.Integer, sa.ForeignKey("price_book.version"), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        moment("asked_at", now=True),
        moment("decided_at", nullable=True),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_by_id", sa.Uuid),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint("state in ('waiting', 'made', 'declined', 'void')", name="offer_state"),
    )
    op.create_index(
        "offer_waiting",
        "offer",
        ["asked_at", "order_id"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
