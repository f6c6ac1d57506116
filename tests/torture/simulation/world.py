"""The whole simulation: services, their databases, the bus, clients, and what befalls them."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

from shared.errors import DomainError
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.envelope import Envelope
from shared.messaging.receiver import Receiver
from shared.messaging.reconciler import Reconciler
from tests.torture.simulation import shop
from tests.torture.simulation.bus import SimulatedBus
from tests.torture.simulation.curses import Curses
from tests.torture.simulation.database import Client
from tests.torture.simulation.inbox_rows import DEAD, POSITION, MemoryInboxRows
from tests.torture.simulation.journal import MemoryJournal
from tests.torture.simulation.loop import SimulatedLoop
from tests.torture.simulation.outbox_rows import OUTBOX, envelope_of
from tests.torture.simulation.patching import simulated_outside
from tests.torture.simulation.service import (
    SERVICES,
    SUBSCRIPTIONS,
    Replica,
    SimulatedService,
    Work,
)
from tests.torture.simulation.store import Row

T = TypeVar("T")
CLIENT_PAUSE_SECONDS = 0.5


@dataclass
class Ledger:
    """What the clients know, outside of everything that can fail."""

    intended: set[UUID] = field(default_factory=set)
    acknowledged: set[UUID] = field(default_factory=set)
    noise: set[UUID] = field(default_factory=set)


class World:
    """Everything of one run. Use it as a context: `with World(seed) as world`."""

    def __init__(self, seed: int, *, replicas: int = 1, reconciled: bool = True) -> None:
        self.seed = seed
        self.loop = SimulatedLoop(seed)
        self.ids = random.Random(seed + 1)
        self.bus = SimulatedBus(self.loop, SUBSCRIPTIONS)
        self.curses = Curses(seed)
        self.ledger = Ledger()
        self.failures: list[tuple[str, BaseException]] = []
        self.history: list[str] = []
        self.slowest_computation = 1.0
        self.over = False
        self.rubbish = 0
        self.impostors: dict[UUID, Envelope] = {}
        self._failed_computations: set[UUID] = set()
        self._clients: list[asyncio.Task[None]] = []
        self._outside = simulated_outside(self.new_id)
        self._replicas = replicas
        self.reconciled = reconciled
        self.services: dict[str, SimulatedService] = {}

    def __enter__(self) -> "World":
        self._outside.__enter__()
        self.services = {name: SimulatedService(self, name) for name in SERVICES}
        for service in self.services.values():
            service.start(self._replicas)
        return self

    def __exit__(self, *raised: object) -> None:
        self.over = True
        self.bus.closed = True
        for service in self.services.values():
            service.database.closed = True
        try:
            self.loop.bury()
            self.loop.close()
        finally:
            self._outside.__exit__(None, None, None)

    def new_id(self) -> UUID:
        return UUID(int=self.ids.getrandbits(128), version=4)

    def log(self, what: str) -> None:
        """A line of the run's trace; the same seed gives the same lines."""
        self.history.append(f"{self.loop.time():9.4f} {what}")

    def run(self, work: Awaitable[T]) -> T:
        async def main() -> T:
            return await work

        return self.loop.run_until_complete(main())

    def pass_time(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))

    def computing_fails(self, job: UUID) -> bool:
        """Once for some jobs."""
        if job in self._failed_computations or job.int % 1_000 >= self.curses.mishaps:
            return False
        self._failed_computations.add(job)
        return True

    def reconciler(self, replica: Replica, receiver: Receiver) -> Work:
        """That of a consumer; it asks whatever process of the producer is up."""
        journals = {
            producer: MemoryJournal(
                producer,
                Client(self.services[producer].database, replica.process),
                self.services[producer].answers,
            )
            for producer in receiver.consumer.producers
        }
        return Reconciler(
            cast(Any, replica.database),
            receiver,
            journals,
            rows=MemoryInboxRows,
            chance=replica.chance,
        ).run

    def order(self) -> UUID:
        """A customer orders, again and again until it is confirmed."""
        order_id = self.new_id()
        self.ledger.intended.add(order_id)
        self._client("order", order_id, shop.order)
        return order_id

    def edit(self, order_id: UUID) -> None:
        self._client("edit", order_id, shop.edit)

    def cancel(self, order_id: UUID) -> None:
        self._client("cancel", order_id, shop.cancel)

    def refused(self, order_id: UUID) -> None:
        self._client("refused", order_id, shop.refused_command)

    def noise(self, aggregate: UUID, number: int) -> None:
        self.ledger.noise.add(aggregate)
        self._client("noise", aggregate, partial(_noise, number))

    def inject(self, producer: str, body: bytes) -> None:
        """What no relay has sent."""
        self.rubbish += 1
        self.bus.accept(producer, [body])

    def is_seen(self, envelope: Envelope) -> bool:
        """Whether every reader of its producer has passed its version."""
        return all(
            (self._position(consumer, envelope) or {"version": 0})["version"]
            >= envelope.aggregate_version
            for consumer, producers in SUBSCRIPTIONS.items()
            if envelope.producer in producers
        )

    def _position(self, consumer: str, envelope: Envelope) -> Row | None:
        table = cast(Any, self.services[consumer.partition(".")[0]].database.store.table(POSITION))
        found: Row | None = table.get((consumer, envelope.producer, envelope.aggregate_id))
        return found

    def impostor(self, of: Envelope) -> None:
        """Another event of a version that every reader of its producer has seen."""
        another = replace(of, id=self.new_id())
        self.impostors[another.id] = another
        self.bus.put(of.producer, another.encode())

    def replay(self, producer: str) -> None:
        """Everything that a producer ever committed, once more and in any order."""
        rows = list(self.services[producer].database.store.table(OUTBOX).values())
        bodies = [envelope_of(producer, row).encode() for row in rows]
        self.loop.chance.shuffle(bodies)
        self.bus.accept(producer, bodies)

    def redrive(self) -> None:
        """A person lets every dead letter be tried again."""
        for service in self.services.values():
            letters = self._letters(service, lambda row: row["aggregate_id"] is not None)
            if letters:
                self._insist(service.name, "redrive", partial(_redrive, letters))

    def discard(self, wanted: Callable[[Row], bool]) -> None:
        """A person closes the dead letters that nobody needs."""
        for service in self.services.values():
            letters = self._letters(service, wanted)
            if letters:
                self._insist(service.name, "discard", partial(_discard, letters))

    def _letters(
        self, service: SimulatedService, wanted: Callable[[Row], bool]
    ) -> list[tuple[str, UUID]]:
        found = cast(Any, service.database.store.table(DEAD))
        return [key for key, row in found.items() if not row["discarded"] and wanted(row)]

    def clients_are_done(self) -> bool:
        self._clients = [client for client in self._clients if not client.done()]
        return not self._clients

    def _client(
        self, what: str, subject: UUID, command: Callable[[Client, UUID], Awaitable[None]]
    ) -> None:
        def answered() -> None:
            if what == "order":
                self.ledger.acknowledged.add(subject)

        self._insist("shop", f"{what} {subject}", lambda db: command(db, subject), answered)

    def _insist(
        self,
        service: str,
        what: str,
        command: Callable[[Client], Awaitable[None]],
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        async def insist() -> None:
            while True:
                error: Exception | None
                try:
                    error = await self.services[service].ask(command)
                except TimeoutError as silence:
                    error = silence
                if error is None or isinstance(error, DomainError):
                    break
                await asyncio.sleep(self.loop.chance.uniform(0, CLIENT_PAUSE_SECONDS))
            answered()
            self.log(f"{what} answered")

        self._clients.append(self.loop.create_task(insist()))


async def _noise(number: int, database: Client, aggregate: UUID) -> None:
    await shop.noise(database, aggregate, number)


async def _redrive(letters: Collection[tuple[str, UUID]], database: Client) -> None:
    async with database.transaction() as session:
        await DeadLetters(cast(Any, session), MemoryInboxRows).redrive(letters, "a person")


async def _discard(letters: Collection[tuple[str, UUID]], database: Client) -> None:
    async with database.transaction() as session:
        rows = DeadLetters(cast(Any, session), MemoryInboxRows)
        await rows.discard(letters, "a person", "not needed")
