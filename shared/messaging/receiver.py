"""The loops that carry deliveries from the bus, and what waited, into a consumer's inbox."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from functools import partial
from itertools import groupby
from typing import TypeVar
from uuid import UUID

import structlog

from shared.messaging.bus import Bus, BusUnavailable, Delivery
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Envelope, NotAnEvent
from shared.messaging.failures import Failures, ReaderDied, ends_its_readers, failure_of
from shared.messaging.faults import (
    has_waited_too_long,
    is_conflict,
    is_infrastructure,
)
from shared.messaging.inbox import Inbox, LostWhileApplying, Outcome
from shared.messaging.inbox_rows import Attempt, Rows
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.transactions import Transactions

SUSPECT_AFTER = 3
BRINGING_SECONDS = 1.0
"""A bus that has brought nothing for so long is not bringing anything."""
_RETRY_POLL_SECONDS = 1.0
_PAUSE_SECONDS = 0.5
_SHUTDOWN_SECONDS = 5.0
_LOSSES = 5
_log = structlog.get_logger(__name__)
T = TypeVar("T")


class Receiver:
    """Runs one consumer: what it acknowledged is applied, parked, kept for a retry or dead.

    An event is applied in two places only: in a batch, and alone at a counted attempt.
    """

    def __init__(
        self,
        database: Transactions,
        bus: Bus,
        consumer: Consumer,
        *,
        rows: Rows = SqlInboxRows,
        chance: random.Random | None = None,
    ) -> None:
        self.consumer = consumer
        self._bus = bus
        self._inbox = Inbox(database, consumer, rows)
        self._brought: dict[str, tuple[UUID | None, float]] = {}
        self._failures = Failures(database, consumer.name, rows=rows, chance=chance)

    async def run(self) -> None:
        """Until cancelled; a database or bus that is away is waited for.

        Whatever a cancellation interrupts was not acknowledged and comes again, so work that does
        not end in time is left alone.
        """
        loops = [
            asyncio.create_task(loop) for loop in (self._receive_forever(), self._retry_forever())
        ]
        try:
            ended, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            for loop in ended:
                loop.result()
        finally:
            for loop in loops:
                loop.cancel()
            _, hanging = await asyncio.wait(loops, timeout=_SHUTDOWN_SECONDS)
            if hanging:
                _log.warning("consumer does not stop, left alone", consumer=self.consumer.name)

    async def deliver(self, envelope: Envelope) -> None:
        """As `deliver_all`, for one."""
        await self.deliver_all([envelope])

    async def deliver_all(self, envelopes: Sequence[Envelope], earlier: int = 0) -> None:
        """Returns once the fate of each is stored, be it applied, parked, waiting or dead.

        `earlier` is how often they were begun before without an end: after three times each is
        tried alone, so that the one which kills its readers is found.
        """
        if earlier >= SUSPECT_AFTER:
            failure = failure_of(ReaderDied(f"handed out {earlier} times and never acknowledged"))
            await self._patiently(partial(self._inbox.set_aside, envelopes, failure))
            return
        for portion in self._inbox.portions(envelopes):
            await self._deliver(portion)

    async def deliver_bodies(
        self, producer: str, bodies: Sequence[bytes], earlier: int = 0
    ) -> UUID | None:
        """As `deliver_all`, for events as they travel; what is no event is a dead letter.

        Gives the id of the youngest of them.
        """
        envelopes: list[Envelope] = []
        for body in bodies:
            try:
                envelopes.append(Envelope.decode(body, producer))
            except NotAnEvent as error:
                _log.error("not an event", consumer=self.consumer.name, error=str(error))
                await self._patiently(partial(self._failures.reject, producer, body, error))
        if envelopes:
            await self.deliver_all(envelopes, earlier)
        return max((envelope.id for envelope in envelopes), default=None)

    def brought(self, producer: str) -> UUID | None:
        """The youngest event of `producer` that the bus has brought, while it goes on bringing
        some: younger ones are on their way."""
        event, until = self._brought.get(producer, (None, 0.0))
        return event if asyncio.get_running_loop().time() < until else None

    async def _receive_forever(self) -> None:
        name = self.consumer.name
        async with aclosing(self._bus.deliveries(name, self.consumer.producers)) as batches:
            async for batch in batches:
                for (producer, earlier), part in groupby(batch, key=_origin):
                    event = await self.deliver_bodies(producer, [one.body for one in part], earlier)
                    self._note(producer, event)
                try:
                    await self._bus.acknowledge(name, batch)
                except BusUnavailable as error:
                    # It comes again, and the inbox knows it.
                    _log.warning("not acknowledged", consumer=name, error=str(error))

    def _note(self, producer: str, event: UUID | None) -> None:
        before, _ = self._brought.get(producer, (None, 0.0))
        youngest = max((id_ for id_ in (before, event) if id_), default=None)
        until = asyncio.get_running_loop().time() + BRINGING_SECONDS
        self._brought[producer] = (youngest, until)

    async def _deliver(self, envelopes: Sequence[Envelope]) -> None:
        try:
            losses = _LOSSES if len(envelopes) == 1 else 0
            work = partial(self._inbox.receive_all, envelopes)
            self._tell_of_strangers(envelopes, await self._patiently(work, losses))
        except Exception as raised:
            error = raised
        else:
            return
        if len(envelopes) > 1:
            half = len(envelopes) // 2  # so that one bad event costs few transactions
            await self._deliver(envelopes[:half])
            await self._deliver(envelopes[half:])
            return
        [envelope] = envelopes
        dead = await self._patiently(partial(self._failures.record, envelope, error))
        self._tell(envelope.id, envelope.correlation_id, error, dead)

    async def _retry_forever(self) -> None:
        while True:
            self._inbox.due.clear()
            while attempt := await self._patiently(self._failures.claim):
                await self._try(attempt)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._inbox.due.wait(), _RETRY_POLL_SECONDS)

    async def _try(self, attempt: Attempt) -> None:
        try:
            await self._patiently(partial(self._apply, attempt), _LOSSES)
        except Exception as error:
            dead = await self._patiently(partial(self._failures.record_again, attempt, error))
            self._tell(attempt.event_id, attempt.correlation_id, error, dead)

    async def _apply(self, attempt: Attempt) -> None:
        if ends_its_readers(attempt):
            raise ReaderDied("the process ended each time it was applied")
        await self._inbox.attempt(Envelope.decode(attempt.body), attempt.number)

    async def _patiently(self, work: Callable[[], Awaitable[T]], losses: int = 0) -> T:
        """What `work` gives; tried again while it says nothing about the events that it fails.

        A database that is lost while it applies them says nothing `losses` times.
        """
        while True:
            try:
                return await work()
            except Exception as error:
                if is_conflict(error) or has_waited_too_long(error):
                    continue
                losses -= isinstance(error, LostWhileApplying)
                if not is_infrastructure(error) or losses < 0:
                    raise
                _log.warning("database is away", consumer=self.consumer.name, error=str(error))
            await asyncio.sleep(_PAUSE_SECONDS)

    def _tell_of_strangers(
        self, envelopes: Sequence[Envelope], outcomes: Sequence[Outcome]
    ) -> None:
        for envelope, outcome in zip(envelopes, outcomes, strict=True):
            if outcome is Outcome.STRANGE:
                _log.error(
                    "event of a version that another event has is a dead letter",
                    consumer=self.consumer.name,
                    event_id=str(envelope.id),
                    correlation_id=str(envelope.correlation_id),
                )

    def _tell(self, event: UUID, journey: UUID, error: Exception, dead: bool) -> None:
        log = _log.error if dead else _log.warning
        log(
            "event is a dead letter" if dead else "event will be tried again",
            consumer=self.consumer.name,
            event_id=str(event),
            correlation_id=str(journey),
            exc_info=error,
        )


def _origin(delivery: Delivery) -> tuple[str, int]:
    return delivery.producer, delivery.earlier
