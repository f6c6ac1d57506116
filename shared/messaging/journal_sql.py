"""A journal read from the producer's own database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import takewhile
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from shared.messaging.cursor import Cursor
from shared.messaging.faults import has_waited_too_long, is_infrastructure
from shared.messaging.inbox_rows import Entry
from shared.messaging.journal import CursorFromNowhere, JournalUnavailable, Listed, Page
from shared.messaging.outbox_rows import TRAVELLING, envelope_of

FRESH_SECONDS = 2.0
"""What is younger is left to the bus."""
MOST_BYTES = 8 * 1024 * 1024
ADOPTED_AT_ONCE = 2_000

EPOCH = """(select system_identifier from pg_control_system())
    || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"""
"""The cluster and its timeline: after a restore or a failover its numbers may come again."""


@cache
def _page(guard: str, epoch: str) -> sa.TextClause:
    return sa.text(f"""
        with cluster as (select {epoch} as epoch),
        start as (
            select epoch, epoch = :epoch as known,
                   case when epoch = :epoch then cast(:tx as xid8) else '0'::xid8 end as tx,
                   case when epoch = :epoch then cast(:seq as bigint) else 0 end as seq
            from cluster
        )
        select start.epoch,
               start.known and start.tx >= pg_snapshot_xmax(pg_current_snapshot()) as nowhere,
               r.epoch = start.epoch and (r.tx, r.seq) = (start.tx, start.seq) as confirmed,
               cast(cast(o.tx as text) as bigint) as tx, o.seq, o.id, o.aggregate_id,
               o.aggregate_version,
               o.created_at between clock_timestamp() - :fresh * interval '1 second'
                   and clock_timestamp() as fresh
        from start
        left join outbox_reader r on r.consumer = :consumer
        left join lateral (
            select * from outbox
            where (outbox.tx, outbox.seq) > (start.tx, start.seq) and {guard}
            order by outbox.tx, outbox.seq limit :limit
        ) o on true
        order by o.tx, o.seq
    """)  # noqa: S608 - all of it stands in this file


_CONFIRM = sa.text(f"""
    insert into outbox_reader (consumer, epoch, tx, seq)
    select :consumer, cluster.epoch,
           case when cluster.epoch = :epoch then cast(:tx as xid8) else '0'::xid8 end,
           case when cluster.epoch = :epoch then cast(:seq as bigint) else 0 end
    from (select {EPOCH} as epoch) cluster
    on conflict (consumer) do update set epoch = excluded.epoch, tx = excluded.tx,
        seq = excluded.seq, confirmed_at = clock_timestamp()
""")  # noqa: S608

_BODIES = sa.text(f"""
    select {", ".join(TRAVELLING)} from outbox where id = any(cast(:ids as uuid[])) order by tx, seq
""")  # noqa: S608

_ADOPT = sa.text("""
    with own as materialized (select pg_current_xact_id() as tx),
    foreign_rows as (
        select seq from outbox where tx > (select tx from own) order by tx, seq limit :batch
    ),
    adopted as (
        update outbox set tx = own.tx from own, foreign_rows
        where outbox.seq = foreign_rows.seq returning outbox.seq
    )
    select count(*) from adopted
""")


class SqlJournal:
    """Reads the outbox of `producer` in its database, wherever this process is."""

    def __init__(self, producer: str, database: Database) -> None:
        self.producer = producer
        self._database = database
        self._adopted: str | None = None

    async def after(self, consumer: str, cursor: Cursor | None, limit: int) -> Page:
        with _told_as_absence():
            return await self._after(consumer, cursor or Cursor("", 0, 0), limit)

    async def bodies(self, consumer: str, events: Sequence[UUID]) -> Sequence[bytes]:
        del consumer
        with _told_as_absence():
            async with self._database.glance() as session:
                found = (await session.execute(_BODIES, {"ids": list(events)})).all()
        bodies: list[bytes] = []
        size = 0
        for row in found:
            body = envelope_of(self.producer, row).encode()
            size += len(body)
            if bodies and size > MOST_BYTES:
                break
            bodies.append(body)
        return bodies

    async def _after(self, consumer: str, cursor: Cursor, limit: int) -> Page:
        values: dict[str, object] = {
            "consumer": consumer,
            "epoch": cursor.epoch,
            "tx": cursor.tx,
            "seq": cursor.seq,
            "limit": limit,
            "fresh": FRESH_SECONDS,
        }
        async with self._database.glance() as session:
            rows = await self._listed(session, values)
        epoch = rows[0].epoch
        if rows[0].nowhere:
            raise CursorFromNowhere(cursor)
        if self._adopted != epoch:
            await self._adopt()
            self._adopted = epoch
            return await self._after(consumer, cursor, limit)
        if not rows[0].confirmed:
            async with self._database.single() as session:
                await session.execute(_CONFIRM, values)
        # Not a filter: behind one that is left to the bus nothing may be listed, since a reader
        # never comes back to what lies before its cursor.
        settled = takewhile(lambda row: not row.fresh, (row for row in rows if row.id))
        return Page(epoch, [_listed(row) for row in settled])

    async def _listed(
        self, session: AsyncSession, values: dict[str, object]
    ) -> "Sequence[sa.Row[Any]]":
        return (await session.execute(_page(self.guard(), EPOCH), values)).all()

    @staticmethod
    def guard() -> str:
        """Which rows no transaction can come before any more: those of numbers below the oldest
        that is still open. One that commits late is thus never passed by."""
        return "outbox.tx < pg_snapshot_xmin(pg_current_snapshot())"

    async def _adopt(self) -> None:
        """Rows that were restored from another cluster bear numbers from its future, and would be
        hidden until this one has counted as far. They take the number of a transaction of ours,
        some at a time, since a statement has few seconds and an outbox may hold a month."""
        adopted = ADOPTED_AT_ONCE
        while adopted == ADOPTED_AT_ONCE:
            async with self._database.transaction() as session:
                found = await session.scalar(_ADOPT, {"batch": ADOPTED_AT_ONCE})
            adopted = int(found or 0)


@contextmanager
def _told_as_absence() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if is_infrastructure(error) or has_waited_too_long(error):
            raise JournalUnavailable(str(error)) from error
        raise


def _listed(row: "sa.Row[Any]") -> Listed:
    return Listed(row.tx, row.seq, Entry(row.id, row.aggregate_id, row.aggregate_version))
