"""14 and 15: what is told again changes nothing; told anew to empty services, it makes the same."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import sqlalchemy as sa

from db.engine import Database
from db.migrate import upgrade
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Envelope
from shared.messaging.inbox import Inbox
from shared.messaging.outbox_rows import envelope_of
from shared.messaging.subscriptions import service_of
from shared.messaging.tables import metadata, outbox
from tests.torture.handlers import consumers_of, service_on
from tests.torture.invariants.deliveries import reached
from tests.torture.invariants.report import Violation
from tests.torture.world import World

_BATCH = 200
_TIMES = 2
_TABLES = """
select table_name from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE' order by 1
"""
_CAUSES_FIRST = ("accounts", "editor", "shop", "mes", "crm", "operator")
_OF_DELIVERY = frozenset(metadata.tables) - {"outbox"} | {"alembic_version"}


@dataclass(frozen=True, slots=True)
class Projection:
    """`columns` of a `table` that events alone decide; `only` leaves out rows they do not."""

    service: str
    table: str
    columns: str
    only: str = "true"


PROJECTIONS = (
    Projection("shop", "model", "id, owner_id, public, file_name, refusal"),
    Projection(
        "mes",
        "model_file",
        "id, object_key, size, content_hash, facts, owner_id, public, refusal_code,"
        " refusal_message, expired",
    ),
    Projection(
        "mes", "order_request", "order_id, revision, channel, owner_id, partner_id, currency, lines"
    ),
    Projection("crm", "customer", "id, name, email, kind, since, order_count"),
    Projection(
        "crm",
        "review",
        "id, reference, customer_id, partner_id, customer_name, total, currency, automatic,"
        " reasons, snapshot, created_at",
    ),
    Projection("crm", "journey_step", "*"),
    Projection("crm", "journey_model", "*"),
    Projection("crm", "journey_order", "*"),
    Projection(
        "operator",
        "work_order",
        "id, reference, owner_id, partner_id, lines, address, order_total, currency, pay, pay_rule",
        "not exists (select from cancelled_order c where c.order_id = id)",
    ),
    Projection("operator", "cancelled_order", "order_id, reason"),
    Projection("notification", "account_contact", "*"),
    Projection("notification", "order_contact", "*"),
    Projection("editor", "model_use", "*"),
)
_OWN_ROWS: Mapping[str, Sequence[str]] = {"mes": ("price_book",), "editor": ("model",)}
"""What is no projection but must be there for one."""
_HEARD: Mapping[str, frozenset[str]] = {
    "shop": frozenset({"FileUploaded", "FileRejected", "FileExpired"})
}
"""The handlers whose effects are projections, where others need what only commands make."""


async def twice_changes_nothing(world: World) -> list[Violation]:
    """Every outbox goes twice through the real inboxes of all who subscribed to it."""
    wrong = []
    events = await _envelopes(world)
    for service in world.databases:
        if not (names := consumers_of(service)):
            continue
        before = await checksums(world, service)
        async with _database(service, world.databases[service]) as database:
            for consumer in _consumers(service, database, world):
                if consumer.name in names:
                    wrong += await _again(database, consumer, events)
        after = await checksums(world, service)
        wrong += [
            Violation(
                service,
                f"table {table}",
                f"had {before[table]} (rows, checksum) and has {after[table]} after a replay",
                twice=max(0, after[table][0] - before[table][0]),
            )
            for table in before
            if before[table] != after[table]
        ]
    return wrong


async def _again(
    database: Database, consumer: Consumer, events: Mapping[str, Sequence[Envelope]]
) -> list[Violation]:
    inbox = Inbox(database, consumer)
    try:
        for _ in range(_TIMES):
            for producer in consumer.producers:
                for batch in _batches(events.get(producer, ())):
                    await inbox.receive_all(batch)
    except Exception as error:
        text = f"does not absorb a replay: {type(error).__name__}: {error}"
        return [Violation(service_of(consumer.name), f"inbox of {consumer.name}", text[:500])]
    return []


async def projections_are_rebuilt(world: World) -> list[Violation]:
    """What each subscriber applied makes the same rows again in a database without any."""
    if world.administrator is None:
        return [Violation("postgres", "administrator", "was not given to the invariants")]
    events = await _envelopes(world)
    services = dict.fromkeys(projection.service for projection in PROJECTIONS)
    migrating = asyncio.Lock()
    found = await asyncio.gather(
        *(_rebuilt(world, world.administrator, service, events, migrating) for service in services)
    )
    return [violation for violations in found for violation in violations]


async def _rebuilt(
    world: World,
    administrator: str,
    service: str,
    events: Mapping[str, Sequence[Envelope]],
    migrating: asyncio.Lock,
) -> list[Violation]:
    async with _empty(administrator, service, migrating) as url:
        await _copy(world.databases[service], url, _OWN_ROWS.get(service, ()))
        async with _database(service, url) as database:
            for consumer in _consumers(service, database, world):
                if consumer.name not in consumers_of(service):
                    continue
                applied = (await reached(world, consumer.name)).places["applied"]
                heard = {
                    producer: [envelope for envelope in told if envelope.id in applied]
                    for producer, told in events.items()
                }
                failure = await _replay(database, consumer, heard)
                if failure is not None:
                    return [failure]
        fresh = await asyncpg.connect(url)
        try:
            return [
                violation
                for projection in PROJECTIONS
                if projection.service == service
                for violation in await _compare(world, fresh, projection)
            ]
        finally:
            await fresh.close()


async def _replay(
    database: Database, consumer: Consumer, heard: Mapping[str, Sequence[Envelope]]
) -> Violation | None:
    wanted = _HEARD.get(consumer.name)
    if wanted is not None:
        kept = {cls: h for cls, h in consumer.handlers.items() if cls.__name__ in wanted}
        consumer = replace(consumer, handlers=kept)
    inbox = Inbox(database, consumer)
    try:
        for producer in _CAUSES_FIRST:
            if producer in consumer.producers:
                for batch in _batches(heard.get(producer, ())):
                    await inbox.receive_all(batch)
    except Exception as error:
        text = f"cannot be rebuilt: {type(error).__name__}: {error}"
        return Violation(service_of(consumer.name), f"projections of {consumer.name}", text[:500])
    return None


async def _compare(
    world: World, fresh: "asyncpg.Connection[asyncpg.Record]", projection: Projection
) -> list[Violation]:
    sql = (
        f"select to_jsonb(r)::text as row from (select {projection.columns}"
        f" from {projection.table} where {projection.only}) r"
    )
    live = {row["row"] for row in await world.rows(projection.service, sql)}
    rebuilt = {row["row"] for row in await fresh.fetch(sql)}
    subject = f"projection {projection.table}"
    return [
        Violation(projection.service, subject, f"has a row that events do not make: {row}")
        for row in sorted(live - rebuilt)
    ] + [
        Violation(projection.service, subject, f"lacks a row that events make: {row}")
        for row in sorted(rebuilt - live)
    ]


async def checksums(world: World, service: str) -> Mapping[str, tuple[int, int]]:
    """Rows and a checksum of each business table, and of the outbox."""
    found = {}
    for row in await world.rows(service, _TABLES):
        table = row["table_name"]
        if table in _OF_DELIVERY or table.startswith("torture_"):
            continue
        [summed] = await world.rows(
            service,
            "select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"
            f' as checksum from "{table}" t',
        )
        found[table] = (summed["rows"], int(summed["checksum"]))
    return found


async def _envelopes(world: World) -> Mapping[str, Sequence[Envelope]]:
    found = {}
    for producer, url in world.databases.items():
        async with _database(producer, url) as database, database.reading() as session:
            rows = (await session.execute(sa.select(outbox).order_by(outbox.c.seq))).all()
        found[producer] = [envelope_of(producer, row) for row in rows]
    return found


def _batches(envelopes: Sequence[Envelope]) -> list[Sequence[Envelope]]:
    return [envelopes[at : at + _BATCH] for at in range(0, len(envelopes), _BATCH)]


def _consumers(service: str, database: Database, world: World) -> Sequence[Consumer]:
    return service_on(service, database, world.settings).consumers


@asynccontextmanager
async def _database(service: str, url: str) -> AsyncIterator[Database]:
    database = Database(url, name=service, pool_size=2, statement_seconds=60)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _empty(administrator: str, service: str, migrating: asyncio.Lock) -> AsyncIterator[str]:
    """A database of its own with the newest tables of `service`, gone at the end.

    Alembic's context is one for the process, so they take turns at `migrating`.
    """
    name = f"rebuilt_{service}_{uuid4().hex[:8]}"
    url = urlunsplit(urlsplit(administrator)._replace(path=f"/{name}"))
    connection = await asyncpg.connect(administrator)
    try:
        await connection.execute(f'create database "{name}"')
        try:
            async with migrating:
                await asyncio.to_thread(upgrade, service, url)
            yield url
        finally:
            await connection.execute(f'drop database "{name}" with (force)')
    finally:
        await connection.close()


async def _copy(live: str, fresh: str, tables: Sequence[str]) -> None:
    if not tables:
        return
    source, target = await asyncpg.connect(live), await asyncpg.connect(fresh)
    try:
        for table in tables:
            records = [tuple(row) for row in await source.fetch(f'select * from "{table}"')]
            await target.execute(f'truncate "{table}" cascade')
            await target.copy_records_to_table(table, records=records)
    finally:
        await source.close()
        await target.close()
