"""Jobs know the call that waits for a worker, and how often a slow worker was forgiven"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pricing_job", sa.Column("call_id", sa.Text))
    op.add_column(
        "pricing_job",
        sa.Column("forgiven", sa.Integer, nullable=False, server_default=sa.text("0")),
    )
