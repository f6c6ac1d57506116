"""The price book, model files, analyses, pricing jobs and prices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from db.migrations.columns import moment
from db.migrations.messaging import create_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables()
    op.create_table(
        "price_book",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", JSONB, nullable=False),
        moment("valid_from", now=True),
    )
    op.create_table(
        "model_file",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("object_key", sa.Text),
        sa.Column("size", sa.BigInteger),
        sa.Column("content_hash", sa.Text),
        sa.Column("facts", JSONB),
        sa.Column("refusal_code", sa.Text),
        sa.Column("refusal_message", sa.Text),
        sa.Column("expired", sa.Boolean, nullable=False, server_default=sa.false()),
        moment("known_at", now=True),
    )
    op.create_table(
        "analysis",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("result", JSONB),
        sa.Column("refusal_code", sa.Text),
        sa.Column("refusal_message", sa.Text),
        sa.Column("seconds", sa.Float, nullable=False),
        moment("computed_at", now=True),
        sa.CheckConstraint(
            "(result is null) <> (refusal_code is null)", name="analysis_one_answer"
        ),
    )
    op.create_index("analysis_latest", "analysis", ["computed_at"])
    _create_orders()
    _create_jobs()


def _create_orders() -> None:
    op.create_table(
        "order_request",
        sa.Column("order_id", sa.Uuid, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("partner_id", sa.Uuid),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        moment("requested_at", now=True),
    )
    op.create_table(
        "order_price",
        sa.Column("order_id", sa.Uuid, sa.ForeignKey("order_request.order_id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("price_book", sa.Integer, sa.ForeignKey("price_book.version"), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("tax", sa.BigInteger, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("valid_until", sa.TIMESTAMP(timezone=True), nullable=False),
        moment("calculated_at", now=True),
    )


def _create_jobs() -> None:
    op.create_table(
        "pricing_job",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("order_id", sa.Uuid),
        sa.Column("revision", sa.Integer),
        sa.Column("model_id", sa.Uuid),
        sa.Column("analysis_key", sa.Text),
        sa.Column("requests", JSONB, nullable=False),
        sa.Column("waiting_for", ARRAY(sa.Uuid), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("lease_token", sa.Uuid),
        moment("lease_until", nullable=True),
        sa.Column("problem_code", sa.Text),
        sa.Column("problem_message", sa.Text),
        moment("created_at", now=True),
        moment("queued_at", nullable=True),
        moment("hinted_at", nullable=True),
        moment("promoted_at", nullable=True),
        moment("started_at", nullable=True),
        moment("finished_at", nullable=True),
        sa.UniqueConstraint("order_id", "revision"),
        sa.CheckConstraint("(order_id is null) = (revision is null)", name="pricing_job_revision"),
        sa.CheckConstraint("(order_id is null) <> (model_id is null)", name="pricing_job_subject"),
        sa.CheckConstraint("lane in ('priority', 'regular')", name="pricing_job_lane"),
        sa.CheckConstraint(
            "stage in ('waiting_for_model', 'queued', 'running', 'done', 'failed',"
            " 'needs_attention', 'superseded')",
            name="pricing_job_stage",
        ),
        sa.CheckConstraint(
            "(stage = 'running') = (lease_token is not null)", name="pricing_job_lease"
        ),
    )
    op.create_index(
        "pricing_job_open",
        "pricing_job",
        ["lane", "queued_at"],
        postgresql_where=sa.text("stage in ('queued', 'running')"),
    )
    op.create_index(
        "pricing_job_of_analysis",
        "pricing_job",
        ["analysis_key"],
        unique=True,
        postgresql_where=sa.text("order_id is null and stage in ('queued', 'running')"),
    )
    op.create_index(
        "pricing_job_of_model",
        "pricing_job",
        ["model_id"],
        postgresql_where=sa.text("model_id is not null"),
    )
    op.create_index(
        "pricing_job_waiting",
        "pricing_job",
        ["waiting_for"],
        postgresql_using="gin",
        postgresql_where=sa.text("stage = 'waiting_for_model'"),
    )
