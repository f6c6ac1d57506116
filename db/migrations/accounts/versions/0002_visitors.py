"""The visitors that an account signed in as, kept beyond their sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visitor",
        sa.Column(
            "account_id",
            sa.Uuid,
            sa.ForeignKey("account.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("visitor_id", sa.Uuid, primary_key=True),
        sa.Column(
            "signed_in_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
    )
    op.create_index("visitor_newest", "visitor", ["account_id", sa.text("signed_in_at DESC")])
    op.execute(
        "INSERT INTO visitor (account_id, visitor_id, signed_in_at)"
        " SELECT account_id, visitor_id, max(created_at) FROM session"
        " WHERE visitor_id IS NOT NULL AND visitor_id <> account_id"
        " GROUP BY account_id, visitor_id"
    )
    op.drop_column("session", "visitor_id")
