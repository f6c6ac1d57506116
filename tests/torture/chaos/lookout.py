"""A look into the databases from outside: is anything still on its way?"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import asyncpg

from shared.messaging.envelope import Envelope
from shared.messaging.subscriptions import SUBSCRIPTIONS, readers_of, service_of
from shared.settings import SERVICES

_MOVING = """
select state, count(*) from orders
where state not in ('draft', 'priced', 'needs_attention', 'closed', 'rejected', 'cancelled',
                    'expired')
  and coalesce(partner_reference, '') not like 'poison:%'
group by state
"""
_PAUSES = (0.1, 0.5, 1.0, 2.0, 4.0)
_AGE = "update orders set touched_at = touched_at - interval '400 days' where id = $1"

_UNCONFIRMED = """
select count(*) from unnest($1::text[]) as reader (consumer)
cross join outbox o left join outbox_reader r using (consumer)
where r.consumer is null or (o.tx, o.seq) > (r.tx, r.seq)
"""
_UNSENT = """
select (select count(*) from notification where state = 'PENDING')
     + (select count(*) from webhook_delivery d join webhook w on w.id = d.webhook_id
        where d.state = 'PENDING' and w.disabled_at is null)
"""
_NEWEST = "select * from outbox order by seq desc limit $1"
_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass(frozen=True, slots=True)
class Sight:
    """`unpublished`, `retries`, `behind` (events that a consumer has not passed), `unsent`
    (messages and webhooks) and `unconfirmed` (events that a consumer has not told its producer of)
    are counts; `moving` are orders that still go somewhere, by state; `dead` are open letters."""

    events: int
    unpublished: int
    retries: int
    behind: int
    unsent: int
    unconfirmed: int
    moving: Mapping[str, int]
    dead: int

    @property
    def lags(self) -> bool:
        """Whether something has not got to where it can go without a person."""
        return bool(
            self.unpublished
            or self.retries
            or self.behind
            or self.unsent
            or "pricing" in self.moving
        )

    @property
    def at_rest(self) -> bool:
        """Whether nothing moves any more; what waits behind a dead letter does not."""
        return not (self.lags or self.moving or self.unconfirmed)


class Lookout:
    """Connects to each service's database as the superuser, past everything that is tortured."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._connections: dict[str, asyncpg.Connection[asyncpg.Record]] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def look(self) -> Sight:
        """What is on its way now. Raises OSError or a PostgreSQL error when it cannot be seen."""
        told: dict[str, dict[UUID, int]] = {}
        events = unpublished = retries = dead = behind = unconfirmed = 0
        for service in SERVICES:
            rows = await self._rows(service, "select id, version from aggregate")
            told[service] = {row["id"]: row["version"] for row in rows}
            counts = await self._rows(
                service,
                "select (select count(*) from outbox), (select count(*) from outbox where"
                " published_at is null), (select count(*) from inbox_retry), (select count(*) from"
                " dead_letter where discarded_at is null)",
            )
            found = tuple(counts[0])
            events, unpublished = events + found[0], unpublished + found[1]
            retries, dead = retries + found[2], dead + found[3]
            rows = await self._rows(service, _UNCONFIRMED, list(readers_of(service)))
            unconfirmed += rows[0][0]
        for consumer, producers in SUBSCRIPTIONS.items():
            for producer in producers:
                behind += await self._behind(consumer, producer, told[producer])
        moving = {row["state"]: row["count"] for row in await self._rows("shop", _MOVING)}
        [[unsent]] = await self._rows("notification", _UNSENT)
        return Sight(events, unpublished, retries, behind, unsent, unconfirmed, moving, dead)

    async def orders(self) -> Mapping[str, int]:
        """How many orders are in each state."""
        rows = await self._rows("shop", "select state, count(*) from orders group by state")
        return {row["state"]: row["count"] for row in rows}

    async def newest_bodies(self, producer: str, most: int) -> list[bytes]:
        """The producer's newest events as they travel."""
        rows = await self._rows(producer, _NEWEST, most)
        return [_envelope(producer, row).encode() for row in rows]

    async def forget(self, order: str) -> None:
        """Let an order that its customer has left lie there for a year already."""
        await self._rows("shop", _AGE, UUID(order))

    async def _behind(self, consumer: str, producer: str, told: Mapping[UUID, int]) -> int:
        service = service_of(consumer)
        passed = await self._rows(
            service,
            "select aggregate_id, version from inbox_position where consumer = $1 and producer ="
            " $2",
            consumer,
            producer,
        )
        dead = await self._rows(
            service,
            "select distinct aggregate_id from dead_letter where consumer = $1 and producer = $2"
            " and discarded_at is null",
            consumer,
            producer,
        )
        stuck = {row["aggregate_id"] for row in dead}
        versions = {row["aggregate_id"]: row["version"] for row in passed}
        return sum(
            version - versions.get(aggregate, 0)
            for aggregate, version in told.items()
            if aggregate not in stuck
        )

    async def _rows(self, service: str, sql: str, *arguments: object) -> list[Any]:
        async with self._turns[service]:
            for pause in _PAUSES:
                try:
                    connection = await self._connection(service)
                    return list(await connection.fetch(sql, *arguments, timeout=10))
                except _AWAY:
                    await asyncio.sleep(pause)
            connection = await self._connection(service)
            return list(await connection.fetch(sql, *arguments, timeout=10))

    async def _connection(self, service: str) -> "asyncpg.Connection[asyncpg.Record]":
        connection = self._connections.get(service)
        if connection is None or connection.is_closed():
            connection = await asyncpg.connect(self._urls[service], timeout=5)
            self._connections[service] = connection
        return connection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.gather(
            *(connection.close(timeout=2) for connection in self._connections.values()),
            return_exceptions=True,
        )


def _envelope(producer: str, row: "asyncpg.Record") -> Envelope:
    return Envelope(
        id=row["id"],
        producer=producer,
        type=row["type"],
        schema_version=row["schema_version"],
        aggregate_type=row["aggregate_type"],
        aggregate_id=row["aggregate_id"],
        aggregate_version=row["aggregate_version"],
        correlation_id=row["correlation_id"],
        occurred_at=row["created_at"],
        payload=json.loads(row["payload"]),
        headers=json.loads(row["headers"]),
    )
