"""Delivery survives its bus: the reconciler's positions, whole dead letters, acts on them"""

from db.migrations.messaging import complete_messaging_tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    complete_messaging_tables()
