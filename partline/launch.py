"""From a state folder and a mode to the programs that the supervisor runs."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from partline.embedded.ports import HOST, PortBook
from partline.embedded.stack import ADMINISTRATOR_VARIABLE, Stack
from partline.home import Home, write_private
from partline.setup_mark import SetupMark
from partline.supervisor.program import Probe, Program
from partline.supervisor.readiness import http_ok
from partline.topology import GATEWAY, SETUP, UI, Mode, Part, parts
from shared.settings import SERVICES

PRIVATE_KEY_VARIABLE = "PARTLINE_SIGNING_PRIVATE_KEY"
PUBLIC_KEY_VARIABLE = "PARTLINE_SIGNING_PUBLIC_KEY"
SERVICE_KEY_VARIABLE = "PARTLINE_SERVICE_KEY"
DATABASES_VARIABLE = "PARTLINE_DATABASE_URLS"


@dataclass(frozen=True)
class Launch:
    """One start of everything, at a public port, in a mode."""

    home: Home
    mode: Mode
    port: int
    ports: PortBook
    stack: Stack

    @classmethod
    def create(cls, home: Home, mode: Mode, port: int) -> "Launch":
        """A launch from `home`, with the ports of its last run as far as they are free."""
        ports = PortBook(home.folder / "ports.json")
        origins = (f"http://{HOST}:{port}", f"http://localhost:{port}")
        return cls(home, mode, port, ports, Stack(home, ports, origins))

    @property
    def address(self) -> str:
        """The one public address."""
        return f"http://{HOST}:{self.port}"

    @property
    def names(self) -> tuple[str, ...]:
        """Every process that will run, for the width of the log's first column."""
        return (*self.stack.names, SETUP.name, *(part.name for part in parts(self.mode)))

    @property
    def setup_mark(self) -> SetupMark:
        """Remembers that the setup is done; to be set once everything is ready."""
        return SetupMark(
            self.home.folder / "setup-done", (self.stack.cluster.data, self.stack.objects)
        )

    def programs(self) -> Sequence[Program]:
        """The embedded servers, the setup unless it is done, and our own processes."""
        prepared = self.setup_mark.stands()
        servers = self.stack.programs()
        names = tuple(program.name for program in servers)
        write_private(self.home.environment_file, json.dumps(self.environment(), indent=2) + "\n")
        if prepared:
            return (*servers, *(self._program(part, after=names) for part in parts(self.mode)))
        setup = self._program(SETUP, after=names)
        running = [self._program(part, after=(SETUP.name,)) for part in parts(self.mode)]
        return (*servers, setup, *running)

    def environment(self) -> dict[str, str]:
        """Every setting of this run. The parts each get what they need of it."""
        private_key, public_key = self._signing_keys()
        return {
            **self.stack.environment(),
            "PARTLINE_HOME": str(self.home.folder),
            "PARTLINE_DEMO": "true",
            "PARTLINE_HOST": HOST,
            "PARTLINE_PORT": str(self.port),
            "PARTLINE_PUBLIC_URL": self.address,
            "PARTLINE_GATEWAY_URL": self.address,
            PRIVATE_KEY_VARIABLE: private_key,
            PUBLIC_KEY_VARIABLE: public_key,
            SERVICE_KEY_VARIABLE: self.home.secret("service key"),
        }

    def _program(self, part: Part, after: tuple[str, ...]) -> Program:
        port = self._port(part) if part.serves else None
        return Program(
            name=part.name,
            command=(sys.executable, "-m", "partline", *part.arguments),
            environment=self._environment_of(part, port),
            after=after,
            ready=self._probe(part, port),
            address=f"http://{HOST}:{port}" if port else "",
            ready_seconds=90.0,
        )

    def _port(self, part: Part) -> int:
        public = part.name == GATEWAY or self.mode is Mode.TOGETHER
        return self.port if public else self.ports.port(part.name)

    def _probe(self, part: Part, port: int | None) -> Probe | None:
        if part == SETUP:
            return None
        return http_ok(port) if port else self.stack.worker_ready(part.arguments[1:])

    def _environment_of(self, part: Part, port: int | None) -> Mapping[str, str]:
        """Every process gets the settings it needs, and no other's password or key."""
        environment = self.environment()
        if part != SETUP:
            del environment[ADMINISTRATOR_VARIABLE]
        if not part.signs:
            del environment[PRIVATE_KEY_VARIABLE]
        if not part.asks:
            del environment[SERVICE_KEY_VARIABLE]
        urls = json.loads(environment[DATABASES_VARIABLE])
        own = {service: urls[service] for service in part.databases}
        environment[DATABASES_VARIABLE] = json.dumps(own)
        if port is not None:
            environment["PARTLINE_PORT"] = str(port)
        if part.name == GATEWAY:
            environment["PARTLINE_UI_URL"] = f"http://{HOST}:{self.ports.port(UI)}"
        if part.name == GATEWAY or part.asks:
            environment["PARTLINE_SUBGRAPH_URLS"] = json.dumps(
                {service: f"http://{HOST}:{self.ports.port(service)}" for service in SERVICES}
            )
        return environment

    def _signing_keys(self) -> tuple[str, str]:
        """The gateway's key pair, made at the first start and kept."""
        known = self.home.secrets()
        if "signing public" not in known:
            from shared.identity import new_key_pair  # noqa: PLC0415 — once, and it is large

            private_key, public_key = new_key_pair()
            self.home.keep_secrets({"signing private": private_key, "signing public": public_key})
            known = self.home.secrets()
        return known["signing private"], known["signing public"]
