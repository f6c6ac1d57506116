"""A private RabbitMQ for tests: in a folder of its own, with free ports and without epmd.

Any number of them run beside each other, as root or as anybody else.
"""

import asyncio
import os
import secrets
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from partline.embedded.ports import HOST, free_port
from partline.supervisor.program import Program
from partline.supervisor.spawn import spawn_options
from tests.servers import complete

REQUIRED_VARIABLE = "PARTLINE_REQUIRE_RABBITMQ"
_USER = "partline"
_PLACES = (
    "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server",  # Debian, Fedora
    "/opt/rabbitmq/sbin/rabbitmq-server",
    "/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server",
    "/usr/local/opt/rabbitmq/sbin/rabbitmq-server",
)
_GREETING = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"


def rabbitmq_script() -> Path | None:
    """The start script of the installed RabbitMQ, or None.

    Debian's `/usr/sbin/rabbitmq-server` changes the account, and is therefore not what we want.
    """
    for pattern in _PLACES:
        for script in sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True):
            return script
    return None


def skip_without_rabbitmq() -> None:
    """Skip the calling test, or fail it where the environment says that nothing is skipped."""
    if rabbitmq_script() is not None:
        return
    reason = "RabbitMQ is not installed (apt-get install rabbitmq-server)"
    if os.environ.get(REQUIRED_VARIABLE) == "1":
        pytest.fail(f"{reason}, and {REQUIRED_VARIABLE} says that it must be", pytrace=False)
    pytest.skip(reason)


@dataclass
class RabbitServer:
    """A broker that keeps its data in `folder`, and its port and its password for ever.

    The thread that starts it has to live as long as the broker is to: the kernel kills the broker
    when that thread ends, so that no test leaves one behind.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    _process: subprocess.Popen[bytes] | None = None
    _distribution_port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Its address, for `PARTLINE_BUS_URL`."""
        return f"amqp://{_USER}:{self.password}@{HOST}:{self.port}/"

    @property
    def pid(self) -> int:
        """The process of the broker. Raises RuntimeError while it does not run."""
        if self._process is None:
            raise RuntimeError("the broker does not run")
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has printed so far."""
        file = self.folder / "rabbitmq.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def launch(self) -> None:
        """Start it, on the data that is there, and return at once."""
        program = self._program()
        with (self.folder / "rabbitmq.log").open("ab") as output:
            self._process = subprocess.Popen(
                program.command, stdout=output, stderr=subprocess.STDOUT, **spawn_options(program)
            )

    async def until_ready(self) -> None:
        """Return once it takes connections. Raises RuntimeError when it ended instead."""
        deadline = time.monotonic() + 90
        while not await self.is_ready():
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"RabbitMQ did not start:\n{self.log}")
            await asyncio.sleep(0.05)

    def start(self) -> None:
        """Start it, on the data that is there, and wait until it takes connections."""
        self.launch()
        complete(self.until_ready)

    def has_saved_queues(self) -> bool:
        """Whether the names of its quorum queues are on disk: about a second after they are new.

        A RabbitMQ 3.10 that is killed before that has the last of them when it is started again,
        but no leader for it: until the next start that queue neither confirms nor delivers.
        """
        names = (self.folder / "quorum" / "rabbit@localhost" / "names.dets").read_bytes()
        return names[8:12] == b"\x00\x00\x00\x01"  # how Erlang's dets marks that nothing is open

    async def is_ready(self) -> bool:
        """Whether it answers the greeting of an AMQP client now."""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_connection(HOST, self.port)
                try:
                    writer.write(_GREETING)
                    return await reader.read(1) == _METHOD_FRAME
                finally:
                    writer.close()
        return False

    def kill(self) -> None:
        """As `kill -9` does; what it had confirmed is still there when it is started again."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """In order, or with force after a while."""
        if self._process is not None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(15)
            self.kill()

    def wipe(self) -> None:
        """Kill it and forget all it had: queues, exchanges and messages."""
        self.kill()
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        shutil.rmtree(self.folder / "quorum", ignore_errors=True)

    def _program(self) -> Program:
        script = rabbitmq_script()
        if script is None:
            raise RuntimeError("RabbitMQ is not installed")
        self._write_configuration()
        return Program(
            name="rabbitmq",
            command=(str(script),),
            ready=self.is_ready,
            environment=self._environment(),
            directory=str(self.folder),
        )

    def _write_configuration(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "rabbitmq.conf").write_text(
            "\n".join(
                [
                    f"listeners.tcp.1 = {HOST}:{self.port}",
                    f"default_user = {_USER}",
                    f"default_pass = {self.password}",
                    "log.file = false",
                    "log.console = true",
                    "log.console.level = error",
                    "disk_free_limit.absolute = 50MB",
                    "raft.wal_max_size_bytes = 67108864",
                    "",
                ]
            )
        )
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "environment.conf").write_text("")

    def _environment(self) -> dict[str, str]:
        # A node that has its name and port before RabbitMQ begins neither asks nor starts an epmd.
        erlang = (
            f"-sname rabbit@localhost -setcookie {secrets.token_hex(16)} "
            f"-start_epmd false -erl_epmd_port {self._distribution_port} "
            "-kernel inet_dist_use_interface {127,0,0,1}"
        )
        folder = str(self.folder)
        return {
            "HOME": folder,
            "RUNNING_UNDER_SYSTEMD": "true",  # the script becomes the broker: one process to kill
            "RABBITMQ_NODENAME": "rabbit@localhost",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": erlang,
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/environment.conf",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_QUORUM_DIR": f"{folder}/quorum",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/rabbitmq.pid",
        }
