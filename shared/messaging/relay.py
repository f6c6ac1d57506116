"""The relay: moves committed outbox rows to the bus, in order, one active for a database."""

import asyncio
import random
from contextlib import suppress

import structlog

from shared.messaging.bus import Bus, BusUnavailable
from shared.messaging.faults import has_waited_too_long, is_infrastructure
from shared.messaging.outbox_rows import Rows, SqlOutboxRows
from shared.messaging.relay_lock import Addressed, RelayLock, SqlRelayLock, Turn

BATCH = 200
POLL_SECONDS = 0.25
GATHER_SECONDS = 0.04
"""The rest after a batch that was not full: what is committed meanwhile travels together, and each
reader takes it in one transaction. What is committed later than that is published at once."""
CONFIRM_SECONDS = 4.0
"""A bus that has not confirmed a batch after so long is taken for absent."""
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
_log = structlog.get_logger(__name__)


class Relay:
    """Publishes what is unpublished. A second relay of the same database stands by.

    The order is: read, publish, await the confirmation, mark. A crash between the last two
    publishes again, which the consumers' inboxes absorb; so does one that goes on for a moment
    after it lost its turn. No transaction is open while publishing.
    """

    def __init__(
        self,
        producer: str,
        database: Addressed,
        bus: Bus,
        *,
        lock: RelayLock | None = None,
        rows: Rows = SqlOutboxRows,
        chance: random.Random | None = None,
    ) -> None:
        self.producer = producer
        self._database = database
        self._bus = bus
        self._lock = lock or SqlRelayLock(producer, database)
        self._rows = rows
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret
        self._wake = asyncio.Event()
        self._failures = 0

    async def run(self) -> None:
        """Until cancelled; faults of the database and of the bus are waited out."""
        while True:
            try:
                async with self._lock.turn(self._wake.set) as turn:
                    await self._publish_forever(turn)
            except Exception as error:
                if not (is_infrastructure(error) or has_waited_too_long(error)):
                    raise
                await self._wait_for("database", error)

    async def _publish_forever(self, turn: Turn) -> None:
        while True:
            # Before it looks, so that a call that comes meanwhile is heard.
            self._wake.clear()
            if not await turn.anything_unpublished():
                await self._rest()
                continue
            try:
                published = await self.publish_batch()
                self._failures = 0
            except BusUnavailable as error:
                await self._wait_for("bus", error)
                continue
            if published < BATCH:
                await asyncio.sleep(GATHER_SECONDS)

    async def _rest(self) -> None:
        # A process that dies between its commit and its call wakes nobody: hence the limit.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)

    async def _wait_for(self, absent: str, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            _log.warning(
                f"{absent} is away, events wait in the outbox",
                producer=self.producer,
                error=str(error),
            )
        longest = min(_FIRST_PAUSE_SECONDS * 2.0**self._failures, _LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(self._chance.uniform(longest / 2, longest))

    async def publish_batch(self) -> int:
        """Publish the oldest unpublished rows, at most `BATCH`, and fewer after each failure: a bus
        that is merely too slow would be given the same ones for ever. Gives how many.

        Raises BusUnavailable with nothing marked, and DatabaseUnavailable.
        """
        async with self._database.glance() as session:
            most = max(BATCH >> self._failures, 1)
            found = await self._rows(session).unpublished(self.producer, most)
        if not found:
            return 0
        bodies = [row.envelope.encode() for row in found]
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await self._bus.publish(self.producer, bodies)
        except TimeoutError as error:
            raise BusUnavailable(f"nothing confirmed in {CONFIRM_SECONDS} s") from error
        async with self._database.single() as session:
            await self._rows(session).mark([row.seq for row in found])
        return len(found)
