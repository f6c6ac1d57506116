"""Customers are told that a person makes no price"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("notification_kind", "notification", type_="check")
    kinds = ("priced", "confirmed", "rejected", "shipped", "declined")
    op.create_check_constraint("notification_kind", "notification", sa.column("kind").in_(kinds))
