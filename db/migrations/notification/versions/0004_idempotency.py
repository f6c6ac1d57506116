"""Commands that create something can be repeated: their idempotency keys and answers"""

from db.migrations.idempotency import create_idempotency_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_idempotency_table()
