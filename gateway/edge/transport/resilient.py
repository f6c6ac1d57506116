"""Deadlines, repetition and circuits around any transport."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import structlog

from gateway.edge.deadlines import Deadlines
from gateway.edge.transport.base import SubgraphUnavailable, Transport
from gateway.edge.transport.circuit import Circuit, Permit, State
from gateway.edge.transport.patience import Patience, Patiences

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, as this module takes them."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    fraction: Callable[[], float] = random.random


class ResilientTransport:
    """Keeps a slow, broken or dead subgraph from costing more than its own fields.

    It gives each fetch a deadline, repeats queries whose connection broke, and leaves a subgraph
    alone that failed often in a row. `circuits` may be shared by transports to the same
    subgraphs, so that what is known of them outlives a change of addresses.
    """

    def __init__(
        self,
        inner: Transport,
        patiences: Patiences | None = None,
        *,
        circuits: dict[str, Circuit] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._inner = inner
        self._patiences = patiences or Patiences()
        self._circuits = {} if circuits is None else circuits
        self._clock = clock or Clock()
        self._deadlines: dict[float, Deadlines] = {}

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        """As `Transport.send`; only a repeatable request is ever sent again."""
        patience = self._patiences.of(subgraph)
        circuit = self._circuit(subgraph)
        permit = circuit.lets_out(self._clock.now())
        if permit is None:
            raise SubgraphUnavailable(
                subgraph, f"it is left alone for a while ({circuit.last_failure})", asked=False
            )
        try:
            with self._watched(patience.deadline):
                answer = await self._attempts(subgraph, body, headers, patience, repeatable)
        except TimeoutError as error:
            late = SubgraphUnavailable(
                subgraph, f"it did not answer in time ({patience.deadline:g} s)"
            )
            self._failed(circuit, permit, late)
            raise late from error
        except SubgraphUnavailable as error:
            if error.answered:
                self._succeeded(circuit, subgraph)
            else:
                self._failed(circuit, permit, error)
            raise
        except BaseException:
            circuit.give_back(permit, self._clock.now())
            raise
        self._succeeded(circuit, subgraph)
        return answer

    async def healthy(self, subgraph: str) -> bool:
        """As `Transport.healthy`; it goes out whatever the circuit says."""
        return await self._inner.healthy(subgraph)

    async def close(self) -> None:
        await self._inner.close()

    def circuit(self, subgraph: str) -> Circuit:
        """The circuit of a subgraph, to be looked at."""
        return self._circuit(subgraph)

    async def _attempts(
        self,
        subgraph: str,
        body: bytes,
        headers: Mapping[str, str],
        patience: Patience,
        repeatable: bool,
    ) -> bytes:
        left = patience.attempts if repeatable else 1
        pause = patience.first_pause
        while True:
            left -= 1
            try:
                return await self._inner.send(subgraph, body, headers, repeatable=repeatable)
            except SubgraphUnavailable as error:
                if not error.passing or left <= 0:
                    raise
            await self._clock.sleep(self._clock.fraction() * pause)
            pause *= 2

    def _watched(self, seconds: float) -> AbstractContextManager[None]:
        deadlines = self._deadlines.get(seconds)
        if deadlines is None:
            deadlines = self._deadlines[seconds] = Deadlines(seconds)
        return deadlines.watched()

    def _circuit(self, subgraph: str) -> Circuit:
        found = self._circuits.get(subgraph)
        if found is None:
            found = self._circuits[subgraph] = Circuit(self._patiences.of(subgraph))
        return found

    def _succeeded(self, circuit: Circuit, subgraph: str) -> None:
        if circuit.state is not State.CLOSED:
            _log.info("a subgraph answers again", subgraph=subgraph)
        circuit.succeed(self._clock.now())

    def _failed(self, circuit: Circuit, permit: Permit, error: SubgraphUnavailable) -> None:
        before = circuit.state
        circuit.fail(permit, self._clock.now(), str(error))
        if before is State.CLOSED and circuit.state is State.OPEN:
            _log.error(
                "a subgraph fails again and again and is left alone for a while",
                subgraph=error.subgraph,
                failures=circuit.failures,
                why=str(error),
            )
