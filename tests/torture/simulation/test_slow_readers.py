"""A reader that stood still past the lease of its attempt, and what became of the event meanwhile.

Chance leads there seldom, so the meeting is arranged.
"""

import asyncio
from collections.abc import Iterator
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID

import pytest

from shared.errors import Invalid
from shared.messaging.consumer import Consumer
from shared.messaging.failures import Failures
from shared.messaging.gate import Outcome
from shared.messaging.inbox import Inbox
from tests.torture.simulation.contract import FIRST, event
from tests.torture.simulation.database import Client, SimulatedDatabase
from tests.torture.simulation.inbox_rows import DEAD, INBOX, MemoryInboxRows
from tests.torture.simulation.loop import SimulatedLoop
from tests.torture.simulation.patching import simulated_outside
from tests.torture.simulation.process import Process
from tests.torture.simulation.store import Statement


class Readers:
    """Two processes of one consumer."""

    def __init__(self) -> None:
        self.loop = SimulatedLoop(1)
        self.server = SimulatedDatabase(self.loop, "crm")
        self.slow, self.fast = (self._client(name) for name in ("slow", "fast"))

    def _client(self, name: str) -> Any:
        return Client(self.server, Process(self.loop, name))

    def failures(self, client: Any) -> Failures:
        return Failures(client, "crm", rows=MemoryInboxRows)

    def places(self) -> list[str]:
        return [table for table in (INBOX, DEAD) if self.server.store.table(table)]

    async def meet(self) -> Outcome:
        """The slow one claims and stands still, the fast one buries, the slow one goes on."""
        await self.failures(self.slow).record(event(FIRST, 1), RuntimeError("at first"))
        claimed = await self._claim(self.slow)
        again = await self._claim(self.fast)
        await self.failures(self.fast).record_again(again, Invalid("It can never be applied."))
        inbox = Inbox(self.slow, Consumer("crm", ("shop",)), MemoryInboxRows)
        return await inbox.attempt(event(FIRST, 1), claimed.number)

    async def _claim(self, client: Any) -> Any:
        while (attempt := await self.failures(client).claim()) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        return attempt


@pytest.fixture
def readers() -> Iterator[Readers]:
    with simulated_outside(lambda: UUID(int=0)):
        found = Readers()
        yield found
        found.server.closed = True
        found.loop.bury()
        found.loop.close()


def test_who_comes_too_late_leaves_a_dead_letter_alone(readers: Readers) -> None:
    assert readers.loop.run_until_complete(readers.meet()) is Outcome.KEPT
    assert readers.places() == [DEAD]


def test_without_the_attempts_number_the_event_would_be_in_two_places(readers: Readers) -> None:
    with patch.object(MemoryInboxRows, "_finish", _whoever_comes):
        readers.loop.run_until_complete(readers.meet())
    assert readers.places() == [INBOX, DEAD]


def _whoever_comes(self: MemoryInboxRows, event: UUID, _: int) -> Statement[bool]:
    yield from self._work.delete("inbox_retry", cast(Any, (self._consumer, event)))
    return True
