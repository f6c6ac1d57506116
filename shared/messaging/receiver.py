"""The loop that carries deliveries from the bus into a consumer's inbox."""

import asyncio

import structlog

from db.engine import Database
from shared.messaging.bus import Bus, BusUnavailable, Delivery
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Envelope
from shared.messaging.failures import Failures
from shared.messaging.faults import is_infrastructure
from shared.messaging.inbox import Inbox, Outcome

_RETRY_POLL_SECONDS = 1.0
_PAUSE_SECONDS = 0.5
_log = structlog.get_logger(__name__)


class Receiver:
    """Runs one consumer: what it acknowledged is applied, parked, kept for a retry or dead."""

    def __init__(self, database: Database, bus: Bus, consumer: Consumer) -> None:
        self.consumer = consumer
        self._bus = bus
        self._inbox = Inbox(database, consumer)
        self._failures = Failures(database, consumer.name)

    async def run(self) -> None:
        """Until cancelled; a database or bus that is away is waited for."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._receive_forever())
            tasks.create_task(self._retry_forever())

    async def _receive_forever(self) -> None:
        async for batch in self._bus.deliveries(self.consumer.name, self.consumer.producers):
            for delivery in batch:
                await self._take(delivery)
            try:
                await self._bus.acknowledge(self.consumer.name, batch)
            except BusUnavailable as error:
                # It comes again, and the inbox knows it.
                _log.warning("not acknowledged", consumer=self.consumer.name, error=str(error))

    async def _take(self, delivery: Delivery) -> None:
        try:
            envelope = Envelope.decode(delivery.body)
        except (ValueError, KeyError, TypeError):
            _log.error("not an event", consumer=self.consumer.name, body=delivery.body[:500])
            return
        await self.deliver(envelope)

    async def _retry_forever(self) -> None:
        while True:
            await asyncio.sleep(_RETRY_POLL_SECONDS)
            try:
                due = [*await self._failures.due(), *await self._inbox.left_behind()]
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                continue
            for envelope in due:
                await self.deliver(envelope)

    async def deliver(self, envelope: Envelope) -> None:
        """Apply `envelope` and whatever was parked behind it; returns once its fate is stored."""
        following: Envelope | None = envelope
        while following is not None:
            following = await self._deliver_one(following)

    async def _deliver_one(self, envelope: Envelope) -> Envelope | None:
        while True:
            try:
                outcome = await self._inbox.receive(envelope)
                if outcome is Outcome.PARKED:
                    return None
                return await self._inbox.next_parked(envelope)
            except Exception as error:
                if is_infrastructure(error):
                    _log.warning("database is away", consumer=self.consumer.name, error=str(error))
                elif await self._keep(envelope, error):
                    return None
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _keep(self, envelope: Envelope, error: Exception) -> bool:
        try:
            dead = await self._failures.record(envelope, error)
        except Exception as failure:
            if not is_infrastructure(failure):
                raise
            return False
        log = _log.error if dead else _log.warning
        log(
            "event is a dead letter" if dead else "event will be tried again",
            consumer=self.consumer.name,
            type=envelope.type,
            event_id=str(envelope.id),
            correlation_id=str(envelope.correlation_id),
            exc_info=error,
        )
        return True
