"""Customers and reviews are found by a piece of a name, an address or a reference"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Trusted since PostgreSQL 13: the owner of the database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _search("customer", "name", "email")
    _search("review", "reference", "customer_name")


def _search(table: str, *columns: str) -> None:
    op.create_index(
        f"{table}_search",
        table,
        list(columns),
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(columns, "gin_trgm_ops"),
    )
