"""`shared.messaging.inbox_rows.InboxRows` on the simulated store: statement for statement what
`inbox_sql.py` says. The contract test runs the same cases on both."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.cursor import Cursor
from shared.messaging.envelope import Aggregate, Envelope
from shared.messaging.inbox_rows import STRANGE, Attempt, Entry, Failure, Known
from tests.torture.simulation.database import Session
from tests.torture.simulation.refusals import not_unique
from tests.torture.simulation.store import Row, Statement, Work

T = TypeVar("T")
INBOX, POSITION, PARKED = "inbox", "inbox_position", "inbox_parked"
RETRY, DEAD, WATERMARK = "inbox_retry", "dead_letter", "inbox_watermark"
ACTS = "delivery_act"
UNREADABLE = "unreadable"
_PAUSES = 0.2


class MemoryInboxRows:
    """One consumer's rows in one transaction."""

    def __init__(self, session: AsyncSession, consumer: str) -> None:
        self._session = cast(Session, session)
        self._consumer = consumer

    async def lock(self, envelopes: Sequence[Envelope]) -> Known:
        aggregates = self.in_order({envelope.aggregate for envelope in envelopes})
        await self._run(self._lock_positions(aggregates))
        return await self._run(self._known(envelopes))

    def in_order(self, aggregates: Collection[Aggregate]) -> Sequence[Aggregate]:
        """The order in which everybody locks them."""
        return sorted(aggregates)

    async def insert_inbox(self, events: Sequence[UUID]) -> None:
        await self._run(self._insert_inbox(events))

    async def advance(self, versions: Mapping[Aggregate, int]) -> None:
        await self._run(self._advance(versions))

    async def park(self, envelopes: Sequence[Envelope]) -> None:
        await self._run(self._park(envelopes))

    async def release(self, aggregates: Collection[Aggregate]) -> None:
        await self._run(self._release(aggregates))

    async def strangers(self, envelopes: Sequence[Envelope]) -> Collection[UUID]:
        return await self._run(self._strangers(envelopes))

    async def bury_strangers(self, envelopes: Sequence[Envelope]) -> None:
        for e in envelopes:
            await self._run(self._bury_stranger(_of(e)))

    async def keep(
        self, envelope: Envelope, failure: Failure, *, attempts: int, delay: float
    ) -> None:
        row = {
            **_of(envelope),
            "attempts": attempts,
            "error": failure.error,
            "due_at": self._now() + timedelta(seconds=delay),
        }
        await self._run(self._work.insert(RETRY, (self._consumer, envelope.id), row))

    async def finish(self, event: UUID, attempt: int) -> bool:
        return await self._run(self._finish(event, attempt))

    async def postpone(self, event: UUID, attempt: int, failure: Failure, delay: float) -> None:
        await self._run(self._postpone(event, attempt, failure, delay))

    async def settle(self) -> None:
        """The session of the simulation keeps no objects between two handlers."""

    async def claim(self, lease: float, failure: Failure) -> Attempt | None:
        return await self._run(self._claim(lease, failure))

    async def bury(self, event: UUID, attempt: int, failure: Failure) -> None:
        await self._run(self._bury(event, attempt, failure))

    async def bury_body(self, event: UUID, producer: str, body: bytes, failure: Failure) -> None:
        row = {
            "event_id": event,
            "type": UNREADABLE,
            "producer": producer,
            "aggregate_id": None,
            "version": None,
            "correlation_id": None,
            "body": body,
            "attempts": 1,
            "error": failure.error,
            "discarded": False,
        }
        await self._run(self._work.insert(DEAD, (self._consumer, event), row))

    async def redrive(self, events: Collection[UUID], actor: str) -> Sequence[UUID]:
        return await self._run(self._redrive(events, actor))

    async def discard(self, events: Collection[UUID], actor: str, reason: str) -> Sequence[UUID]:
        await self._run(self._lock_positions_of_letters(events))
        closed = await self._run(self._discard(events, actor, reason))
        await self.release({aggregate for _, aggregate in closed if aggregate is not None})
        return [event for event, _ in closed]

    async def unknown(self, producer: str, entries: Sequence[Entry]) -> Sequence[UUID]:
        return await self._run(self._unknown(producer, entries))

    async def watermark(self, producer: str) -> Cursor | None:
        return await self._run(self._watermark(producer))

    async def begin_resending(self, producer: str) -> int:
        return await self._run(self._begin_resending(producer))

    async def move_watermark(self, producer: str, cursor: Cursor) -> None:
        await self._run(self._move_watermark(producer, cursor))

    @property
    def _work(self) -> Work:
        return self._session.open_work

    async def _run(self, statement: Statement[T]) -> T:
        return await self._session.run(statement)

    def _position(self, aggregate: Aggregate) -> tuple[str, str, UUID]:
        return (self._consumer, aggregate.producer, aggregate.id)

    def _version(self, aggregate: Aggregate) -> int:
        row = self._work.get(POSITION, self._position(aggregate))
        return 0 if row is None else int(row["version"])

    def _lock_positions(self, aggregates: Sequence[Aggregate]) -> Statement[None]:
        for number, aggregate in enumerate(aggregates):
            if number and self._session.database.loop.chance.random() < _PAUSES:
                yield None
            place = self._position(aggregate)
            if not (yield from self._work.insert(POSITION, place, {"version": 0})):
                yield from self._work.lock(POSITION, place)

    def _known(self, envelopes: Sequence[Envelope]) -> Statement[Known]:
        work, name = self._work, self._consumer
        aggregates = {envelope.aggregate for envelope in envelopes}
        parked = {
            Aggregate(row["producer"], row["aggregate_id"])
            for (consumer, *_), row in _keyed(work, PARKED)
            if consumer == name
        }
        return Known(
            versions={aggregate: self._version(aggregate) for aggregate in aggregates},
            waiting=frozenset(
                e.id
                for e in envelopes
                if work.get(RETRY, (name, e.id)) or work.get(DEAD, (name, e.id))
            ),
            followed=frozenset(aggregates & parked),
        )
        yield

    def _insert_inbox(self, events: Sequence[UUID]) -> Statement[None]:
        for event in events:
            if not (yield from self._work.insert(INBOX, (self._consumer, event), {"id": event})):
                raise not_unique(INBOX)

    def _advance(self, versions: Mapping[Aggregate, int]) -> Statement[None]:
        for aggregate, version in versions.items():
            yield from self._work.update(POSITION, self._position(aggregate), version=version)

    def _park(self, envelopes: Sequence[Envelope]) -> Statement[None]:
        for e in envelopes:
            place = (*self._position(e.aggregate), e.aggregate_version)
            yield from self._work.insert(PARKED, place, _of(e))

    def _release(self, aggregates: Collection[Aggregate]) -> Statement[None]:
        work = self._work
        for aggregate in aggregates:
            version = self._version(aggregate)
            place = self._position(aggregate)
            reached = [
                (key, row)
                for key, row in _keyed(work, PARKED)
                if key[:3] == place and key[3] <= version + 1
            ]
            for key, row in reached:
                yield from work.delete(PARKED, key)
                if key[3] <= version:
                    if work.get(INBOX, (self._consumer, row["event_id"])) is None:
                        yield from self._bury_stranger(row)
                else:
                    waiting = {**row, "attempts": 0, "error": "", "due_at": self._now()}
                    yield from work.insert(RETRY, (self._consumer, row["event_id"]), waiting)

    def _strangers(self, envelopes: Sequence[Envelope]) -> Statement[Collection[UUID]]:
        work, young = self._work, self._now() - timedelta(days=29)
        return frozenset(
            e.id
            for e in envelopes
            if e.occurred_at > young
            and not any(work.get(table, (self._consumer, e.id)) for table in (INBOX, RETRY, DEAD))
            and (work.get(PARKED, (*self._position(e.aggregate), e.aggregate_version)) or {}).get(
                "event_id"
            )
            != e.id
        )
        yield

    def _bury_stranger(self, row: Row) -> Statement[None]:
        letter = {**row, "attempts": 1, "error": STRANGE, "discarded": False}
        yield from self._work.insert(DEAD, (self._consumer, row["event_id"]), letter)

    def _claim(self, lease: float, failure: Failure) -> Statement[Attempt | None]:
        work, now = self._work, self._now()
        due = [
            (row["due_at"], key)
            for key, row in _keyed(work, RETRY)
            if key[0] == self._consumer and row["due_at"] <= now and not work.is_locked(RETRY, key)
        ]
        if not due:
            return None
        key = min(due)[1]
        row = work.get(RETRY, key)
        assert row is not None
        number, before = row["attempts"] + 1, row["error"]
        yield from work.update(
            RETRY,
            key,
            attempts=number,
            error=failure.error,
            due_at=now + timedelta(seconds=lease),
        )
        return Attempt(row["event_id"], row["correlation_id"], row["body"], number, before)

    def _present(self, event: UUID, attempt: int) -> Statement[Row | None]:
        """The row of an event, locked, while nobody else has begun another attempt at it."""
        place = (self._consumer, event)
        row = self._work.get(RETRY, place)
        if row is None or row["attempts"] != attempt:
            return None
        row = yield from self._work.lock(RETRY, place)
        return row if row is not None and row["attempts"] == attempt else None

    def _finish(self, event: UUID, attempt: int) -> Statement[bool]:
        if (yield from self._present(event, attempt)) is None:
            return False
        return (yield from self._work.delete(RETRY, (self._consumer, event)))

    def _postpone(
        self, event: UUID, attempt: int, failure: Failure, delay: float
    ) -> Statement[None]:
        if (yield from self._present(event, attempt)) is not None:
            due_at = self._now() + timedelta(seconds=delay)
            values = {"error": failure.error, "due_at": due_at}
            yield from self._work.update(RETRY, (self._consumer, event), **values)

    def _bury(self, event: UUID, attempt: int, failure: Failure) -> Statement[None]:
        place = (self._consumer, event)
        row = yield from self._present(event, attempt)
        if row is not None:
            yield from self._work.delete(RETRY, place)
            letter = {**row, "error": failure.error, "discarded": False}
            yield from self._work.insert(DEAD, place, letter)

    def _redrive(self, events: Collection[UUID], actor: str) -> Statement[Sequence[UUID]]:
        moved = []
        for event in sorted(events):
            place = (self._consumer, event)
            row = yield from self._work.lock(DEAD, place)
            if row is None or row["discarded"] or row["aggregate_id"] is None:
                continue
            yield from self._work.delete(DEAD, place)
            waiting = {**row, "attempts": 0, "due_at": self._now()}
            if not (yield from self._work.insert(RETRY, place, waiting)):
                raise not_unique(RETRY)
            yield from self._act("redrive", actor, event)
            moved.append(event)
        return moved

    def _lock_positions_of_letters(self, events: Collection[UUID]) -> Statement[None]:
        letters = [self._work.get(DEAD, (self._consumer, event)) for event in events]
        aggregates = {
            Aggregate(letter["producer"], letter["aggregate_id"])
            for letter in letters
            if letter is not None and letter["aggregate_id"] is not None
        }
        for aggregate in self.in_order(aggregates):
            if self._work.get(POSITION, self._position(aggregate)) is not None:
                yield from self._work.lock(POSITION, self._position(aggregate))

    def _discard(
        self, events: Collection[UUID], actor: str, reason: str
    ) -> Statement[Sequence[tuple[UUID, Aggregate | None]]]:
        closed: list[tuple[UUID, Aggregate | None]] = []
        for event in sorted(events):
            place = (self._consumer, event)
            row = yield from self._work.lock(DEAD, place)
            if row is None or row["discarded"]:
                continue
            yield from self._work.update(DEAD, place, discarded=True)
            yield from self._act("discard", actor, event, reason)
            if row["aggregate_id"] is None:
                closed.append((event, None))
                continue
            aggregate = Aggregate(row["producer"], row["aggregate_id"])
            if self._version(aggregate) == row["version"] - 1:
                yield from self._advance({aggregate: row["version"]})
            closed.append((event, aggregate))
        return closed

    def _act(self, act: str, actor: str, event: UUID, reason: str | None = None) -> Statement[None]:
        number = self._work.store.next_value(ACTS)
        row = {"act": act, "actor": actor, "event_id": event, "reason": reason}
        yield from self._work.insert(ACTS, number, {"consumer": self._consumer, **row})

    def _unknown(self, producer: str, entries: Sequence[Entry]) -> Statement[Sequence[UUID]]:
        work, name = self._work, self._consumer
        return [
            entry.event_id
            for entry in entries
            if entry.version > self._version(Aggregate(producer, entry.aggregate_id))
            and work.get(PARKED, (name, producer, entry.aggregate_id, entry.version)) is None
            and work.get(RETRY, (name, entry.event_id)) is None
            and work.get(DEAD, (name, entry.event_id)) is None
        ]
        yield

    def _watermark(self, producer: str) -> Statement[Cursor | None]:
        row = self._work.get(WATERMARK, (self._consumer, producer))
        if row is None or not row["epoch"]:
            return None
        return Cursor(row["epoch"], row["tx"], row["seq"])
        yield

    def _begin_resending(self, producer: str) -> Statement[int]:
        place = (self._consumer, producer)
        first = {"epoch": "", "tx": 0, "seq": 0, "tries": 1}
        if (yield from self._work.insert(WATERMARK, place, first)):
            return 0
        row = yield from self._work.lock(WATERMARK, place)
        assert row is not None
        yield from self._work.update(WATERMARK, place, tries=row["tries"] + 1)
        return int(row["tries"])

    def _move_watermark(self, producer: str, cursor: Cursor) -> Statement[None]:
        place = (self._consumer, producer)
        row = {"epoch": cursor.epoch, "tx": cursor.tx, "seq": cursor.seq, "tries": 0}
        if not (yield from self._work.insert(WATERMARK, place, row)):
            yield from self._work.update(WATERMARK, place, **row)

    def _now(self) -> Any:
        return self._session.database.now()


def _keyed(work: Work, table: str) -> list[tuple[Any, Row]]:
    return list(cast(Any, work.rows(table)))


def _of(envelope: Envelope) -> dict[str, Any]:
    return {
        "event_id": envelope.id,
        "type": envelope.type,
        "producer": envelope.producer,
        "aggregate_id": envelope.aggregate_id,
        "version": envelope.aggregate_version,
        "correlation_id": envelope.correlation_id,
        "body": envelope.encode(),
    }
