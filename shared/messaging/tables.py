"""The tables that every service's database has for sending and receiving events."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import UserDefinedType

metadata = sa.MetaData()


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's `xid8`: the number of a transaction, which never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


_now = sa.func.clock_timestamp()


def _time(name: str, **kind: object) -> "sa.Column[object]":
    return sa.Column(name, sa.TIMESTAMP(timezone=True), **kind)  # type: ignore[arg-type]


aggregate = sa.Table(
    "aggregate",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    sa.Column("tx", TransactionId, nullable=False, server_default=sa.text("pg_current_xact_id()")),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("schema_version", sa.Integer, nullable=False),
    sa.Column("aggregate_type", sa.Text, nullable=False),
    sa.Column("aggregate_id", sa.Uuid, nullable=False),
    sa.Column("aggregate_version", sa.BigInteger, nullable=False),
    sa.Column("correlation_id", sa.Uuid, nullable=False),
    sa.Column("payload", JSONB, nullable=False),
    sa.Column("headers", JSONB, nullable=False),
    _time("created_at", nullable=False, server_default=_now),
    _time("published_at"),
    sa.UniqueConstraint("aggregate_id", "aggregate_version"),
    sa.Index(
        "outbox_unpublished", "seq", postgresql_where=sa.literal_column("published_at").is_(None)
    ),
    sa.Index("outbox_committed", "tx", "seq"),
    sa.Index("outbox_correlation", "correlation_id"),
)

outbox_reader = sa.Table(
    "outbox_reader",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("epoch", sa.Text, nullable=False),
    sa.Column("tx", TransactionId, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    _time("confirmed_at", nullable=False, server_default=_now),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    _time("applied_at", nullable=False, server_default=_now),
    sa.Index("inbox_applied_at", "applied_at"),
)

watermark = sa.Table(
    "inbox_watermark",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("producer", sa.Text, primary_key=True),
    sa.Column("epoch", sa.Text, nullable=False),
    sa.Column("tx", TransactionId, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    # How often events past it were begun to be applied since it moved.
    sa.Column("tries", sa.Integer, nullable=False, server_default=sa.text("0")),
    _time("checked_at", nullable=False, server_default=_now),
)

position = sa.Table(
    "inbox_position",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("producer", sa.Text, primary_key=True),
    sa.Column("aggregate_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
)

parked = sa.Table(
    "inbox_parked",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("producer", sa.Text, primary_key=True),
    sa.Column("aggregate_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("correlation_id", sa.Uuid, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    _time("parked_at", nullable=False, server_default=_now),
)

retry = sa.Table(
    "inbox_retry",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("producer", sa.Text, nullable=False),
    sa.Column("aggregate_id", sa.Uuid, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("correlation_id", sa.Uuid, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("trace", sa.Text, nullable=False),
    _time("failed_at", nullable=False, server_default=_now),
    _time("due_at", nullable=False),
    sa.Index("inbox_retry_due", "consumer", "due_at"),
)

dead_letter = sa.Table(
    "dead_letter",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("producer", sa.Text, nullable=False),
    # A body that is no event has none of these three.
    sa.Column("aggregate_id", sa.Uuid),
    sa.Column("version", sa.BigInteger),
    sa.Column("correlation_id", sa.Uuid),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("trace", sa.Text, nullable=False),
    _time("died_at", nullable=False, server_default=_now),
    _time("discarded_at"),
    sa.Column("discarded_by", sa.Text),
    sa.Column("discard_reason", sa.Text),
    sa.Index(
        "dead_letter_open",
        "died_at",
        postgresql_where=sa.literal_column("discarded_at").is_(None),
    ),
)

delivery_act = sa.Table(
    "delivery_act",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _time("at", nullable=False, server_default=_now),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("consumer", sa.Text, nullable=False),
    # None where the act was on a whole outbox; `consumer` then is the producer.
    sa.Column("event_id", sa.Uuid),
    sa.Column("reason", sa.Text),
    sa.Index("delivery_act_newest", sa.desc("at")),
)


def attach(service_metadata: sa.MetaData) -> None:
    """Make these tables part of a service's own metadata."""
    for table in metadata.sorted_tables:
        table.to_metadata(service_metadata)
