"""Customers, reviews and journeys"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from db.migrations.messaging import create_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    create_messaging_tables()
    _create_customers()
    _create_reviews()
    _create_journeys()


def _create_customers() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("order_count", sa.Integer, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("customer_since", "customer", ["since", "id"])
    op.create_table(
        "customer_note",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customer.id"), nullable=False, index=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def _create_reviews() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("partner_id", sa.Uuid),
        sa.Column("customer_name", sa.Text, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("automatic", sa.Boolean, nullable=False),
        sa.Column("reasons", ARRAY(sa.Text), nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", _TIME),
        sa.Column("decision", sa.Text),
        sa.Column("snapshot", JSONB, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_index("review_newest", "review", ["created_at", "id"])
    op.create_index("review_in_state", "review", ["state", "created_at", "id"])
    op.create_index("review_of_customer", "review", ["customer_id", "created_at", "id"])


def _create_journeys() -> None:
    op.create_table(
        "journey_step",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("order_id", sa.Uuid),
        sa.Column("model_id", sa.Uuid),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("actor", sa.Text),
    )
    for kind in ("order", "model"):
        op.create_index(
            f"journey_of_{kind}",
            "journey_step",
            [f"{kind}_id", "at"],
            postgresql_where=sa.text(f"{kind}_id is not null"),
        )
    op.create_table(
        "journey_model",
        sa.Column("order_id", sa.Uuid, primary_key=True),
        sa.Column("model_id", sa.Uuid, primary_key=True, index=True),
    )
    op.create_table(
        "journey_order",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("owner_id", sa.Uuid),
        sa.Column("partner_id", sa.Uuid),
        sa.Column("revision", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("last_event", sa.Text, nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_index(
        "journey_open",
        "journey_order",
        ["last_event", "last_at"],
        postgresql_where=sa.text("ended is false"),
    )
