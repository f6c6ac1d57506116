"""`shared.messaging.relay_lock.RelayLock` on the simulated database's advisory locks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from shared.messaging.relay_lock import Turn
from shared.messaging.wakeup import wake_up_of
from tests.torture.simulation.database import Client, Session
from tests.torture.simulation.outbox_rows import OUTBOX
from tests.torture.simulation.store import Statement

LOCK = 1
_STANDBY_SECONDS = 0.25


class MemoryRelayLock:
    def __init__(self, database: Client) -> None:
        self._database = database

    @asynccontextmanager
    async def turn(self, wake: Callable[[], None]) -> AsyncIterator[Turn]:
        server = self._database.database
        session = await self._database.connect()
        try:
            # As the real one: who waits asks again and again.
            while not await session.run(self.try_lock(session)):  # noqa: ASYNC110
                await asyncio.sleep(_STANDBY_SECONDS)
            server.listeners.append((session, wake))
            with wake_up_of(cast(Any, self._database)).heard_by(wake):
                server.relays.append(session)
                server.most_relays = max(server.most_relays, server.active_relays())
                yield _MemoryTurn(session)
        finally:
            session.close()

    def try_lock(self, session: Session) -> Statement[bool]:
        """As pg_try_advisory_lock."""
        held = session.database.advisory
        return held.setdefault(LOCK, session) is session
        yield


class _MemoryTurn:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def anything_unpublished(self) -> bool:
        return await self._session.run(self._any())

    def _any(self) -> Statement[bool]:
        rows = self._session.database.store.table(OUTBOX)
        return any(not row["published"] for row in rows.values())
        yield
