"""One PostgreSQL of the simulation, and a process's pool of connections to it.

Between client and server lies a network: a statement takes effect at one moment on the server, its
answer arrives later, and either may be lost. A commit whose answer is lost is made or not.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from db.connection import IDLE_IN_TRANSACTION_SECONDS, STATEMENT_SECONDS
from tests.torture.simulation import refusals
from tests.torture.simulation.loop import SimulatedLoop
from tests.torture.simulation.process import Process
from tests.torture.simulation.store import Lock, Statement, Store, Work

T = TypeVar("T")
IDLE_RELAY_SECONDS = 5.0
_HOOKS = "after_commit"  # db.engine's key
_AT_ONCE = 0.5
_BIRTH = datetime(2030, 1, 1, tzinfo=UTC)


class Closed(BaseException):
    """The simulation is over: whoever still runs is only being tidied away."""


class SimulatedDatabase:
    """The server."""

    def __init__(self, loop: SimulatedLoop, name: str) -> None:
        self.loop = loop
        self.name = name
        self.store = Store()
        self.sessions: dict[Session, None] = {}
        self.advisory: dict[int, Session] = {}
        self.relays: list[Session] = []
        self.most_relays = 0
        self.listeners: list[tuple[Session, Callable[[], None]]] = []
        self.up = True
        self.closed = False
        self.epoch = 1
        self.skew = 0.0
        self.slowest = 0.004
        self.lose_answers = 0

    def now(self) -> datetime:
        """As clock_timestamp(): the database's own clock, right or wrong."""
        return _BIRTH + timedelta(seconds=self.loop.time() + self.skew)

    def delay(self) -> float:
        return 0.0001 + self.loop.chance.random() ** 4 * self.slowest

    def crash(self) -> None:
        """As `-m immediate`: every connection ends, what was committed stays."""
        self.up = False
        self.cut(1.0)

    def restart(self) -> None:
        self.up = True

    def cut(self, share: float, process: Process | None = None) -> None:
        """End connections, as pg_terminate_backend or a cable."""
        for session in list(self.sessions):
            if process is not None and session.process is not process:
                continue
            if share >= 1.0 or self.loop.chance.random() < share:
                session.lose(refusals.away("terminating connection due to administrator command"))

    def notify(self) -> None:
        for session, callback in self.listeners:
            self.loop.later(self.delay(), session.call, callback)

    def active_relays(self) -> int:
        """How many think that they have the turn and are heard by the server."""
        self.relays = [session for session in self.relays if not session.lost]
        return len(self.relays)

    def left_open(self, seconds: float) -> list[str]:
        """Transactions that have been open for longer than `seconds`, with their locks."""
        before = self.loop.time() - seconds
        old = [s for s in self.sessions if s.work is not None and s.since < before]
        found = [f"open transaction of {session.process.name}" for session in old]
        works = {session.work for session in self.sessions}
        held = [(place, lock.owner) for place, lock in self.store.locks.items()]
        return found + [f"row lock on {place}" for place, owner in held if owner not in works]


