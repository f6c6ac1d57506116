"""The catalogue, what is known of models, and orders"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from db.migrations.messaging import create_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.TIMESTAMP(timezone=True)


def _now(name: str, *, index: bool = False) -> "sa.Column[datetime]":
    default = sa.text("clock_timestamp()")
    return sa.Column(name, _TIME, nullable=False, server_default=default, index=index)


def _order() -> "sa.Column[object]":
    to_order = sa.ForeignKey("orders.id", ondelete="CASCADE")
    return sa.Column("order_id", sa.Uuid, to_order, nullable=False, index=True)


def upgrade() -> None:
    create_messaging_tables()
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("model_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("default_material", sa.Text, nullable=False),
        sa.Column("default_finish", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "model",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("owner_id", sa.Uuid),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("refusal", sa.Text),
        _now("changed_at"),
    )
    _create_orders()
    _create_lines()
    op.create_table(
        "order_transition",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _order(),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("from_state", sa.String(32)),
        sa.Column("to_state", sa.String(32), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_table(
        "submission",
        sa.Column("partner_id", sa.Uuid, primary_key=True),
        sa.Column("idempotency_key", sa.Text, primary_key=True),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("order_id", sa.Uuid, nullable=False),
        _now("created_at", index=True),
    )


def _create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("partner_id", sa.Uuid),
        sa.Column("partner_reference", sa.Text),
        sa.Column("customer_name", sa.Text, nullable=False),
        sa.Column("customer_email", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("total", sa.BigInteger),
        sa.Column("tax", sa.BigInteger),
        sa.Column("auto_place_up_to", sa.BigInteger),
        sa.Column("address", JSONB),
        sa.Column("warnings", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("problem_code", sa.Text),
        sa.Column("problem_message", sa.Text),
        _now("created_at"),
        _now("updated_at"),
        _now("touched_at"),
        sa.Column("price_expires_at", _TIME),
        sa.Column("placed_at", _TIME),
        sa.Column("delivered_at", _TIME),
    )
    op.create_index("orders_of_owner", "orders", ["owner_id", "id"])
    op.create_index("orders_in_state", "orders", ["state", "id"])
    unplaced = sa.text("state in ('draft', 'pricing', 'priced', 'needs_attention')")
    op.create_index("orders_unplaced", "orders", ["touched_at"], postgresql_where=unplaced)
    op.create_index(
        "orders_unplaced_of_owner", "orders", ["owner_id", "id"], postgresql_where=unplaced
    )
    priced = sa.text("state = 'priced'")
    op.create_index("orders_priced", "orders", ["price_expires_at"], postgresql_where=priced)
    delivered = sa.text("state = 'delivered'")
    op.create_index("orders_delivered", "orders", ["delivered_at"], postgresql_where=delivered)


def _create_lines() -> None:
    op.create_table(
        "order_line",
        sa.Column("id", sa.Uuid, primary_key=True),
        _order(),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("model_id", sa.Uuid, nullable=False, index=True),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("adders", ARRAY(sa.Uuid), nullable=False),
        sa.Column("material", sa.Text, nullable=False),
        sa.Column("finish", sa.Text, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("scale", sa.Float, nullable=False),
        sa.Column("units", sa.Text, nullable=False),
        sa.Column("rotation", ARRAY(sa.Float), nullable=False),
        sa.Column("unit_price", sa.BigInteger),
        sa.Column("total_price", sa.BigInteger),
    )
