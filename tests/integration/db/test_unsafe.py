"""A PostgreSQL that may forget what it confirmed is refused by whatever would store orders."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
import sqlalchemy as sa

from db.durability import UnsafeDatabase
from db.engine import Database
from partline.embedded.ports import free_port
from partline.embedded.postgres.binaries import postgres_binaries
from partline.embedded.postgres.cluster import Cluster
from partline.provisioning import provision
from partline.supervisor.account import unprivileged_account
from tests.servers import PostgresServer, complete, running

SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


@pytest.fixture(scope="module")
def safe(servers_folder: Path) -> Iterator[PostgresServer]:
    """A cluster as `partline up` makes it; its superuser may change how it writes."""
    account = unprivileged_account()
    cluster = Cluster(
        binaries=postgres_binaries(account, servers_folder),
        folder=servers_folder / "safe-postgres",
        port=free_port(),
        password=secrets.token_urlsafe(16),
        account=account,
    )
    cluster.prepare()
    passwords = {"mes": secrets.token_urlsafe(16)}
    with running(cluster.program(), servers_folder / "safe-postgres.log"):
        complete(lambda: provision(cluster.dsn, passwords))
        yield PostgresServer(cluster, passwords)


def _administer(server: PostgresServer, *statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(server.cluster.dsn)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    complete(execute)


@contextmanager
def _unsafe(server: PostgresServer, setting: str, scope: str) -> Iterator[None]:
    """`setting` is off for the whole server, for the role `mes` or for its database."""
    if scope == "SYSTEM":
        _administer(server, f"alter system set {setting} = off", "select pg_reload_conf()")
    else:
        _administer(server, f"alter {scope} mes set {setting} = off")
    try:
        yield
    finally:
        if scope == "SYSTEM":
            _administer(server, f"alter system reset {setting}", "select pg_reload_conf()")
        else:
            _administer(server, f"alter {scope} mes reset {setting}")


@pytest_asyncio.fixture
async def database(safe: PostgresServer) -> Database:
    return Database(safe.dsn("mes"), name="mes", durable=True)


UNSAFE = [
    *((name, "SYSTEM") for name in SETTINGS),
    ("synchronous_commit", "ROLE"),
    ("synchronous_commit", "DATABASE"),
]


@pytest.mark.parametrize(("setting", "scope"), UNSAFE)
async def test_a_connection_is_refused(
    safe: PostgresServer, database: Database, setting: str, scope: str
) -> None:
    with _unsafe(safe, setting, scope):
        with pytest.raises(UnsafeDatabase, match=f"DATABASE_UNSAFE: .* of mes has {setting} off"):
            await database.check()
        with pytest.raises(UnsafeDatabase):
            async with database.reading() as session:
                await session.execute(sa.text("select 1"))
    await database.check()
    await database.close()


async def test_tests_may_use_a_fast_one(postgres: PostgresServer) -> None:
    database = Database(postgres.dsn("mes"), name="mes")
    await database.check()
    await database.close()


@pytest.mark.parametrize(
    "arguments", [("serve", "mes"), ("worker", "regular"), ("migrate",)], ids=lambda a: a[0]
)
def test_no_command_starts(safe: PostgresServer, arguments: Sequence[str], tmp_path: Path) -> None:
    with _unsafe(safe, "synchronous_commit", "ROLE"):
        ended = subprocess.run(
            [sys.executable, "-m", "partline", *arguments],
            env=os.environ
            | {
                "PARTLINE_HOME": str(tmp_path),
                "PARTLINE_DATABASE_URLS": json.dumps({"mes": safe.dsn("mes")}),
                "PARTLINE_SIGNING_PUBLIC_KEY": secrets.token_hex(32),
                "PARTLINE_SERVICE_KEY": secrets.token_hex(32),
                "PARTLINE_SUBGRAPH_URLS": '{"editor": "http://editor", "shop": "http://shop"}',
                "PARTLINE_PORT": str(free_port()),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert "DATABASE_UNSAFE: the PostgreSQL of mes has synchronous_commit off" in ended.stderr
    assert "start again" in ended.stderr
