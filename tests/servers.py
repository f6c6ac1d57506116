"""Real servers for tests, run by the same code that `partline up` uses."""

import asyncio
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import asyncpg

from partline.embedded.ports import HOST
from partline.embedded.postgres.cluster import Cluster
from partline.provisioning import provide_database, provision
from partline.supervisor.program import Program
from partline.supervisor.spawn import spawn_options

T = TypeVar("T")


def complete(work: Callable[[], Awaitable[T]]) -> T:
    """Run a coroutine to its end in a thread of its own, whatever loop runs in this one."""
    results: list[T] = []
    failures: list[BaseException] = []

    async def run() -> None:
        results.append(await work())

    def target() -> None:
        try:
            asyncio.run(run())
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return results[0]


@contextmanager
def running(program: Program, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program, ready to serve; stopped again at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            program.command, stdout=output, stderr=subprocess.STDOUT, **spawn_options(program)
        )
    try:
        deadline = time.monotonic() + program.ready_seconds
        while not complete(program.ready):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{program.name} did not start:\n{log.read_text()}")
            time.sleep(0.02)
        yield process
    finally:
        process.send_signal(program.stop_signal)
        try:
            process.wait(program.stop_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class PostgresServer:
    """A running PostgreSQL with the role and the database of each service."""

    cluster: Cluster
    passwords: dict[str, str] = field(default_factory=dict)

    def dsn(self, database: str, role: str | None = None) -> str:
        """A connection string; without `role`, of the role named like the database."""
        role = role or database
        return f"postgresql://{role}:{self.passwords[role]}@{HOST}:{self.cluster.port}/{database}"

    def create_database(self, name: str, owner: str | None = None) -> str:
        """A new empty database and, unless it is there, its role; returns the owner's DSN.

        The role is `owner`, or one named like the database.
        """
        owner = owner or name

        async def create() -> None:
            if owner not in self.passwords:
                self.passwords[owner] = f"{owner}-password"
                await provision(self.cluster.dsn, {owner: self.passwords[owner]})
            connection = await asyncpg.connect(self.cluster.dsn)
            try:
                await provide_database(connection, name, owner)
            finally:
                await connection.close()

        complete(create)
        return self.dsn(name, owner)


@dataclass(frozen=True)
class ObjectStore:
    """A running S3 server."""

    endpoint: str
    access_key: str
    secret_key: str
    region: str
