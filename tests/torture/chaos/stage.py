"""Everything that a run plays on: the servers, the lines to them, and our own processes."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from partline.embedded.ports import free_port
from partline.embedded.postgres.stale import release_stale_lock
from partline.launch import DATABASES_VARIABLE, Launch
from partline.supervisor.program import Program
from partline.topology import SETUP, UI, Mode
from tests.rabbitmq import RabbitServer
from tests.torture import instruments
from tests.torture.chaos.fleet import Fleet, Member
from tests.torture.chaos.forks import Forks
from tests.torture.chaos.options import Options
from tests.torture.chaos.place import Place
from tests.torture.chaos.proxy.lines import Lines
from tests.torture.chaos.server import Server
from tests.torture.chaos.surroundings import Surroundings

_SETUP_SECONDS = 120.0
_READY_SECONDS = 120.0


class SetupFailed(Exception):
    """The databases could not be prepared; the text is the log."""


@dataclass
class Stage:
    """What runs. `launch` knows every address and secret."""

    place: Place
    options: Options
    launch: Launch
    forks: Forks
    lines: Lines
    servers: dict[str, Server] = field(default_factory=dict)
    fleet: Fleet | None = None
    rabbitmq: RabbitServer | None = None
    remarks: list[str] = field(default_factory=list)

    @classmethod
    def prepare(cls, place: Place, options: Options) -> "Stage":
        """A stage with nothing on it yet."""
        launch = Launch.create(place.home, Mode.PROCESSES, free_port())
        return cls(place, options, launch, Forks(place.logs), Lines(place.logs / "proxy.log"))

    @property
    def processes(self) -> Fleet:
        assert self.fleet is not None
        return self.fleet

    async def rise(self) -> None:
        """Start everything; returns when the gateway serves."""
        await asyncio.gather(self.forks.start(), self.lines.start())
        programs = await asyncio.to_thread(self.launch.programs)
        names = self.launch.stack.names
        for program in programs:
            if program.name in names:
                log = self.place.logs / f"{program.name}.log"
                self.servers[program.name] = Server(program, log)
        await asyncio.gather(
            *(server.start() for server in self.servers.values()), self._start_rabbitmq()
        )
        ours = [program for program in programs if program.name not in names]
        await self._set_up(next(program for program in ours if program.name == SETUP.name))
        await instruments.prepare(self.database_urls)
        bus_url = self.rabbitmq.url if self.rabbitmq is not None else None
        around = Surroundings(self.lines, bus_url, self.place.cured)
        members = [
            await self._member(program, around)
            for program in ours
            if program.name not in {SETUP.name, UI}
        ]
        self.fleet = Fleet(self.forks, members, self._instruments())
        self.fleet.start()
        await self.fleet.until_ready(_READY_SECONDS)

    async def fall(self) -> None:
        """End everything."""
        if self.fleet is not None:
            await self.fleet.stop()
        await self.forks.close()
        await self.lines.close()
        if self.rabbitmq is not None:
            await asyncio.to_thread(self.rabbitmq.kill)
        await asyncio.gather(*(server.stop() for server in self.servers.values()))

    async def start_postgres(self) -> None:
        """Start it again, as a supervisor does that finds the lock file of a killed one."""
        await asyncio.to_thread(release_stale_lock, self.launch.stack.cluster.data)
        await self.servers["postgres"].start()

    @property
    def valkey_url(self) -> str:
        """The way to Valkey's first database, past every line."""
        return self.launch.stack.environment()["PARTLINE_QUEUE_URL"].rpartition("/")[0] + "/0"

    @property
    def database_urls(self) -> Mapping[str, str]:
        """Each service's way to its database, past every line."""
        urls: dict[str, str] = json.loads(self.launch.environment()[DATABASES_VARIABLE])
        return urls

    async def _start_rabbitmq(self) -> None:
        if self.options.transport == "rabbitmq":
            self.rabbitmq = RabbitServer(self.place.folder / "rabbitmq")
            self.rabbitmq.launch()
            await self.rabbitmq.until_ready()

    async def _set_up(self, program: Program) -> None:
        arguments = ("--", *program.command[3:])
        _, end = await self.forks.run(program.name, arguments, program.environment)
        async with asyncio.timeout(_SETUP_SECONDS):
            status = await end
        if status != 0:
            raise SetupFailed((self.place.logs / f"{program.name}.log").read_text()[-8000:])

    async def _member(self, program: Program, around: Surroundings) -> Member:
        environment: Mapping[str, str] = await around.of(program)
        if program.name == "gateway":
            environment = {k: v for k, v in environment.items() if k != "PARTLINE_UI_URL"}
        assert program.ready is not None
        return Member(program.name, program.command[3:], environment, program.ready)

    def _instruments(self) -> list[str]:
        return [word for name in self.options.without for word in ("--without", name)]
