"""How soon each line of an order is wanted"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "order_line",
        sa.Column("lead_time", sa.Text, nullable=False, server_default=sa.text("'standard'")),
    )
