"""Who published which price book and why; drafts of the next one; repeated commands"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.columns import moment
from db.migrations.idempotency import create_idempotency_table

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_idempotency_table()
    op.add_column("price_book", sa.Column("published_by_id", sa.Uuid))
    op.add_column("price_book", sa.Column("published_by", sa.Text))
    op.add_column("price_book", sa.Column("reason", sa.Text))
    op.add_column("price_book", sa.Column("copied_from", sa.Integer))
    op.create_table(
        "price_book_draft",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("owner_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("based_on", sa.Integer, sa.ForeignKey("price_book.version"), nullable=False),
        sa.Column("copied_from", sa.Integer),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        moment("created_at", now=True),
        moment("changed_at", now=True),
    )
    # The preview reads the orders of the last days, newest first, page by page.
    op.create_index("order_request_newest", "order_request", ["requested_at", "order_id"])
