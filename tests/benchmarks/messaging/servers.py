"""Servers of the benchmark's own: a durable PostgreSQL and a bus."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from partline.embedded.ports import HOST, free_port
from partline.embedded.postgres.binaries import postgres_binaries
from partline.embedded.postgres.cluster import Cluster
from partline.embedded.valkey import valkey_program
from partline.supervisor.account import unprivileged_account
from tests.rabbitmq import RabbitServer
from tests.servers import PostgresServer, running

TRANSPORTS = ("redis", "rabbitmq")


@dataclass(frozen=True)
class Servers:
    """A PostgreSQL, and the address of the bus."""

    postgres: PostgresServer
    bus_url: str


@contextmanager
def servers(transport: str) -> Iterator[Servers]:
    """Run them for the time of the block. Raises RuntimeError when RabbitMQ is not installed."""
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="partline-bench-")))
        folder.chmod(0o711)
        account = unprivileged_account()
        cluster = Cluster(
            binaries=postgres_binaries(account, folder),
            folder=folder / "postgres",
            port=free_port(),
            password=secrets.token_urlsafe(16),
            account=account,
        )
        cluster.prepare()
        closing.enter_context(running(cluster.program(), folder / "postgres.log"))
        bus_url = closing.enter_context(_bus(transport, folder))
        yield Servers(PostgresServer(cluster), bus_url)


@contextmanager
def _bus(transport: str, folder: Path) -> Iterator[str]:
    if transport == "rabbitmq":
        server = RabbitServer(folder / "rabbitmq")
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
    else:
        port, password = free_port(), secrets.token_urlsafe(16)
        program = valkey_program(folder / "valkey", port, password)
        with running(program, folder / "valkey.log"):
            yield f"redis://:{password}@{HOST}:{port}/0"
