"""One connection to PostgreSQL, and what is done so that none of them is waited for in vain."""

import socket
from asyncio import AbstractEventLoop, Transport
from typing import Any, TypeAlias

import asyncpg

from db.faults import DatabaseUnavailable

CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 4.0
"""The server ends a statement that takes so long."""
GRACE_SECONDS = 1.0
"""A connection that has not answered so long after that is given up: it may have been cut without
anybody being told. A slow statement, which the server ends first, is no absent database."""
IDLE_IN_TRANSACTION_SECONDS = 10.0
TRANSACTION_SECONDS = 30.0
"""The limit that also holds for a client that was stopped in the middle of a statement."""

_TRANSACTION_TIMEOUT_SINCE = 17
_KEEPALIVE_IDLE_SECONDS = 5
_KEEPALIVE_INTERVAL_SECONDS = 2
_KEEPALIVE_COUNT = 3
_UNACKNOWLEDGED_SECONDS = 10

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class _KeptAlive(asyncpg.Connection):  # type: ignore[misc] # asyncpg tells no types
    def __init__(
        self, protocol: Any, transport: Transport, loop: AbstractEventLoop, *others: Any
    ) -> None:
        super().__init__(protocol, transport, loop, *others)
        own = transport.get_extra_info("socket")
        if own is not None and own.family != getattr(socket, "AF_UNIX", None):
            _keep_alive(own)


async def connect(
    url: str, *, name: str, statement_seconds: float = STATEMENT_SECONDS, **settings: str
) -> Connection:
    """A connection that shows as `name` at the server; `settings` are of its session.

    Raises DatabaseUnavailable, whatever the reason is.
    """
    try:
        connection: Connection = await asyncpg.connect(
            plain_url(url),
            timeout=CONNECT_SECONDS,
            command_timeout=statement_seconds + GRACE_SECONDS,
            connection_class=_KeptAlive,
            server_settings=_session(name, statement_seconds) | settings,
        )
        if connection.get_server_version().major >= _TRANSACTION_TIMEOUT_SINCE:
            limit = _milliseconds(TRANSACTION_SECONDS + statement_seconds)
            await connection.execute(f"set transaction_timeout = {limit}")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        said = str(error) or type(error).__name__
        raise DatabaseUnavailable(f"{name} cannot reach its database: {said}") from error
    return connection


def plain_url(url: str) -> str:
    """The address as asyncpg reads it."""
    return "postgresql://" + url.split("://", 1)[1]


def _session(name: str, statement_seconds: float) -> dict[str, str]:
    return {
        "application_name": name,
        "statement_timeout": _milliseconds(statement_seconds),
        "idle_in_transaction_session_timeout": _milliseconds(IDLE_IN_TRANSACTION_SECONDS),
        # The server, too, lets go of who is gone, and with that of their locks.
        "tcp_keepalives_idle": str(_KEEPALIVE_IDLE_SECONDS),
        "tcp_keepalives_interval": str(_KEEPALIVE_INTERVAL_SECONDS),
        "tcp_keepalives_count": str(_KEEPALIVE_COUNT),
        "tcp_user_timeout": _milliseconds(_UNACKNOWLEDGED_SECONDS),
        "client_connection_check_interval": "1000",
    }


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def _keep_alive(own: socket.socket) -> None:
    own.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", _KEEPALIVE_IDLE_SECONDS),
        ("TCP_KEEPINTVL", _KEEPALIVE_INTERVAL_SECONDS),
        ("TCP_KEEPCNT", _KEEPALIVE_COUNT),
        ("TCP_USER_TIMEOUT", _UNACKNOWLEDGED_SECONDS * 1000),
    ):
        number = getattr(socket, option, None)  # not every system has each
        if number is not None:
            own.setsockopt(socket.IPPROTO_TCP, number, value)
