"""The inbox: each event takes effect exactly once, and an aggregate's events in their order."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.faults import DatabaseUnavailable
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Envelope
from shared.messaging.faults import has_waited_too_long, is_infrastructure
from shared.messaging.gate import Outcome, through_gate
from shared.messaging.inbox_rows import Failure, InboxRows, Known, Rows
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.transactions import Transactions

__all__ = ["Inbox", "Outcome"]

HANDLED_AT_ONCE = 25
_DOUBTFUL = frozenset({Outcome.DUPLICATE, Outcome.PARKED})


class HandlerFailed(Exception):
    """What looks like trouble of the inbox, and was a handler's own."""


class LostWhileApplying(DatabaseUnavailable):
    """The database went away after handlers had begun: perhaps because one took too long."""


class Inbox:
    """Applies envelopes for one consumer.

    `due` is set whenever an event was left to be tried at once by its next attempt.
    """

    def __init__(
        self, database: Transactions, consumer: Consumer, rows: Rows = SqlInboxRows
    ) -> None:
        self.due = asyncio.Event()
        self._database = database
        self._consumer = consumer
        self._rows = rows
        self._handlers = {cls.__name__: handler for cls, handler in consumer.handlers.items()}

    def portions(self, envelopes: Sequence[Envelope]) -> Iterator[Sequence[Envelope]]:
        """`envelopes` in parts with few that have a handler: whoever wants a row that a handler
        locked waits until its transaction ends."""
        portion: list[Envelope] = []
        handled = 0
        for envelope in envelopes:
            portion.append(envelope)
            handled += self._handles(envelope)
            if handled == HANDLED_AT_ONCE:
                yield portion
                portion, handled = [], 0
        if portion:
            yield portion

    async def receive(self, envelope: Envelope) -> Outcome:
        """As `receive_all`, for one."""
        [outcome] = await self.receive_all([envelope])
        return outcome

    async def receive_all(self, envelopes: Sequence[Envelope]) -> Sequence[Outcome]:
        """Apply `envelopes` in one transaction: inbox rows, effects, new outbox rows, positions.

        An event that was seen is a duplicate, another one of its version a dead letter; one from
        the future is parked until the gap before it is filled; one that failed before is left to
        its next attempt or to a person. Whatever a handler raises rolls everything back and is
        raised.
        """
        async with self._database.transaction() as session:
            rows = self._rows(session, self._consumer.name)
            known = await rows.lock(envelopes)
            outcomes = await self._let_through(session, rows, envelopes, known)
        self._look_behind(known)
        return outcomes

    async def attempt(self, envelope: Envelope, number: int) -> Outcome:
        """As `receive`, for an event that waited for attempt `number`: it does not wait any more.

        Nothing is done if somebody else went on with it, while this reader was thought dead.
        """
        async with self._database.transaction() as session:
            rows = self._rows(session, self._consumer.name)
            known = await rows.lock([envelope])
            if not await rows.finish(envelope.id, number):
                return Outcome.KEPT
            known = replace(known, waiting=frozenset())
            [outcome] = await self._let_through(session, rows, [envelope], known)
        self._look_behind(known)
        return outcome

    async def set_aside(self, envelopes: Sequence[Envelope], failure: Failure) -> None:
        """Apply none of `envelopes`: let each be tried alone, counted, after those before it."""
        async with self._database.transaction() as session:
            rows = self._rows(session, self._consumer.name)
            now = through_gate(envelopes, await rows.lock(envelopes))
            first = {envelope.aggregate: envelope for envelope in reversed(now.apply)}
            for envelope in first.values():
                await rows.keep(envelope, failure, attempts=0, delay=0)
            behind = [e for e in now.apply if first[e.aggregate] is not e]
            await rows.park([*behind, *now.park])
            await _without_strangers(rows, envelopes, now.outcomes)
        self.due.set()

    async def _let_through(
        self, session: AsyncSession, rows: InboxRows, envelopes: Sequence[Envelope], known: Known
    ) -> Sequence[Outcome]:
        now = through_gate(envelopes, known)
        if now.apply:
            try:
                await self._apply(session, rows, now.apply)
                await rows.advance(now.reached)
            except Exception as error:
                if is_infrastructure(error):
                    raise LostWhileApplying(str(error)) from error
                raise
        if now.park:
            await rows.park(now.park)
        if known.followed:
            await rows.release(known.followed)
        if not _DOUBTFUL.isdisjoint(now.outcomes):
            return await _without_strangers(rows, envelopes, now.outcomes)
        return now.outcomes

    def _look_behind(self, known: Known) -> None:
        if known.followed:
            self.due.set()

    async def _apply(
        self, session: AsyncSession, rows: InboxRows, envelopes: Sequence[Envelope]
    ) -> None:
        await rows.insert_inbox([envelope.id for envelope in envelopes])
        if self._consumer.every is not None:
            with _own_faults():
                await self._tell(session, envelopes)
                await rows.settle()
        for envelope in envelopes:
            if envelope.type in self._handlers:
                with _own_faults():
                    await self._handle(session, envelope)
                    await rows.settle()

    def _handles(self, envelope: Envelope) -> bool:
        return self._consumer.every is not None or envelope.type in self._handlers

    async def _tell(self, session: AsyncSession, envelopes: Sequence[Envelope]) -> None:
        if self._consumer.every is not None:
            await self._consumer.every(session, [(one.event(), one) for one in envelopes])

    async def _handle(self, session: AsyncSession, envelope: Envelope) -> None:
        await self._handlers[envelope.type](session, envelope.event(), envelope)


@contextmanager
def _own_faults() -> Iterator[None]:
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise HandlerFailed("what it waited for was cancelled") from error
    except DBAPIError as error:
        if has_waited_too_long(error):
            raise HandlerFailed("a statement took too long") from error
        raise


async def _without_strangers(
    rows: InboxRows, envelopes: Sequence[Envelope], outcomes: Sequence[Outcome]
) -> Sequence[Outcome]:
    """A version that was seen tells nothing of who bears it: whose id is nowhere after all was
    done lost its place to another event, and must not be lost in silence."""
    doubtful = [e for e, o in zip(envelopes, outcomes, strict=True) if o in _DOUBTFUL]
    strangers = await rows.strangers(doubtful)
    if not strangers:
        return outcomes
    await rows.bury_strangers([e for e in doubtful if e.id in strangers])
    return [
        Outcome.STRANGE if e.id in strangers else outcome
        for e, outcome in zip(envelopes, outcomes, strict=True)
    ]
