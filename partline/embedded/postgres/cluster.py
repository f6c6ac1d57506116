"""A PostgreSQL cluster of our own: created once, started by the supervisor."""

import asyncio
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from partline.embedded.errors import ClusterInitialisationError
from partline.embedded.ports import HOST
from partline.embedded.postgres.binaries import Binaries
from partline.embedded.postgres.configuration import HOST_BASED_ACCESS, postgresql_conf
from partline.supervisor.account import Account
from partline.supervisor.program import Program

SUPERUSER = "partline"
_NO_PERSONAL_SETTINGS: Mapping[str, str] = {"LC_ALL": "C", "PGPASSFILE": "/dev/null"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster whose data and configuration live in `folder`.

    The data folder belongs to `account`; the configuration beside it does not, so the server
    cannot change who may sign in.
    """

    binaries: Binaries
    folder: Path
    port: int
    password: str
    account: Account | None = None
    durable: bool = True

    @property
    def data(self) -> Path:
        """The data folder (PostgreSQL's PGDATA)."""
        return self.folder / "data"

    @property
    def dsn(self) -> str:
        """The superuser's connection string, to the database `postgres`."""
        return f"postgresql://{SUPERUSER}:{self.password}@{HOST}:{self.port}/postgres"

    def prepare(self) -> None:
        """Create the data folder if it is not there, and write the configuration.

        A folder appears only when it is complete: one that was interrupted is begun again.
        """
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        if not self.data.exists():
            self._initialise()
        access = self.folder / "pg_hba.conf"
        access.write_text(HOST_BASED_ACCESS)
        self._configuration.write_text(
            postgresql_conf(self.port, durable=self.durable, host_based_access=str(access))
        )

    def program(self) -> Program:
        """The server, as a program for the supervisor. SIGINT is its fast and orderly stop."""
        postgres = self.binaries.program("postgres")
        configuration = f"config_file={self._configuration}"
        return Program(
            name="postgres",
            command=(postgres, "-D", str(self.data), "-c", configuration),
            environment=_NO_PERSONAL_SETTINGS,
            ready=self._accepts,
            account=self.account,
            address=f"{HOST}:{self.port}",
            directory=str(self.data),
            stop_signal=signal.SIGINT,
            stop_seconds=30.0,
            orphan_signal=signal.SIGINT,
        )

    @property
    def _configuration(self) -> Path:
        return self.folder / "postgresql.conf"

    def _initialise(self) -> None:
        unfinished = self.folder / "unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(self.password)
        if self.account is not None:
            self.account.own(unfinished)
            self.account.own(password)
        try:
            self._run_initdb(unfinished, password)
        finally:
            password.unlink()
        unfinished.rename(self.data)

    def _run_initdb(self, folder: Path, password: Path) -> None:
        command = [
            self.binaries.program("initdb"),
            f"--pgdata={folder}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        ]
        identity = self.account
        finished = subprocess.run(  # noqa: S603 — the program is the wheel's own
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            env={**_NO_PERSONAL_SETTINGS},
            user=identity.uid if identity else None,
            group=identity.gid if identity else None,
            extra_groups=[] if identity else None,
        )
        if finished.returncode != 0:
            raise ClusterInitialisationError(finished.stderr or finished.stdout)

    async def _accepts(self) -> bool:
        with suppress(OSError, TimeoutError, asyncpg.CannotConnectNowError):
            connection = await asyncpg.connect(self.dsn, timeout=2)
            async with asyncio.timeout(2):
                await connection.close()
            return True
        return False
