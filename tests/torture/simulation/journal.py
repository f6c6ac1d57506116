"""`shared.messaging.journal.Journal` on the simulated store, as `journal_sql.py` reads it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import takewhile
from typing import cast
from uuid import UUID

from db.faults import DatabaseUnavailable
from shared.messaging import journal_sql
from shared.messaging.cursor import Cursor
from shared.messaging.inbox_rows import Entry
from shared.messaging.journal import CursorFromNowhere, JournalUnavailable, Listed, Page
from tests.torture.simulation.database import Client, SimulatedDatabase
from tests.torture.simulation.outbox_rows import OUTBOX, envelope_of
from tests.torture.simulation.store import Row, Statement, Work

READER = "outbox_reader"


class MemoryJournal:
    """`answers` says whether the producer can be asked at all: one of its processes is up."""

    def __init__(
        self, producer: str, database: Client, answers: Callable[[], bool] = lambda: True
    ) -> None:
        self.producer = producer
        self._database = database
        self._answers = answers

    async def after(self, consumer: str, cursor: Cursor | None, limit: int) -> Page:
        self._ask()
        try:
            async with self._database.reading() as session:
                work = session.open_work
                rows, confirmed = await session.run(self._listed(work, consumer, cursor, limit))
            if not confirmed:
                async with self._database.transaction() as session:
                    await session.run(self._confirm(session.open_work, consumer, cursor))
        except DatabaseUnavailable as error:
            raise JournalUnavailable(str(error)) from error
        settled = takewhile(lambda row: not self.is_fresh(row), rows)
        return Page(self._epoch, [_listed(row) for row in settled])

    async def bodies(self, consumer: str, events: Sequence[UUID]) -> Sequence[bytes]:
        del consumer
        self._ask()
        try:
            async with self._database.reading() as session:
                found = await session.run(_wanted(session.open_work, events))
        except DatabaseUnavailable as error:
            raise JournalUnavailable(str(error)) from error
        return [envelope_of(self.producer, row).encode() for row in found]

    def guard(self, work: Work, row: Row) -> bool:
        """No transaction can come before this row any more."""
        return bool(row["tx"] < work.xmin)

    def is_fresh(self, row: Row) -> bool:
        """Left to the bus."""
        now = self._server.now()
        return bool(now - timedelta(seconds=journal_sql.FRESH_SECONDS) <= row["created_at"] <= now)

    def _ask(self) -> None:
        if not self._answers():
            raise JournalUnavailable(f"{self.producer} is away")

    @property
    def _server(self) -> SimulatedDatabase:
        return self._database.database

    @property
    def _epoch(self) -> str:
        return str(self._server.epoch)

    def _listed(
        self, work: Work, consumer: str, cursor: Cursor | None, limit: int
    ) -> Statement[tuple[list[Row], bool]]:
        start = (0, 0)
        if cursor is not None and cursor.epoch == self._epoch:
            if cursor.tx >= work.xmax:
                raise CursorFromNowhere(cursor)
            start = (cursor.tx, cursor.seq)
        rows = [row for _, row in work.rows(OUTBOX)]
        rows = [row for row in rows if _place(row) > start and self.guard(work, row)]
        reader = work.get(READER, consumer)
        confirmed = reader is not None and (reader["epoch"], *_place(reader)) == (
            self._epoch,
            *start,
        )
        return sorted(rows, key=_place)[:limit], confirmed
        yield

    def _confirm(self, work: Work, consumer: str, cursor: Cursor | None) -> Statement[None]:
        row = {"epoch": self._epoch, "tx": 0, "seq": 0}
        if cursor is not None and cursor.epoch == self._epoch:
            row |= {"tx": cursor.tx, "seq": cursor.seq}
        if not (yield from work.insert(READER, consumer, row)):
            yield from work.update(READER, consumer, **row)


def _wanted(work: Work, events: Sequence[UUID]) -> Statement[list[Row]]:
    chosen = set(events)
    return sorted((row for _, row in work.rows(OUTBOX) if row["id"] in chosen), key=_place)
    yield


def _place(row: Row) -> tuple[int, int]:
    return cast(int, row["tx"]), cast(int, row["seq"])


def _listed(row: Row) -> Listed:
    entry = Entry(row["id"], row["aggregate_id"], row["aggregate_version"])
    return Listed(row["tx"], row["seq"], entry)
