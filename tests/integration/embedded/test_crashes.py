"""PostgreSQL after a crash: it starts again, whatever its lock file says."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from partline.embedded.ports import free_port
from partline.embedded.postgres.binaries import postgres_binaries
from partline.embedded.postgres.cluster import Cluster
from partline.embedded.postgres.stale import release_stale_lock
from partline.supervisor.account import unprivileged_account
from partline.supervisor.program import Program
from partline.supervisor.spawn import spawn_options
from tests.integration.supervisor.programs import lives, until
from tests.servers import running


@pytest.fixture
def cluster(servers_folder: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    account = unprivileged_account()
    cluster = Cluster(
        binaries=postgres_binaries(account, servers_folder),
        folder=servers_folder / f"crash-{abs(hash(request.node.name))}",
        port=free_port(),
        password="secret",
        account=account,
    )
    cluster.prepare()
    yield cluster
    release_stale_lock(cluster.data)


@pytest.fixture
def log(servers_folder: Path) -> Path:
    return servers_folder / "crash.log"


async def test_data_outlives_a_kill(cluster: Cluster, log: Path) -> None:
    with running(cluster.program(), log) as server:
        connection = await asyncpg.connect(cluster.dsn)
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        server.kill()
        server.wait(60)
    release_stale_lock(cluster.data)
    with running(cluster.program(), log):
        connection = await asyncpg.connect(cluster.dsn)
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.close()


async def test_a_lock_whose_number_now_belongs_to_another_process_is_no_hindrance(
    cluster: Cluster, log: Path
) -> None:
    with running(cluster.program(), log) as server:
        lock = (cluster.data / "postmaster.pid").read_text()
        server.kill()
        server.wait(60)
    with _stranger(cluster.program()) as stranger:
        try:
            rest = lock.split("\n", 1)[1]
            (cluster.data / "postmaster.pid").write_text(f"{stranger.pid}\n{rest}")
            release_stale_lock(cluster.data)
            with running(cluster.program(), log):
                assert lives(stranger.pid)
        finally:
            stranger.kill()


async def test_a_server_that_was_left_running_is_stopped_first(cluster: Cluster, log: Path) -> None:
    with running(cluster.program(), log) as server:
        release_stale_lock(cluster.data)
        await until(lambda: not lives(server.pid))
        assert server.wait(60) == 0, "it was asked to stop, not killed"
        assert not (cluster.data / "postmaster.pid").exists()


async def test_an_interrupted_creation_is_begun_again(cluster: Cluster, log: Path) -> None:
    cluster.data.rename(cluster.folder / "unfinished")
    (cluster.folder / "unfinished" / "PG_VERSION").unlink()
    cluster.prepare()
    with running(cluster.program(), log) as server:
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0


def _stranger(program: Program) -> "subprocess.Popen[bytes]":
    """A process of the server's account that has nothing to do with it."""
    options = spawn_options(program)
    options["cwd"] = "/"
    return subprocess.Popen(["/bin/sleep", "600"], **options)
