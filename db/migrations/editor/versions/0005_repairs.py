"""A model may be the repaired form of another, which is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "model",
        sa.Column("repaired_from", sa.Uuid, sa.ForeignKey("model.id", ondelete="SET NULL")),
    )
    op.create_index(
        "model_repaired",
        "model",
        ["repaired_from", "id"],
        postgresql_where=sa.text("repaired_from is not null"),
    )
