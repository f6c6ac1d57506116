"""The wake-up call from a commit to the relay: sent after the commit, and nobody waits for it.

Inside the transaction NOTIFY takes a lock that serialises every commit of the database. A call
that is lost costs the event the relay's next look, a fraction of a second.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import sqlalchemy as sa
import structlog

from db.engine import Database

CHANNEL = "partline_outbox"
_log = structlog.get_logger(__name__)


class WakeUp:
    """Calls to the relay of one database, from one process; one is under way at a time."""

    def __init__(self) -> None:
        self._relays: set[Callable[[], None]] = set()
        self._sending: asyncio.Task[None] | None = None
        self._again = False

    @contextmanager
    def heard_by(self, wake: Callable[[], None]) -> Iterator[None]:
        """For the time of the block the active relay is in this process: it needs no NOTIFY."""
        self._relays.add(wake)
        try:
            yield
        finally:
            self._relays.discard(wake)

    def ring(self, database: Database) -> None:
        """Wake the relay, in whichever process it is. Calls while one is sent become one."""
        for wake in self._relays:
            wake()
        if self._relays:
            return
        if self._sending is None:
            self._sending = asyncio.create_task(self._send(database))
        else:
            self._again = True

    async def _send(self, database: Database) -> None:
        try:
            await _notify(database)
            while self._again:
                self._again = False
                await _notify(database)
        except Exception as error:
            _log.warning("wake-up call is lost", database=database.name, error=str(error))
        finally:
            self._sending, self._again = None, False


_wake_ups: WeakKeyDictionary[object, WakeUp] = WeakKeyDictionary()


def wake_up_of(database: object) -> WakeUp:
    """The one of `database` in this process."""
    return _wake_ups.setdefault(database, WakeUp())


async def wake_relay(database: Database) -> None:
    """Tell the relay of this database to look now; returns without waiting for anything."""
    wake_up_of(database).ring(database)


async def _notify(database: Database) -> None:
    async with database.engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(sa.text(f"notify {CHANNEL}"))
