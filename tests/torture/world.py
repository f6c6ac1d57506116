"""What the invariants look at: the services' databases, the ledger, the storage. Read by SQL."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import asyncpg

from shared.messaging.subscriptions import SUBSCRIPTIONS
from shared.settings import Settings
from tests.torture.ledger import Record

Row = asyncpg.Record


@dataclass
class World:
    """An open look at a system that has come to rest; connects to a database when it is asked.

    `settings` are those of the services (the storage among them), `mailbox` is the Maildir,
    `administrator` the address of a superuser who may make databases; an invariant that needs
    what is not given says so.
    `memory` are samples of each process's resident bytes, oldest first. `cured`: whether what made
    events poisonous is mended and their letters were redriven.
    """

    databases: Mapping[str, str]
    ledger: Sequence[Record] = ()
    settings: Settings | None = None
    mailbox: Path | None = None
    administrator: str | None = None
    memory: Mapping[str, Sequence[int]] = field(default_factory=dict)
    cured: bool = True
    subscriptions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: SUBSCRIPTIONS)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _open: dict[str, "asyncpg.Connection[Row]"] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def rows(self, service: str, sql: str, *arguments: object) -> list[Row]:
        """What a query answers from the database of `service`."""
        async with self._turn:
            connection = await self._connection(service)
            return list(await connection.fetch(sql, *arguments))

    async def value(self, service: str, sql: str, *arguments: object) -> Any:
        """The first column of a query's first row."""
        async with self._turn:
            connection = await self._connection(service)
            return await connection.fetchval(sql, *arguments)

    async def has(self, service: str, table: str) -> bool:
        """Whether the database of `service` has such a table."""
        return bool(await self.value(service, "select to_regclass($1) is not null", table))

    async def close(self) -> None:
        """Let every connection go."""
        for connection in self._open.values():
            await connection.close()
        self._open.clear()

    async def _connection(self, service: str) -> "asyncpg.Connection[Row]":
        if service not in self._open:
            connection = await asyncpg.connect(
                self.databases[service], server_settings={"application_name": "invariants"}
            )
            self._open[service] = connection
            await connection.set_type_codec(
                "jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads
            )
        return self._open[service]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
