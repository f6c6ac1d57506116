"""One database of one service: its connections, and the transactions on them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import orjson
import structlog
from sqlalchemy import event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from db.connection import STATEMENT_SECONDS, Connection, connect
from db.durability import refuse_unsafe
from db.faults import absence_of, is_silence, means_absence
from db.session import Session

AfterCommit = Callable[[], Awaitable[None]]

_HOOKS = "after_commit"
_WAIT_FOR_CONNECTION_SECONDS = 10
_READ_ONLY = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_log = structlog.get_logger(__name__)


def after_commit(session: AsyncSession, key: str, hook: AfterCommit) -> None:
    """Run `hook` once the transaction of `session` is committed; never if it rolls back.

    A hook is a hint and may be lost with the process, so nothing may depend on it. Hooks of the
    same `key` in one transaction run once.
    """
    session.info.setdefault(_HOOKS, {})[key] = hook


class Database:
    """Opens transactions; whoever opens one here is the only one who commits it.

    What its connections suffer is raised as DatabaseUnavailable. With `durable` each of them
    is refused (UnsafeDatabase) on a PostgreSQL that may forget what it confirmed. The server ends
    a statement after `statement_seconds`.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        pool_size: int = 12,
        info: Mapping[str, object] | None = None,
        durable: bool = False,
        statement_seconds: float = STATEMENT_SECONDS,
    ) -> None:
        self.name = name
        self.url = url
        self._durable = durable
        self._statement_seconds = statement_seconds
        self.engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            pool_size=pool_size,
            max_overflow=0,  # a connection beyond the pool would be made anew each time
            pool_timeout=_WAIT_FOR_CONNECTION_SECONDS,
            pool_use_lifo=True,
            json_deserializer=orjson.loads,
            # Errors are logged, and the values are people's names, addresses and password hashes.
            hide_parameters=True,
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_unfit)
        event.listen(self.engine.sync_engine, "handle_error", partial(_tell_absence, name))
        self._info = dict(info or {}) | {"database": self}
        self._sessions = self._made_on(self.engine)
        self._read_only = self._made_on(self.engine.execution_options(**_READ_ONLY))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A read-write transaction: committed at the end of the block, rolled back if it raises."""
        async with _ended(self._sessions()) as session:
            yield session
        hooks: dict[str, AfterCommit] = session.info.pop(_HOOKS, {})
        for key, hook in hooks.items():
            try:
                await hook()
            except Exception:
                _log.warning(
                    "after-commit hint failed", database=self.name, hint=key, exc_info=True
                )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A read-only transaction at one snapshot; a write in it is an error."""
        async with _ended(self._read_only()) as session:
            yield session

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncSession]:
        """For a single SELECT, which is a transaction of its own: a third of the round trips of
        `reading`, for what is asked again and again. Two statements in it may see two states."""
        async with self.single() as session:
            yield session

    @asynccontextmanager
    async def single(self) -> AsyncIterator[AsyncSession]:
        """For a single statement that writes, which is a transaction of its own: what follows in
        the block cannot undo it. No hook runs after it."""
        async with _ended(self._sessions()) as session, session.each_alone():
            yield session

    async def check(self) -> None:
        """Connect once. Raises DatabaseUnavailable, and UnsafeDatabase if that is to be refused."""
        connection = await self._connect()
        await connection.close()

    async def close(self) -> None:
        """Give back every connection."""
        await self.engine.dispose()

    def _made_on(self, engine: AsyncEngine) -> async_sessionmaker[Session]:
        return async_sessionmaker(engine, class_=Session, expire_on_commit=False, info=self._info)

    async def _connect(self) -> Connection:
        connection = await connect(
            self.url, name=f"partline-{self.name}", statement_seconds=self._statement_seconds
        )
        if self._durable:
            try:
                await refuse_unsafe(connection, self.name)
            except BaseException:
                connection.terminate()
                raise
        return connection


@asynccontextmanager
async def _ended(session: Session) -> AsyncIterator[Session]:
    # What `async with session, session.begin()` does takes half as long again: it changes to
    # SQLAlchemy's greenlet four more times, once in a task of its own.
    try:
        yield session
        await session.commit()
    except BaseException:
        async with session:  # closes it, and waits for that even when it is cancelled
            raise
    finally:
        session.forget_driver()
    session.expunge_all()


def _refuse_unfit(adapter: Any, record: Any, _: Any) -> None:
    # The event loop has read of its end if the server closed it: asking the server as well, which
    # is what pool_pre_ping does, would cost three round trips for each transaction.
    if record.driver_connection.is_closed():
        raise exc.DisconnectionError("the connection was closed")
    # Whoever is cancelled while a transaction begins leaves it so. The driver would take the next
    # one for a part of it, and commit nothing.
    if adapter._transaction is not None:
        raise exc.DisconnectionError("a transaction on the connection was never ended")


def _tell_absence(name: str, context: ExceptionContext) -> None:
    error = context.original_exception
    if not isinstance(error, Exception):  # whoever asked was cancelled, and has to hear of that
        return
    if is_silence(error):
        context.is_disconnect = True
    if context.is_disconnect or means_absence(error):
        raise absence_of(name, error) from error
