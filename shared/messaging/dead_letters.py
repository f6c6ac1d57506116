"""Dead letters for people: what they say, trying them again, and closing them with a reason."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid
from shared.messaging.inbox_rows import InboxRows, Rows
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.tables import dead_letter, delivery_act

Key = tuple[str, UUID]
"""`(consumer, event id)`."""

_WHAT_DIFFERS = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|PL-[0-9A-Z]+|\d+"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that `consumer` could not apply, after `attempts`.

    `body` is the event as it travelled. One that is no event has the type `unreadable`, and no
    aggregate, version or correlation; it can only be discarded.
    """

    consumer: str
    event_id: UUID
    type: str
    producer: str
    aggregate_id: UUID | None
    version: int | None
    correlation_id: UUID | None
    body: bytes
    attempts: int
    error: str
    trace: str
    died_at: datetime
    discarded_at: datetime | None
    discarded_by: str | None
    discard_reason: str | None


@dataclass(frozen=True, slots=True)
class DeadLetterGroup:
    """The open letters of one consumer, type and kind of error: `error` without ids and numbers."""

    consumer: str
    type: str
    error: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did to the delivery of events."""

    id: UUID
    at: datetime
    act: str
    actor: str
    consumer: str
    event_id: UUID | None
    reason: str | None


class DeadLetters:
    """All consumers' dead letters in one service's database, in the caller's transaction.

    They never expire. Newest first, unless said otherwise.
    """

    def __init__(self, session: AsyncSession, rows: Rows = SqlInboxRows) -> None:
        self._session = session
        self._rows = rows

    async def count(self) -> int:
        """How many wait for a person."""
        query = sa.select(sa.func.count()).select_from(dead_letter).where(_OPEN)
        return int(await self._session.scalar(query) or 0)

    async def list(
        self,
        *,
        consumer: str | None = None,
        error: str | None = None,
        type: str | None = None,  # noqa: A002 - what an event calls it
        include_discarded: bool = False,
        after: tuple[datetime, UUID] | None = None,
        limit: int = 50,
    ) -> Sequence[DeadLetter]:
        """At most `limit` letters, behind the one that died at `after`'s time and has its id.

        `error` is the kind of error that a group has.
        """
        place = sa.tuple_(dead_letter.c.died_at, dead_letter.c.event_id)
        query = (
            sa.select(dead_letter)
            .where(*_chosen(consumer, error, type))
            .order_by(dead_letter.c.died_at.desc(), dead_letter.c.event_id.desc())
            .limit(limit)
        )
        if not include_discarded:
            query = query.where(_OPEN)
        if after is not None:
            query = query.where(place < sa.tuple_(*map(sa.literal, after)))
        return [DeadLetter(**row) for row in (await self._session.execute(query)).mappings()]

    async def groups(self) -> Sequence[DeadLetterGroup]:
        """The largest first."""
        count = sa.func.count()
        parts = (dead_letter.c.consumer, dead_letter.c.type, error_kind())
        died = dead_letter.c.died_at
        query = (
            sa.select(*parts, count, sa.func.min(died), sa.func.max(died))
            .where(_OPEN)
            .group_by(*parts)
            .order_by(count.desc(), sa.func.max(died).desc())
        )
        return [DeadLetterGroup(*row) for row in await self._session.execute(query)]

    async def show(self, consumer: str, event_id: UUID) -> DeadLetter | None:
        """One letter, also a discarded one."""
        found = await self._session.execute(
            sa.select(dead_letter).where(
                dead_letter.c.consumer == consumer, dead_letter.c.event_id == event_id
            )
        )
        row = found.mappings().one_or_none()
        return None if row is None else DeadLetter(**row)

    async def keys(
        self,
        *,
        consumer: str | None = None,
        error: str | None = None,
        type: str | None = None,  # noqa: A002 - what an event calls it
    ) -> Sequence[Key]:
        """All that wait for a person, chosen as in `list`."""
        query = sa.select(dead_letter.c.consumer, dead_letter.c.event_id).where(
            _OPEN, *_chosen(consumer, error, type)
        )
        return [(row.consumer, row.event_id) for row in await self._session.execute(query)]

    async def redrive(self, keys: Collection[Key], actor: str) -> Sequence[Key]:
        """Let letters be tried again at once, with ten attempts before them.

        Gives those it did so for; one that is gone, discarded or unreadable is left out.
        """
        return await self._of_each(keys, lambda rows, events: rows.redrive(events, actor))

    async def discard(self, keys: Collection[Key], actor: str, reason: str) -> Sequence[Key]:
        """Close letters: their events never take effect, and those behind them go on.

        Gives those it closed; one that is gone or was discarded before is left out. Raises Invalid
        without a reason.
        """
        if not reason.strip():
            raise Invalid("Say why nobody will need this event any more.", "REASON_MISSING")
        return await self._of_each(keys, lambda rows, events: rows.discard(events, actor, reason))

    async def acts(self, *, event_id: UUID | None = None, limit: int = 50) -> Sequence[Act]:
        """Who redrove, discarded or replayed what, and why."""
        query = sa.select(delivery_act).order_by(delivery_act.c.at.desc()).limit(limit)
        if event_id is not None:
            query = query.where(delivery_act.c.event_id == event_id)
        return [Act(**row) for row in (await self._session.execute(query)).mappings()]

    async def _of_each(
        self,
        keys: Collection[Key],
        act: Callable[[InboxRows, Collection[UUID]], Awaitable[Sequence[UUID]]],
    ) -> Sequence[Key]:
        events = defaultdict(set)
        for consumer, event in keys:
            events[consumer].add(event)
        done: list[Key] = []
        for consumer in sorted(events):  # one order for everybody, so that nobody blocks another
            found = await act(self._rows(self._session, consumer), events[consumer])
            done.extend((consumer, event) for event in found)
        return done


_OPEN = dead_letter.c.discarded_at.is_(None)


def error_kind() -> sa.ColumnElement[str]:
    """The error without what differs from letter to letter: ids, orders' references, numbers."""
    # As literals: with parameters, the same expression twice would not be the same to GROUP BY.
    pattern, instead, everywhere = (
        sa.literal(word, literal_execute=True) for word in (_WHAT_DIFFERS, "…", "g")
    )
    return sa.func.regexp_replace(dead_letter.c.error, pattern, instead, everywhere)


def _chosen(
    consumer: str | None, error: str | None, event_type: str | None
) -> Sequence[sa.ColumnElement[bool]]:
    conditions = []
    if consumer is not None:
        conditions.append(dead_letter.c.consumer == consumer)
    if error is not None:
        conditions.append(error_kind() == error)
    if event_type is not None:
        conditions.append(dead_letter.c.type == event_type)
    return conditions
