"""A service of the simulation: one database, and replicas that are started again when they die."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from shared.errors import Invalid
from shared.messaging.consumer import Consumer, Handler, Listener, Told
from shared.messaging.envelope import Envelope
from shared.messaging.receiver import Receiver
from shared.messaging.relay import Relay
from tests.torture.simulation import crm, shop
from tests.torture.simulation.books import note_handled
from tests.torture.simulation.bus import BusClient
from tests.torture.simulation.curses import Curse
from tests.torture.simulation.database import Client, SimulatedDatabase
from tests.torture.simulation.inbox_rows import MemoryInboxRows
from tests.torture.simulation.mes import Pricing
from tests.torture.simulation.outbox_rows import MemoryOutboxRows
from tests.torture.simulation.process import Process, State
from tests.torture.simulation.relay_lock import MemoryRelayLock
from tests.torture.simulation.traffic import (
    SimulatedPriceAsked,
    SimulatedPriceGiven,
    SimulatedPricingFailed,
    SimulatedStep,
)

if TYPE_CHECKING:
    from tests.torture.simulation.world import World

SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "shop": ("mes", "crm"),
    "mes": ("shop",),
    "crm": ("shop",),
    "crm.journey": ("shop", "mes", "crm"),
}
SERVICES = ("shop", "mes", "crm")
RESTART_SECONDS = (0.3, 1.5)
Work = Callable[[], Awaitable[None]]


class Mishap(Exception):
    """A handler that would do better the next time."""


class Replica:
    """One process of a service."""

    def __init__(self, service: "SimulatedService", number: int) -> None:
        world = service.world
        self.world = world
        self.service = service
        self.process = Process(world.loop, f"{service.name}-{number}")
        self.database: Client = Client(service.database, self.process)
        self.bus = BusClient(world.bus, self.process)
        self.chance = random.Random(world.loop.chance.getrandbits(64))
        self.process.on_death.append(partial(service.replica_died, self, number))
        self.process.start(self._main)

    async def _main(self, _: Process) -> None:
        async with asyncio.TaskGroup() as tasks:
            for work in self._works():
                tasks.create_task(self._keep(work))

    def _works(self) -> Sequence[Work]:
        world, name = self.world, self.service.name
        works: list[Work] = [
            Relay(
                name,
                cast(Any, self.database),
                self.bus,
                lock=MemoryRelayLock(self.database),
                rows=MemoryOutboxRows,
                chance=self.chance,
            ).run
        ]
        handlers: dict[type[Any], Handler] = {}
        if name == "shop":
            handlers = {
                SimulatedPriceGiven: shop.price_given,
                SimulatedPricingFailed: shop.pricing_failed,
                SimulatedStep: shop.step_taken,
            }
        elif name == "crm":
            handlers = {SimulatedStep: crm.step_taken}
        elif name == "mes":
            pricing = Pricing(self)
            handlers = {SimulatedPriceAsked: pricing.price_asked}
            works += [pricing.work_forever, pricing.sweep_forever]
        for consumer, producers in SUBSCRIPTIONS.items():
            if consumer.partition(".")[0] == name:
                receiver = Receiver(
                    cast(Any, self.database),
                    self.bus,
                    Consumer(
                        consumer,
                        producers,
                        handlers if consumer == name else {},
                        every=cast(Listener, partial(self._every, consumer)),
                    ),
                    rows=MemoryInboxRows,
                    chance=self.chance,
                )
                works.append(receiver.run)
                if world.reconciled:
                    works.append(world.reconciler(self, receiver))
        return works

    async def _every(self, consumer: str, session: Any, told: Sequence[Told]) -> None:
        for _, envelope in told:
            await self._one(consumer, session, envelope)

    async def _one(self, consumer: str, session: Any, envelope: Envelope) -> None:
        curses = self.world.curses
        await note_handled(session, consumer, envelope)
        if not curses.cured:
            match curses.of(
                consumer, envelope.producer, envelope.aggregate_id, envelope.aggregate_version
            ):
                case Curse.POISON:
                    raise Invalid(f"{consumer} cannot read event {envelope.id}.")
                case Curse.DEADLY:
                    self.process.kill()
                    await asyncio.get_running_loop().create_future()
        if curses.mishap(consumer, envelope):
            raise Mishap(consumer)

    async def _keep(self, work: Work) -> None:
        """As `partline.wiring.background`: work that fails is started again, and noted here."""
        while True:
            try:
                await work()
            except Exception as error:
                if self.world.over:
                    raise
                self.world.failures.append((self.process.name, error))
            await asyncio.sleep(1.0)


class SimulatedService:
    """Replicas of one name, which are kept running."""

    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.name = name
        self.database = SimulatedDatabase(world.loop, name)
        self.replicas: list[Replica] = []

    def start(self, replicas: int) -> None:
        self.replicas = [Replica(self, number) for number in range(replicas)]

    def answers(self) -> bool:
        """Whether a request of another service would be heard."""
        return any(replica.process.state is State.RUNNING for replica in self.replicas)

    def replica_died(self, replica: Replica, number: int) -> None:
        delay = self.world.loop.chance.uniform(*RESTART_SECONDS)
        self.world.log(f"{replica.process.name} died")
        if replica.process.failure is not None:
            self.world.failures.append((replica.process.name, replica.process.failure))

        def restart() -> None:
            if not self.world.over:
                self.replicas[number] = Replica(self, number)

        self.world.loop.later(delay, restart)

    async def ask(self, command: Callable[[Client], Awaitable[None]]) -> Exception | None:
        """As a client over HTTP: gives what the service answered. Raises TimeoutError."""
        replica = self.world.loop.chance.choice(self.replicas)
        answer: asyncio.Future[Exception | None] = self.world.loop.create_future()

        async def handle() -> None:
            error: Exception | None = None
            try:
                await command(replica.database)
            except Exception as raised:
                error = raised
            if not answer.done():
                answer.set_result(error)

        replica.process.spawn(handle())
        return await asyncio.wait_for(answer, 3.0)
