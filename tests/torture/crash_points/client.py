"""Whoever asks a process that dies: it is started again, and asked again."""

import asyncio
import multiprocessing
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from shared.identity import Identity
from tests.torture.crash_points.house import Command, Orders, Question, run

_SHOWN = 20_000
_FORKING = multiprocessing.get_context("forkserver")
_PRELOADED = ["tests.torture.crash_points.loaded"]


@dataclass
class Client:
    """Starts the process that `orders` describe and keeps it running. `deaths` counts its ends,
    `patience` is how many seconds a question may take, all deaths included."""

    orders: Orders
    deaths: int = 0
    patience: float = 120.0
    _process: BaseProcess | None = None
    _pipe: Connection | None = None

    async def ask(
        self, service: str, identity: Identity, query: str, **variables: Any
    ) -> Mapping[str, Any]:
        """The whole GraphQL answer, however often the process dies before it gives one."""
        answer: Mapping[str, Any] = await self._answer(
            Question(service, identity, query, variables)
        )
        return answer

    async def data(
        self, service: str, identity: Identity, query: str, **variables: Any
    ) -> Mapping[str, Any]:
        """The data of an answer that must have no errors."""
        answer = await self.ask(service, identity, query, **variables)
        assert not answer.get("errors"), f"{answer['errors']}\n{self.log}"
        found: Mapping[str, Any] = answer["data"]
        return found

    @property
    def log(self) -> str:
        """The end of what the processes said."""
        return self.orders.log.read_text()[-_SHOWN:] if self.orders.log.exists() else ""

    async def command(self, function: str, *arguments: Any) -> Any:
        """What a function of `commands` answers."""
        return await self._answer(
            Command(f"tests.torture.crash_points.commands.{function}", arguments)
        )

    async def look_after(self) -> None:
        """Start the process if it is dead: for whoever waits for what it does by itself."""
        if self._process is not None and not self._process.is_alive():
            self._bury()
        if self._process is None:
            self._start()

    async def stop(self) -> None:
        """Close the pipe, at which the process ends in order."""
        if self._process is not None and self._pipe is not None:
            self._pipe.close()
            await asyncio.to_thread(self._process.join, 15)
            self._end()

    async def _answer(self, asked: Question | Command) -> Any:
        try:
            async with asyncio.timeout(self.patience):
                while True:
                    await self.look_after()
                    assert self._pipe is not None
                    with suppress(EOFError, ConnectionError):
                        self._pipe.send(asked)
                        await _readable(self._pipe)
                        return self._pipe.recv()
                    await asyncio.sleep(0.01)
        except (TimeoutError, asyncio.CancelledError):
            self._end()  # what it still says would be taken for the next answer
            raise

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join(10)
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def _start(self) -> None:
        _FORKING.set_forkserver_preload(_PRELOADED)
        ours, theirs = _FORKING.Pipe()
        self._process = _FORKING.Process(target=run, args=(theirs, self.orders), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours

    def _bury(self) -> None:
        assert self._process is not None
        self._process.join()
        assert self._process.exitcode == -signal.SIGKILL, f"it ended by itself:\n{self.log}"
        self.deaths += 1
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


async def _readable(pipe: Connection) -> None:
    """Not in a thread: one that waits in `recv` for a process that never answers would keep the
    test run from ending."""
    loop, arrived = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(pipe.fileno(), arrived.set)
    try:
        await arrived.wait()
    finally:
        loop.remove_reader(pipe.fileno())
