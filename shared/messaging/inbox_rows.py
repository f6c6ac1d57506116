"""What one consumer knows of the events of others, as rows in its own database.

Each event has one place: applied (the inbox), parked behind a gap, waiting for its next attempt,
or dead. The last three never hold an event that took effect.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.live.hints import changed
from shared.messaging import inbox_sql as sql
from shared.messaging.cursor import Cursor
from shared.messaging.envelope import Aggregate, Envelope

LIVE_TOPIC: Final = "delivery"
UNREADABLE: Final = "unreadable"
"""The type of a dead letter whose body is no event."""
STRANGE: Final = (
    "StrangeEvent: another event of the same version came before it, so that one of the two is"
    " wrong: its producer was set back to an older state, or somebody forged it. Compare both with"
    " the producer's outbox, and discard this one once what it says is settled by hand."
)


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of some envelopes before they came.

    `versions`: the last version of each of their aggregates that took effect or was passed.
    `waiting`: the ids of those that wait for a retry or are dead. `followed`: the aggregates that
    have parked events.
    """

    versions: Mapping[Aggregate, int]
    waiting: frozenset[UUID]
    followed: frozenset[Aggregate]


class Entry(NamedTuple):
    """An event of a producer, as its journal lists it."""

    event_id: UUID
    aggregate_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event could not be applied: a sentence, and where in the code."""

    error: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An event that waited and is to be tried now; `number` counts this attempt already, `before`
    is the error of the one before."""

    event_id: UUID
    correlation_id: UUID
    body: bytes
    number: int
    before: str


class InboxRows(Protocol):
    """One consumer's rows, in one open transaction. Times are the database's."""

    async def lock(self, envelopes: Sequence[Envelope]) -> Known:
        """Lock the positions of the envelopes' aggregates until the transaction ends.

        In one order for everybody, so that two who take the same ones cannot block each other.
        """

    async def settle(self) -> None:
        """Between two events: what one handler changed is written, and the next loads it anew."""

    async def insert_inbox(self, events: Sequence[UUID]) -> None:
        """Note that these take effect in this transaction. Raises if one ever did before."""

    async def advance(self, versions: Mapping[Aggregate, int]) -> None:
        """Move the positions of aggregates, which are locked, to these versions."""

    async def park(self, envelopes: Sequence[Envelope]) -> None:
        """Keep these until the gap before them is filled; one that is parked already stays."""

    async def release(self, aggregates: Collection[Aggregate]) -> None:
        """After their positions moved: forget what was parked and took effect meanwhile, and let
        each aggregate's next parked event be tried at once. What was parked and whose version took
        effect under another id is a dead letter."""

    async def strangers(self, envelopes: Sequence[Envelope]) -> Collection[UUID]:
        """Those of `envelopes` whose id is nowhere: not applied, parked, waiting or dead. Not
        those that are so old that their inbox row may be deleted."""

    async def bury_strangers(self, envelopes: Sequence[Envelope]) -> None:
        """Make events whose version belongs to another id dead letters."""

    async def keep(
        self, envelope: Envelope, failure: Failure, *, attempts: int, delay: float
    ) -> None:
        """Let `envelope` be tried in `delay` seconds, `attempts` being used up; one that waits
        already stays as it is."""

    async def finish(self, event: UUID, attempt: int) -> bool:
        """No further attempt for `event`; False if this attempt is no longer the present one."""

    async def postpone(self, event: UUID, attempt: int, failure: Failure, delay: float) -> None:
        """Let an event be tried again in `delay` seconds, if `attempt` is still the present one."""

    async def claim(self, lease: float, failure: Failure) -> Attempt | None:
        """Take the event that has been due longest and count this attempt for it.

        Nobody else gets it for `lease` seconds. `failure` is what is known of this attempt if
        nothing is ever heard of it again.
        """

    async def bury(self, event: UUID, attempt: int, failure: Failure) -> None:
        """Make an event a dead letter, if `attempt` is still the present one."""

    async def bury_body(self, event: UUID, producer: str, body: bytes, failure: Failure) -> None:
        """Keep a body that is no event as a dead letter, once."""

    async def redrive(self, events: Collection[UUID], actor: str) -> Sequence[UUID]:
        """Let dead letters be tried again at once, with all attempts before them; audited.

        Gives those it did so for: not what is discarded, is no event or is no dead letter.
        """

    async def discard(self, events: Collection[UUID], actor: str, reason: str) -> Sequence[UUID]:
        """Close dead letters, let the events behind them go on; audited. Gives those it closed."""

    async def unknown(self, producer: str, entries: Sequence[Entry]) -> Sequence[UUID]:
        """Those that never came: not applied, passed, parked, waiting or dead. In their order."""

    async def watermark(self, producer: str) -> Cursor | None:
        """How far this consumer has compared itself with `producer`'s outbox."""

    async def begin_resending(self, producer: str) -> int:
        """Count that events past the watermark are about to be applied; gives how often that was
        begun before since the watermark last moved. Whoever began may have died of them."""

    async def move_watermark(self, producer: str, cursor: Cursor) -> None:
        """Everything up to `cursor` is known here."""


