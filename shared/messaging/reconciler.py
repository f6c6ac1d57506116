"""The reconciler: what was committed and never came is fetched from its producer, past the bus.

The bus is only faster. What it lost, or was down for, arrives by this way within seconds.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from itertools import takewhile
from uuid import UUID

import structlog

from shared.messaging.consumer import Consumer
from shared.messaging.cursor import Cursor
from shared.messaging.faults import has_waited_too_long, is_infrastructure
from shared.messaging.inbox_rows import Rows
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.journal import (
    CursorFromNowhere,
    Journal,
    JournalRefused,
    JournalUnavailable,
    Page,
)
from shared.messaging.receiver import Receiver
from shared.messaging.transactions import Transactions

PAGE = 200
BUSY_SECONDS = 1.0
IDLE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 5.0
PATIENCE_SECONDS = 3.0
"""How long an event may be on its way behind others that the bus brings."""
IN_MIND_SECONDS = 10.0
"""How long the old watermark is used after the consumer's database was restored under its feet."""
_log = structlog.get_logger(__name__)


class Reconciler:
    """Compares one consumer with its producers, each at its own pace.

    Two replicas may do so at once: the inbox takes each event once, and a watermark that falls
    back only has something compared again.
    """

    def __init__(
        self,
        database: Transactions,
        receiver: Receiver,
        journals: Mapping[str, Journal],
        *,
        rows: Rows = SqlInboxRows,
        chance: random.Random | None = None,
    ) -> None:
        self.consumer: Consumer = receiver.consumer
        self._database = database
        self._receiver = receiver
        self._journals = journals
        self._rows = rows
        self._in_mind: dict[str, tuple[Cursor | None, float]] = {}
        self._patient: dict[str, float] = {}
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret

    async def run(self) -> None:
        """Until cancelled; a database or a producer that is away is waited for."""
        async with asyncio.TaskGroup() as tasks:
            for producer in self.consumer.producers:
                tasks.create_task(self._follow(producer))

    async def _follow(self, producer: str) -> None:
        failures = 0
        while True:
            try:
                moved = await self.compare(producer)
                failures = 0
            except Exception as error:
                if not _passes(error):
                    raise
                failures += 1
                self._in_mind.pop(producer, None)
                self._tell(producer, error, failures)
                await asyncio.sleep(self._pause(failures))
                continue
            if moved < PAGE:
                await asyncio.sleep(BUSY_SECONDS if moved else IDLE_SECONDS)

    def _pause(self, failures: int) -> float:
        longest = min(BUSY_SECONDS * 2.0 ** (failures - 1), LONGEST_PAUSE_SECONDS)
        return self._chance.uniform(longest / 2, longest)

    def _tell(self, producer: str, error: Exception, failures: int) -> None:
        if failures == 1 or isinstance(error, JournalRefused):
            _log.warning(
                "cannot compare with producer",
                consumer=self.consumer.name,
                producer=producer,
                error=str(error),
            )

    async def compare(self, producer: str) -> int:
        """Compare with the next page of `producer`; gives by how many events the watermark moved.

        Whatever is missing goes into the inbox like any delivery. The watermark moves to the first
        event whose fate is not stored. Raises JournalUnavailable, JournalRefused and
        DatabaseUnavailable.
        """
        page = await self._after(producer, await self._watermark(producer))
        missing = await self._unknown(producer, page)
        lost = self._lost(producer, missing)
        if lost:
            await self._fetch(producer, lost)
            missing = await self._unknown(producer, page)
        holes = set(missing)
        known = list(takewhile(lambda one: one.entry.event_id not in holes, page.listed))
        if known:
            await self._move(producer, Cursor(page.epoch, known[-1].tx, known[-1].seq))
        return len(known)

    async def _watermark(self, producer: str) -> Cursor | None:
        # Kept in mind for a while, since a consumer would ask for it again and again.
        now = asyncio.get_running_loop().time()
        cursor, until = self._in_mind.get(producer, (None, now))
        if now >= until:
            async with self._database.glance() as session:
                cursor = await self._rows(session, self.consumer.name).watermark(producer)
            self._keep_in_mind(producer, cursor)
        return cursor

    async def _after(self, producer: str, watermark: Cursor | None) -> Page:
        journal = self._journals[producer]
        try:
            return await journal.after(self.consumer.name, watermark, PAGE)
        except CursorFromNowhere as error:
            self._tell(producer, error, failures=1)
            return await journal.after(self.consumer.name, None, PAGE)

    async def _unknown(self, producer: str, page: Page) -> Sequence[UUID]:
        if not page.listed:
            return ()
        async with self._database.glance() as session:
            rows = self._rows(session, self.consumer.name)
            return await rows.unknown(producer, [one.entry for one in page.listed])

    def _lost(self, producer: str, missing: Sequence[UUID]) -> Sequence[UUID]:
        """Those that are not on their way. A consumer that lags behind its bus would take each
        event twice, and lag more. Ids sort by time; where clocks differ too much, patience ends."""
        brought = self._receiver.brought(producer)
        lost = [event for event in missing if brought is None or event < brought]
        now = asyncio.get_running_loop().time()
        if len(lost) == len(missing) or now > self._patient.setdefault(
            producer, now + PATIENCE_SECONDS
        ):
            self._patient.pop(producer, None)
            return missing
        return lost

    async def _fetch(self, producer: str, missing: Sequence[UUID]) -> None:
        _log.info(
            "fetching what never came",
            consumer=self.consumer.name,
            producer=producer,
            events=len(missing),
        )
        bodies = await self._journals[producer].bodies(self.consumer.name, missing)
        async with self._database.single() as session:
            # Before they are applied: one that kills this process must not do so for ever.
            earlier = await self._rows(session, self.consumer.name).begin_resending(producer)
        await self._receiver.deliver_bodies(producer, bodies, earlier)

    async def _move(self, producer: str, cursor: Cursor) -> None:
        async with self._database.single() as session:
            await self._rows(session, self.consumer.name).move_watermark(producer, cursor)
        self._keep_in_mind(producer, cursor)

    def _keep_in_mind(self, producer: str, cursor: Cursor | None) -> None:
        until = asyncio.get_running_loop().time() + IN_MIND_SECONDS
        self._in_mind[producer] = (cursor, until)


def _passes(error: Exception) -> bool:
    return (
        isinstance(error, JournalUnavailable | JournalRefused)
        or is_infrastructure(error)
        or has_waited_too_long(error)
    )
