"""Which relay of a database is the active one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Protocol

import asyncpg

from db.connection import Connection, connect
from db.faults import DatabaseUnavailable
from shared.messaging.transactions import Transactions
from shared.messaging.wakeup import CHANNEL, wake_up_of

SILENCE_SECONDS = 5.0
"""The server takes the turn back from a relay that was silent for so long: it is stopped, or cut
off. It asks far more often."""

_STANDBY_SECONDS = 0.25
_LOCK = 5_028_114_601  # one number for "the relay"; advisory locks are local to a database
# Each tells by its number of rows, so that it can travel as one message: of a relay that is frozen
# between two messages of one question the server would not know that it is silent.
_TRY_LOCK = f"select where pg_try_advisory_lock({_LOCK})"
_ANY_UNPUBLISHED = "select from outbox where published_at is null limit 1"
_ONE_ROW = "SELECT 1"


class Turn(Protocol):
    """The right to be the active relay."""

    async def anything_unpublished(self) -> bool:
        """Whether rows wait. Raises DatabaseUnavailable when the turn is over."""


class Addressed(Transactions, Protocol):
    """A database that further connections can be made to."""

    url: str


class RelayLock(Protocol):
    """Gives the turn to one relay of a database at a time."""

    def turn(self, wake: Callable[[], None]) -> AbstractAsyncContextManager[Turn]:
        """Wait for the turn and have it for the time of the block; `wake` is called on commits.

        Raises DatabaseUnavailable.
        """


class SqlRelayLock:
    """An advisory lock, on a connection of its own that the server ends when it falls silent."""

    def __init__(self, producer: str, database: Addressed) -> None:
        self._producer = producer
        self._database = database

    @asynccontextmanager
    async def turn(self, wake: Callable[[], None]) -> AsyncIterator[Turn]:
        connection = await connect(
            self._database.url,
            name=f"partline-{self._producer}-relay",
            idle_session_timeout=str(round(SILENCE_SECONDS * 1000)),
        )
        try:
            turn = _SqlTurn(connection)
            # Before it has the turn: this takes two messages, and a relay that is frozen between
            # them would keep the turn.
            await turn.listen(wake)
            await turn.stand_by()
            with wake_up_of(self._database).heard_by(wake):
                yield turn
        finally:
            connection.terminate()


class _SqlTurn:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def anything_unpublished(self) -> bool:
        return await self._finds_a_row(_ANY_UNPUBLISHED)

    async def stand_by(self) -> None:
        # Asked again and again: waiting inside pg_advisory_lock would hold a snapshot open.
        while True:
            if await self._finds_a_row(_TRY_LOCK):
                return
            await asyncio.sleep(_STANDBY_SECONDS)

    async def listen(self, wake: Callable[[], None]) -> None:
        with _told_exactly():
            await self._connection.add_listener(CHANNEL, lambda *_: wake())

    async def _finds_a_row(self, query: str) -> bool:
        with _told_exactly():
            return bool(await self._connection.execute(query) == _ONE_ROW)


@contextmanager
def _told_exactly() -> Iterator[None]:
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseUnavailable(f"the relay lost its turn: {error}") from error
