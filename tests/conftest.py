"""Real servers for every test that asks: PostgreSQL, Valkey, RabbitMQ and S3, once for a run.

They start only when a test names one of the fixtures.
"""

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from partline.embedded.objects import REGION, objects_program
from partline.embedded.ports import HOST, free_port
from partline.embedded.postgres.binaries import postgres_binaries
from partline.embedded.postgres.cluster import Cluster
from partline.embedded.valkey import valkey_program
from partline.provisioning import provision
from partline.supervisor.account import unprivileged_account
from shared.settings import SERVICES
from tests.rabbitmq import RabbitServer, skip_without_rabbitmq
from tests.servers import ObjectStore, PostgresServer, complete, running
from tests.system import System, partline, temporary_home


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """A folder for the servers' data that an unprivileged account can pass through."""
    with tempfile.TemporaryDirectory(prefix="partline-test-") as folder:
        path = Path(folder)
        path.chmod(0o711)
        yield path


@pytest.fixture(scope="session")
def postgres(servers_folder: Path) -> Iterator[PostgresServer]:
    """PostgreSQL with seven roles and databases, each closed to the other roles."""
    account = unprivileged_account()
    cluster = Cluster(
        binaries=postgres_binaries(account, servers_folder),
        folder=servers_folder / "postgres",
        port=free_port(),
        password=secrets.token_urlsafe(16),
        account=account,
        durable=False,
    )
    cluster.prepare()
    passwords = {name: secrets.token_urlsafe(16) for name in SERVICES}
    with running(cluster.program(), servers_folder / "postgres.log"):
        complete(lambda: provision(cluster.dsn, passwords))
        yield PostgresServer(cluster, passwords)


@pytest.fixture(scope="session")
def valkey_url(servers_folder: Path) -> Iterator[str]:
    """The address of an empty Valkey, database 0; 1 to 15 are free for tests to select."""
    port, password = free_port(), secrets.token_urlsafe(16)
    program = valkey_program(servers_folder / "valkey", port, password)
    with running(program, servers_folder / "valkey.log"):
        yield f"redis://:{password}@{HOST}:{port}/0"


@pytest.fixture(scope="session")
def rabbitmq_url(servers_folder: Path) -> Iterator[str]:
    """The address of an empty RabbitMQ."""
    skip_without_rabbitmq()
    server = RabbitServer(servers_folder / "rabbitmq")
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def s3(servers_folder: Path) -> Iterator[ObjectStore]:
    """An S3 server without buckets."""
    port, secret = free_port(), secrets.token_urlsafe(24)
    program = objects_program(
        servers_folder / "objects", port, "partline-test", secret, ("http://127.0.0.1:8000",)
    )
    with running(program, servers_folder / "objects.log"):
        yield ObjectStore(f"http://{HOST}:{port}", "partline-test", secret, REGION)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """A whole Partline in its default shape, running for all tests that name it."""
    with temporary_home() as home, partline(home) as running_system:
        yield running_system