class Session:
    """A backend and the connection to it."""

    def __init__(self, database: SimulatedDatabase, process: Process) -> None:
        self.database = database
        self.process = process
        self.work: Work | None = None
        self.since = database.loop.time()
        self.info: dict[str, Any] = {}
        self._lost: Exception | None = None
        self._answer: asyncio.Future[Any] | None = None
        self._served = 0
        database.sessions[self] = None

    @property
    def lost(self) -> bool:
        return self._lost is not None

    @property
    def open_work(self) -> Work:
        """The transaction. Raises when it is over, or the connection is."""
        if self.work is None:
            raise self._lost or AssertionError("no transaction is open")
        return self.work

    async def run(self, statement: Statement[T], *, ends: bool = False) -> T:
        """Send a statement and wait for what it gives; `ends`: a commit or a rollback."""
        database = self.database
        if database.closed:
            raise Closed
        if self._lost is not None:
            raise self._lost
        answer = self._answer = database.loop.create_future()
        database.loop.later(database.delay(), self._serve, statement, answer, ends)
        try:
            return await answer  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            self.lose(
                refusals.away("connection was closed")
            )  # the driver gives such a connection up
            raise

    def lose(self, error: Exception) -> None:
        """The connection is gone: the server rolls back, the client learns it by an error."""
        if self._lost is not None:
            return
        self._lost = error
        database = self.database
        database.sessions.pop(self, None)
        database.listeners = [entry for entry in database.listeners if entry[0] is not self]
        for lock in [lock for lock, owner in database.advisory.items() if owner is self]:
            del database.advisory[lock]
        if self.work is not None:
            self.work.end()
            self.work = None
        if self._answer is not None and not self._answer.done():
            database.loop.later(database.delay(), _fail, self._answer, error)

    def close(self) -> None:
        self.lose(refusals.away("connection was closed"))

    def lose_when_idle(self) -> None:
        """As the idle timeouts do to a client that stands still."""
        served = self._served
        limit = IDLE_IN_TRANSACTION_SECONDS if self.work else IDLE_RELAY_SECONDS
        if self.work is None and self not in self.database.advisory.values():
            return  # only the relay's session has such a limit

        def look() -> None:
            if self._served == served:
                self.lose(refusals.away("idle for too long"))

        self.database.loop.later(limit, look)

    def call(self, callback: Callable[[], None]) -> None:
        if self._lost is None and self.process.alive:
            callback()

    def _serve(self, statement: Statement[T], answer: "asyncio.Future[T]", ends: bool) -> None:
        if self._lost is not None:
            statement.close()
            return
        self._served += 1
        work = self.work
        if work is not None and work.failed and not ends:
            statement.close()
            self._reply(_fail, answer, refusals.aborted())
            return
        self._step(statement, answer)

    def _step(self, statement: Statement[T], answer: "asyncio.Future[T]") -> None:
        if self._lost is not None:
            statement.close()
            return
        try:
            lock = next(statement)
        except StopIteration as done:
            self._reply(_succeed, answer, done.value)
        except Exception as error:
            if self.work is not None:
                self.work.failed = True
            self._reply(_fail, answer, error)
        else:
            if lock is None:
                self.database.loop.later(self.database.delay(), self._step, statement, answer)
                return
            if self.work is None:
                raise AssertionError("only a transaction waits for locks")
            self._wait(lock, self.work, statement, answer)

    def _wait(
        self, lock: Lock, work: Work, statement: Statement[T], answer: "asyncio.Future[T]"
    ) -> None:
        loop = self.database.loop
        began = loop.time()
        lock.waiting.append((work, lambda: self._step(statement, answer)))

        def look() -> None:
            if work.open and work.waits_for is lock and loop.time() >= began + STATEMENT_SECONDS:
                work.give_up_waiting()
                work.failed = True
                statement.close()
                self._reply(_fail, answer, refusals.too_slow())

        loop.later(STATEMENT_SECONDS, look)

    def _reply(self, how: Callable[..., None], answer: "asyncio.Future[T]", value: Any) -> None:
        database = self.database
        if database.lose_answers > 0:
            database.lose_answers -= 1
            self.lose(refusals.away("connection was closed"))
            return
        if database.loop.chance.random() < _AT_ONCE:
            how(answer, value)  # a step less; the way there has taken its time
        else:
            database.loop.later(database.delay(), how, answer, value)


def _succeed(answer: "asyncio.Future[Any]", value: Any) -> None:
    if not answer.done():
        answer.set_result(value)


def _fail(answer: "asyncio.Future[Any]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
        answer.exception()  # whoever asked may be dead, which is nothing to be warned of


class Client:
    """What a process has of a database: the same two blocks as `db.engine.Database`."""

    def __init__(self, database: SimulatedDatabase, process: Process) -> None:
        self.database = database
        self.name = database.name
        self._process = process
        process.on_death.append(self._gone)
        process.on_stop.append(self._stands_still)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        session = await self.connect()
        session.work = Work(self.database.store)
        try:
            yield session
            await session.run(_commit(session), ends=True)
        except BaseException:
            if not session.lost:
                await session.run(_roll_back(session), ends=True)
            raise
        finally:
            session.close()
        for hook in session.info.pop(_HOOKS, {}).values():
            with suppress(Exception):  # a hint
                await hook()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        session = await self.connect()
        session.work = Work(self.database.store, snapshot=True)
        try:
            yield session
        finally:
            session.close()

    glance = reading
    single = transaction

    async def connect(self) -> Session:
        database = self.database
        if database.closed:
            raise Closed
        if not database.up:
            await asyncio.sleep(database.delay())
            raise refusals.away("connection refused")
        session = Session(database, self._process)
        session.info["database"] = self
        return session

    def _gone(self) -> None:
        # The kernel closes the sockets; what was sent before is still read by the server.
        for session in self._own():
            self.database.loop.later(self.database.slowest, session.close)

    def _stands_still(self) -> None:
        for session in self._own():
            session.lose_when_idle()

    def _own(self) -> list[Session]:
        return [s for s in self.database.sessions if s.process is self._process]


def _commit(session: Session) -> Statement[None]:
    work = session.work
    if work is not None:
        if work.failed:
            work.end()
        else:
            work.commit()
        session.work = None
    return
    yield


def _roll_back(session: Session) -> Statement[None]:
    if session.work is not None:
        session.work.end()
        session.work = None
    return
    yield
