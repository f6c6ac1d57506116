"""Models know the call that waits for a worker, and those never ordered are not kept for ever"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("model", sa.Column("call_id", sa.Text))
    op.add_column(
        "model", sa.Column("forgiven", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    # Models that orders hold are kept whatever this says, and get a new time when they are let go.
    op.execute(
        "update model set retention_until = clock_timestamp() + interval '90 days'"
        " where status = 'ready' and not public and retention_until is null"
    )
