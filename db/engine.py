"""One database of one service: its connections, and the transactions on them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

AfterCommit = Callable[[], Awaitable[None]]

_HOOKS = "after_commit"
_log = structlog.get_logger(__name__)


def after_commit(session: AsyncSession, key: str, hook: AfterCommit) -> None:
    """Run `hook` once the transaction of `session` is committed; never if it rolls back.

    A hook is a hint and may be lost with the process, so nothing may depend on it. Hooks of the
    same `key` in one transaction run once.
    """
    session.info.setdefault(_HOOKS, {})[key] = hook


class Database:
    """Opens transactions; whoever opens one here is the only one who commits it."""

    def __init__(
        self, url: str, *, name: str, pool_size: int = 6, info: Mapping[str, object] | None = None
    ) -> None:
        self.name = name
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            _driver_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            pool_timeout=15,
            # Errors are logged, and the values are people's names, addresses and password hashes.
            hide_parameters=True,
            connect_args={
                "timeout": 10,
                "server_settings": {
                    "application_name": f"partline-{name}",
                    "idle_in_transaction_session_timeout": "60000",
                },
            },
        )
        self._sessions = async_sessionmaker(
            self.engine, expire_on_commit=False, info=dict(info or {}) | {"database": self}
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A read-write transaction: committed at the end of the block, rolled back if it raises."""
        async with self._sessions() as session:
            async with session.begin():
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
        async with self._sessions() as session, session.begin():
            await session.execute(text("set transaction isolation level repeatable read read only"))
            yield session

    async def close(self) -> None:
        """Give back every connection."""
        await self.engine.dispose()


def _driver_url(url: str) -> str:
    return "postgresql+asyncpg://" + url.split("://", 1)[1]


def plain_url(url: str) -> str:
    """The same address as asyncpg itself reads it."""
    return "postgresql://" + url.split("://", 1)[1]
