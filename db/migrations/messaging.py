"""The messaging tables, as each service's migrations make them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import UserDefinedType

from db.migrations.columns import moment


class _TransactionId(UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


_CURRENT_TRANSACTION = sa.text("pg_current_xact_id()")


def create_messaging_tables() -> None:
    """Create outbox, inbox and their companions."""
    op.create_table(
        "aggregate",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False, unique=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("schema_version", sa.Integer, nullable=False),
        sa.Column("aggregate_type", sa.Text, nullable=False),
        sa.Column("aggregate_id", sa.Uuid, nullable=False),
        sa.Column("aggregate_version", sa.BigInteger, nullable=False),
        sa.Column("correlation_id", sa.Uuid, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("headers", JSONB, nullable=False),
        moment("created_at", now=True),
        moment("published_at", nullable=True),
        sa.UniqueConstraint("aggregate_id", "aggregate_version"),
    )
    op.create_index(
        "outbox_unpublished", "outbox", ["seq"], postgresql_where=sa.text("published_at is null")
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        moment("applied_at", now=True),
    )
    op.create_table(
        "inbox_position",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("producer", sa.Text, primary_key=True),
        sa.Column("aggregate_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "inbox_parked",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("producer", sa.Text, primary_key=True),
        sa.Column("aggregate_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("envelope", JSONB, nullable=False),
        moment("parked_at", now=True),
    )
    op.create_table(
        "inbox_retry",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("envelope", JSONB, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        moment("due_at"),
    )
    op.create_index("inbox_retry_due", "inbox_retry", ["consumer", "due_at"])
    op.create_table(
        "dead_letter",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("envelope", JSONB, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        moment("died_at", now=True),
    )


def complete_messaging_tables() -> None:
    """What delivery that survives its bus needs: the reconciler's positions, whole dead letters.

    Bodies are kept as the bytes that travelled: JSONB refuses a NUL, and a letter that cannot be
    kept would stop its consumer for ever.
    """
    op.add_column(
        "outbox",
        sa.Column("tx", _TransactionId, nullable=False, server_default=_CURRENT_TRANSACTION),
    )
    op.create_index("outbox_committed", "outbox", ["tx", "seq"])
    op.create_index("outbox_correlation", "outbox", ["correlation_id"])
    op.create_table(
        "outbox_reader",
        sa.Column("consumer", sa.Text, primary_key=True),
        *_position_columns(),
        moment("confirmed_at", now=True),
    )
    op.create_index("inbox_applied_at", "inbox", ["applied_at"])
    op.create_table(
        "inbox_watermark",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("producer", sa.Text, primary_key=True),
        *_position_columns(),
        sa.Column("tries", sa.Integer, nullable=False, server_default=sa.text("0")),
        moment("checked_at", now=True),
    )
    op.add_column("inbox_parked", sa.Column("event_id", sa.Uuid))
    op.add_column("inbox_parked", sa.Column("type", sa.Text))
    op.add_column("inbox_parked", sa.Column("correlation_id", sa.Uuid))
    _bodies(
        "inbox_parked",
        "event_id = (envelope->>'id')::uuid",
        "type = envelope->>'type'",
        "correlation_id = (envelope->>'correlation_id')::uuid",
    )
    for name in ("event_id", "type", "correlation_id"):
        op.alter_column("inbox_parked", name, nullable=False)
    for table in ("inbox_retry", "dead_letter"):
        for column in _of_the_event():
            op.add_column(table, column)
        _bodies(
            table,
            "type = envelope->>'type'",
            "producer = envelope->>'producer'",
            "aggregate_id = (envelope->>'aggregate_id')::uuid",
            "version = (envelope->>'aggregate_version')::bigint",
            "correlation_id = (envelope->>'correlation_id')::uuid",
        )
        op.alter_column(table, "type", nullable=False)
        op.alter_column(table, "producer", nullable=False)
    for name in ("aggregate_id", "version", "correlation_id"):
        op.alter_column("inbox_retry", name, nullable=False)
    op.add_column(
        "inbox_retry", sa.Column("trace", sa.Text, nullable=False, server_default=sa.text("''"))
    )
    op.alter_column("inbox_retry", "trace", server_default=None)
    op.add_column("inbox_retry", moment("failed_at", now=True))
    op.add_column("dead_letter", moment("discarded_at", nullable=True))
    op.add_column("dead_letter", sa.Column("discarded_by", sa.Text))
    op.add_column("dead_letter", sa.Column("discard_reason", sa.Text))
    op.create_index(
        "dead_letter_open",
        "dead_letter",
        ["died_at"],
        postgresql_where=sa.text("discarded_at is null"),
    )
    op.create_table(
        "delivery_act",
        sa.Column("id", sa.Uuid, primary_key=True),
        moment("at", now=True),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid),
        sa.Column("reason", sa.Text),
    )
    op.create_index("delivery_act_newest", "delivery_act", [sa.text("at DESC")])


def _position_columns() -> tuple["sa.Column[Any]", ...]:
    return (
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("tx", _TransactionId, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )


def _of_the_event() -> tuple["sa.Column[Any]", ...]:
    return (
        sa.Column("type", sa.Text),
        sa.Column("producer", sa.Text),
        sa.Column("aggregate_id", sa.Uuid),
        sa.Column("version", sa.BigInteger),
        sa.Column("correlation_id", sa.Uuid),
    )


def _bodies(table: str, *others: str) -> None:
    op.add_column(table, sa.Column("body", sa.LargeBinary))
    values = ", ".join(("body = convert_to(envelope::text, 'UTF8')", *others))
    op.execute(f"update {table} set {values}")  # noqa: S608 - all of it stands in this file
    op.alter_column(table, "body", nullable=False)
    op.drop_column(table, "envelope")
