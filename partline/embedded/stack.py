"""The embedded servers together, and the settings by which our processes find them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from partline.embedded.mailbox import mailbox_program
from partline.embedded.objects import REGION, objects_program
from partline.embedded.ports import HOST, PortBook
from partline.embedded.postgres.binaries import postgres_binaries
from partline.embedded.postgres.cluster import Cluster
from partline.embedded.postgres.stale import release_stale_lock
from partline.embedded.valkey import keys_exist, valkey_program
from partline.home import Home
from partline.supervisor.account import unprivileged_account
from partline.supervisor.program import Probe, Program
from partline.topology import health_key
from shared.settings import SERVICES

ADMINISTRATOR_VARIABLE = "PARTLINE_ADMINISTRATOR_URL"
ACCESS_KEY = "partline"
BUS_DATABASE = 0
QUEUE_DATABASE = 1


@dataclass(frozen=True)
class Stack:
    """PostgreSQL, Valkey, an S3 server and a mailbox, all below one state folder.

    `origins` are the addresses whose pages may upload to the S3 server.
    """

    home: Home
    ports: PortBook
    origins: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the servers."""
        return ("postgres", "valkey", "objects", "mailbox")

    @property
    def objects(self) -> Path:
        """The folder of the S3 server."""
        return self.home.folder / "objects"

    @cached_property
    def cluster(self) -> Cluster:
        """The PostgreSQL of this state folder."""
        account = unprivileged_account()
        return Cluster(
            binaries=postgres_binaries(account, self.home.installations),
            folder=self.home.postgres,
            port=self._port("postgres"),
            password=self.home.secret("postgres"),
            account=account,
        )

    def programs(self) -> tuple[Program, ...]:
        """The servers. Creates what they need on disk; takes seconds the first time."""
        if self.cluster.data.exists():
            release_stale_lock(self.cluster.data)
        self.cluster.prepare()
        return (
            self.cluster.program(),
            valkey_program(
                self.home.folder / "valkey", self._port("valkey"), self.home.secret("valkey")
            ),
            objects_program(
                self.objects,
                self._port("objects"),
                ACCESS_KEY,
                self.home.secret("objects"),
                self.origins,
            ),
            mailbox_program(self._mailbox, self._port("mailbox")),
        )

    def environment(self) -> dict[str, str]:
        """Where to find the servers, under the names of `shared.settings.Settings`."""
        valkey = f"redis://:{self.home.secret('valkey')}@{HOST}:{self._port('valkey')}"
        return {
            ADMINISTRATOR_VARIABLE: self.cluster.dsn,
            "PARTLINE_DATABASE_URLS": json.dumps(self._database_urls()),
            "PARTLINE_BUS_URL": f"{valkey}/{BUS_DATABASE}",
            "PARTLINE_REDIS_URL": f"{valkey}/{BUS_DATABASE}",
            "PARTLINE_QUEUE_URL": f"{valkey}/{QUEUE_DATABASE}",
            "PARTLINE_S3_ENDPOINT": f"http://{HOST}:{self._port('objects')}",
            "PARTLINE_S3_REGION": REGION,
            "PARTLINE_S3_ACCESS_KEY": ACCESS_KEY,
            "PARTLINE_S3_SECRET_KEY": self.home.secret("objects"),
            "PARTLINE_SMTP_HOST": HOST,
            "PARTLINE_SMTP_PORT": str(self._port("mailbox")),
            "PARTLINE_MAILBOX_DIR": str(self._mailbox),
        }

    def worker_ready(self, pools: Sequence[str]) -> Probe:
        """Ready when a worker of each pool has reported itself to the queue."""
        return keys_exist(
            self._port("valkey"),
            self.home.secret("valkey"),
            QUEUE_DATABASE,
            [health_key(pool) for pool in pools],
        )

    @property
    def _mailbox(self) -> Path:
        return self.home.folder / "mailbox"

    def _database_urls(self) -> dict[str, str]:
        return {
            name: f"postgresql://{name}:{self.home.secret(f'database {name}')}"
            f"@{HOST}:{self._port('postgres')}/{name}"
            for name in SERVICES
        }

    def _port(self, name: str) -> int:
        return self.ports.port(name)
