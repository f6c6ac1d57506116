"""Orders are found by a piece of their reference or of who ordered them"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = ("reference", "customer_name", "customer_email", "partner_reference")


def upgrade() -> None:
    # Trusted since PostgreSQL 13: the owner of the database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_index(
        "orders_search",
        "orders",
        list(_COLUMNS),
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(_COLUMNS, "gin_trgm_ops"),
    )