Rows = Callable[[AsyncSession, str], InboxRows]
"""`(session, consumer)`: the rows of one consumer in an open transaction."""


class SqlInboxRows:
    """The rows in PostgreSQL, by the statements of `inbox_sql`."""

    def __init__(self, session: AsyncSession, consumer: str) -> None:
        self._session = session
        self._consumer = consumer

    async def lock(self, envelopes: Sequence[Envelope]) -> Known:
        await self._run(sql.LOCK_POSITIONS, **_arrays({e.aggregate for e in envelopes}))
        found = await self._run(
            sql.KNOWN,
            producers=[e.producer for e in envelopes],
            aggregates=[e.aggregate_id for e in envelopes],
            events=[e.id for e in envelopes],
        )
        versions, waiting, followed = {}, set(), set()
        for envelope, (version, waits, has_parked) in zip(envelopes, found, strict=True):
            versions[envelope.aggregate] = int(version)
            if waits:
                waiting.add(envelope.id)
            if has_parked:
                followed.add(envelope.aggregate)
        return Known(versions, frozenset(waiting), frozenset(followed))

    async def settle(self) -> None:
        await self._session.flush()
        self._session.expunge_all()

    async def insert_inbox(self, events: Sequence[UUID]) -> None:
        await self._run(sql.INSERT_INBOX, events=list(events))

    async def advance(self, versions: Mapping[Aggregate, int]) -> None:
        ordered = [versions[aggregate] for aggregate in sorted(versions)]
        await self._run(sql.ADVANCE, **_arrays(versions), versions=ordered)

    async def park(self, envelopes: Sequence[Envelope]) -> None:
        await self._run(sql.PARK, **_columns(envelopes))

    async def release(self, aggregates: Collection[Aggregate]) -> None:
        await self._run(sql.RELEASE, **_arrays(aggregates), strange=STRANGE)

    async def strangers(self, envelopes: Sequence[Envelope]) -> Collection[UUID]:
        found = await self._run(
            sql.STRANGERS,
            producers=[e.producer for e in envelopes],
            aggregates=[e.aggregate_id for e in envelopes],
            versions=[e.aggregate_version for e in envelopes],
            events=[e.id for e in envelopes],
            occurred=[e.occurred_at for e in envelopes],
        )
        return frozenset(found.scalars())

    async def bury_strangers(self, envelopes: Sequence[Envelope]) -> None:
        await self._run(sql.BURY_STRANGERS, **_columns(envelopes), strange=STRANGE)
        changed(self._session, LIVE_TOPIC)

    async def keep(
        self, envelope: Envelope, failure: Failure, *, attempts: int, delay: float
    ) -> None:
        await self._run(
            sql.KEEP,
            event=envelope.id,
            type=envelope.type,
            producer=envelope.producer,
            aggregate=envelope.aggregate_id,
            version=envelope.aggregate_version,
            correlation=envelope.correlation_id,
            body=envelope.encode(),
            attempts=attempts,
            error=failure.error,
            trace=failure.trace,
            delay=delay,
        )

    async def finish(self, event: UUID, attempt: int) -> bool:
        found = await self._run(sql.FINISH, event=event, attempt=attempt)
        return found.one_or_none() is not None

    async def postpone(self, event: UUID, attempt: int, failure: Failure, delay: float) -> None:
        await self._run(
            sql.POSTPONE,
            event=event,
            attempt=attempt,
            error=failure.error,
            trace=failure.trace,
            delay=delay,
        )

    async def claim(self, lease: float, failure: Failure) -> Attempt | None:
        found = await self._run(sql.CLAIM, lease=lease, error=failure.error, trace=failure.trace)
        row = found.one_or_none()
        return None if row is None else Attempt(*row)

    async def bury(self, event: UUID, attempt: int, failure: Failure) -> None:
        await self._run(
            sql.BURY, event=event, attempt=attempt, error=failure.error, trace=failure.trace
        )
        changed(self._session, LIVE_TOPIC)

    async def bury_body(self, event: UUID, producer: str, body: bytes, failure: Failure) -> None:
        await self._run(
            sql.BURY_BODY,
            event=event,
            type=UNREADABLE,
            producer=producer,
            body=body,
            error=failure.error,
            trace=failure.trace,
        )
        changed(self._session, LIVE_TOPIC)

    async def redrive(self, events: Collection[UUID], actor: str) -> Sequence[UUID]:
        found = await self._run(sql.REDRIVE, events=list(events), actor=actor)
        changed(self._session, LIVE_TOPIC)
        return found.scalars().all()

    async def discard(self, events: Collection[UUID], actor: str, reason: str) -> Sequence[UUID]:
        await self._run(sql.LOCK_POSITIONS_OF_LETTERS, events=list(events))
        found = await self._run(sql.DISCARD, events=list(events), actor=actor, reason=reason)
        closed = found.all()
        await self.release(
            {Aggregate(row.producer, row.aggregate_id) for row in closed if row.aggregate_id}
        )
        changed(self._session, LIVE_TOPIC)
        return [row.event_id for row in closed]

    async def unknown(self, producer: str, entries: Sequence[Entry]) -> Sequence[UUID]:
        found = await self._run(
            sql.UNKNOWN,
            producer=producer,
            events=[e.event_id for e in entries],
            aggregates=[e.aggregate_id for e in entries],
            versions=[e.version for e in entries],
        )
        return found.scalars().all()

    async def watermark(self, producer: str) -> Cursor | None:
        row = (await self._run(sql.WATERMARK, producer=producer)).one_or_none()
        return None if row is None else Cursor(*row)

    async def begin_resending(self, producer: str) -> int:
        return int((await self._run(sql.BEGIN_RESENDING, producer=producer)).scalar_one())

    async def move_watermark(self, producer: str, cursor: Cursor) -> None:
        await self._run(
            sql.MOVE_WATERMARK,
            producer=producer,
            epoch=cursor.epoch,
            tx=str(cursor.tx),
            seq=cursor.seq,
        )

    async def _run(self, statement: sa.TextClause, **values: object) -> sa.Result[Any]:
        return await self._session.execute(statement, {"consumer": self._consumer, **values})


def _arrays(aggregates: Iterable[Aggregate]) -> dict[str, list[Any]]:
    """In their fixed order, by which everybody locks."""
    ordered = sorted(aggregates)
    return {"producers": [a.producer for a in ordered], "aggregates": [a.id for a in ordered]}


def _columns(envelopes: Sequence[Envelope]) -> dict[str, list[Any]]:
    return {
        "events": [e.id for e in envelopes],
        "types": [e.type for e in envelopes],
        "producers": [e.producer for e in envelopes],
        "aggregates": [e.aggregate_id for e in envelopes],
        "versions": [e.aggregate_version for e in envelopes],
        "correlations": [e.correlation_id for e in envelopes],
        "bodies": [e.encode() for e in envelopes],
    }
