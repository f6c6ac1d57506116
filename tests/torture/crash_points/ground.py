"""The servers' side of layer B: databases of all services, a bucket, a mailbox, a ledger."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
from pydantic import SecretStr
from redis.asyncio import Redis

from db.engine import Database
from db.migrate import upgrade
from partline.embedded.mailbox import mailbox_program
from partline.embedded.ports import HOST, free_port
from shared.identity import new_key_pair
from shared.settings import SERVICES, Settings
from subgraphs.mes.pricebook.seed import seed as seed_prices
from tests.integration.subgraph import create_bucket
from tests.servers import ObjectStore, PostgresServer, running
from tests.torture import instruments
from tests.torture.crash_points.client import Client
from tests.torture.crash_points.house import SIGNING_KEY, Orders
from tests.torture.crash_points.objects import delete_all_but
from tests.torture.invariants.stored_objects import keys
from tests.torture.ledger import Ledger, read
from tests.torture.world import World

_CHANGES = tuple(
    f"tests.torture.crash_points.changes.{change}"
    for change in ("allow_forgetful_database", "hurry")
)


@dataclass
class Ground:
    """`environment` is what a process of Partline is told; `clients` are all that were made."""

    databases: Mapping[str, str]
    administrator: str
    environment: dict[str, str]
    settings: Settings
    mailbox: Path
    folder: Path
    ledger: Ledger
    clients: list[Client] = field(default_factory=list)

    def client(
        self,
        *crashes: str,
        without: Sequence[str] = (),
        changes: Sequence[str] = (),
        settings: Mapping[str, str] | None = None,
    ) -> Client:
        """A process of all services on this ground, and who asks it."""
        client = Client(
            Orders(
                environment=self.environment | dict(settings or {}),
                log=self.folder / "house.log",
                crashes=crashes,
                without=without,
                changes=[*_CHANGES, *(f"tests.torture.crash_points.changes.{c}" for c in changes)],
            )
        )
        self.clients.append(client)
        return client

    async def leave(self) -> None:
        """Stop whatever was started here and is not stopped, as after a test that failed."""
        while self.clients:
            await self.clients.pop().stop()

    @asynccontextmanager
    async def copy(self, bus_url: str) -> AsyncIterator["Ground"]:
        """The same databases once more, for what is to break them, on the same storage. Nobody
        may be connected to the original."""
        name = uuid4().hex[:8]
        folder = self.folder / name
        folder.mkdir()
        shutil.copy(self.ledger.path, folder / "ledger")
        databases = {
            service: await _copied(self.administrator, url, f"{service}_{name}", service)
            for service, url in self.databases.items()
        }
        await _emptied(bus_url)
        stored = await asyncio.to_thread(keys, self.settings)
        environment = self.environment | {
            "PARTLINE_DATABASE_URLS": json.dumps(databases),
            "PARTLINE_BUS_URL": bus_url,
        }
        try:
            with Ledger(folder / "ledger") as ledger:
                yield replace(
                    self, databases=databases, environment=environment, folder=folder, ledger=ledger
                )
        finally:
            await asyncio.to_thread(delete_all_but, self.settings, stored)

    def world(self, *, cured: bool = True) -> World:
        """What the invariants look at."""
        return World(
            databases=self.databases,
            ledger=read(self.ledger.path),
            settings=self.settings,
            mailbox=self.mailbox,
            administrator=self.administrator,
            cured=cured,
        )


async def _copied(administrator: str, url: str, name: str, owner: str) -> str:
    connection = await asyncpg.connect(administrator)
    try:
        original = urlsplit(url)
        await connection.execute(
            f'create database "{name}" owner "{owner}" template "{original.path[1:]}"'
        )
        return urlunsplit(original._replace(path=f"/{name}"))
    finally:
        await connection.close()


async def _emptied(bus_url: str) -> None:
    redis = Redis.from_url(bus_url)
    await redis.flushdb()
    await redis.aclose()


@asynccontextmanager
async def ground(
    postgres: PostgresServer, bus_url: str, queue_url: str, store: ObjectStore, folder: Path
) -> AsyncIterator[Ground]:
    """New and empty, with the instruments' tables."""
    name = uuid4().hex[:8]
    databases = {
        service: await asyncio.to_thread(postgres.create_database, f"{service}_{name}", service)
        for service in SERVICES
    }
    for service, url in databases.items():
        await asyncio.to_thread(upgrade, service, url)
    await instruments.prepare(databases)
    prices = Database(databases["mes"], name="mes")
    await seed_prices(prices)
    await prices.close()
    bucket = f"torture-{name}"
    await asyncio.to_thread(create_bucket, store, bucket)
    private, public = new_key_pair()
    port, mailbox = free_port(), folder / "mailbox"
    environment = {
        "PARTLINE_DATABASE_URLS": json.dumps(databases),
        "PARTLINE_BUS_URL": bus_url,
        "PARTLINE_REDIS_URL": queue_url,
        "PARTLINE_QUEUE_URL": queue_url,
        "PARTLINE_S3_ENDPOINT": store.endpoint,
        "PARTLINE_S3_REGION": store.region,
        "PARTLINE_S3_BUCKET": bucket,
        "PARTLINE_S3_ACCESS_KEY": store.access_key,
        "PARTLINE_S3_SECRET_KEY": store.secret_key,
        "PARTLINE_SMTP_HOST": HOST,
        "PARTLINE_SMTP_PORT": str(port),
        "PARTLINE_MAILBOX_DIR": str(mailbox),
        "PARTLINE_SIGNING_PUBLIC_KEY": public,
        "PARTLINE_PRICING_LEASE_SECONDS": "3",
        "PARTLINE_WEBHOOKS_TO_PRIVATE_ADDRESSES": "true",
        "PARTLINE_DATABASE_POOL": "6",
        "PARTLINE_LOG_LEVEL": "WARNING",
        SIGNING_KEY: private,
    }
    settings = Settings(
        s3_endpoint=store.endpoint,
        s3_region=store.region,
        s3_bucket=bucket,
        s3_access_key=store.access_key,
        s3_secret_key=SecretStr(store.secret_key),
    )
    with (
        running(mailbox_program(mailbox, port), folder / "mailbox.log"),
        Ledger(folder / "ledger") as ledger,
    ):
        yield Ground(
            databases, postgres.cluster.dsn, environment, settings, mailbox, folder, ledger
        )
