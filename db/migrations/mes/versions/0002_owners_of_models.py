"""Whose a model is, so that its price and its measures are told to nobody else"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("model_file", sa.Column("owner_id", sa.Uuid))
    op.add_column(
        "model_file",
        sa.Column("public", sa.Boolean, nullable=False, server_default=sa.false()),
    )
