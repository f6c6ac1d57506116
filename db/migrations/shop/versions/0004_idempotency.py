"""One table of idempotency keys for all commands; the submissions move into it"""

from alembic import op

from db.migrations.idempotency import create_idempotency_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_idempotency_table()
    op.execute(
        "insert into idempotency_key (owner, operation, key, body_hash, answer, created_at)"
        " select partner_id, 'submitOrder', idempotency_key, body_hash,"
        " jsonb_build_object('orderId', order_id), created_at from submission"
    )
    op.drop_table("submission")
