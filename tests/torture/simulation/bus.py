"""A bus that does all that a bus may do: lose, repeat, reorder, delay, and lie about it."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from shared.messaging.bus import BusUnavailable, Delivery
from tests.torture.simulation.database import Closed
from tests.torture.simulation.loop import SimulatedLoop
from tests.torture.simulation.process import Process

RECLAIM_SECONDS = 5.0
RECONNECT_SECONDS = 0.5
_LARGEST_BATCH = 12


@dataclass
class Faults:
    """Chances for each message, or for each call."""

    lost: float = 0.0
    repeated: float = 0.0
    displaced: float = 0.0
    delayed: float = 0.0
    refused: float = 0.0
    unconfirmed: float = 0.0
    acknowledgement_lost: float = 0.0


@dataclass
class Message:
    producer: str
    receipt: str
    body: bytes
    earlier: int = 0


@dataclass
class Queue:
    """What one consumer has not acknowledged."""

    ready: deque[Message] = field(default_factory=deque)
    out: dict[str, Message] = field(default_factory=dict)
    readers: deque[tuple[Process, "asyncio.Future[Sequence[Delivery]]"]] = field(
        default_factory=deque
    )


class SimulatedBus:
    """The broker, with a queue for each consumer."""

    def __init__(self, loop: SimulatedLoop, subscriptions: Mapping[str, Sequence[str]]) -> None:
        self.loop = loop
        self.faults = Faults()
        self.up = True
        self.closed = False
        self._subscriptions = subscriptions
        self._queues = {consumer: Queue() for consumer in subscriptions}
        self._receipts = count(1)
        self.wiped: set[tuple[str, bytes]] = set()

    def delay(self) -> float:
        return 0.0001 + self.loop.chance.random() ** 4 * 0.01

    def wipe(self) -> None:
        """As FLUSHALL: the queues are there and empty."""
        for consumer, queue in self._queues.items():
            lost = (*queue.ready, *queue.out.values())
            self.wiped |= {(consumer, message.body) for message in lost}
            queue.ready.clear()
            queue.out.clear()

    def inject(self, producer: str, body: bytes) -> None:
        """What nobody's relay has sent."""
        self.accept(producer, [body])

    def put(self, producer: str, body: bytes) -> None:
        """Into the queue of each reader, whatever the bus does to messages on their way there."""
        for consumer, producers in self._subscriptions.items():
            if producer in producers:
                self._enqueue(consumer, Message(producer, str(next(self._receipts)), body))

    def accept(self, producer: str, bodies: Sequence[bytes]) -> None:
        for consumer, producers in self._subscriptions.items():
            if producer in producers:
                for body in bodies:
                    self._route(consumer, producer, body)

    def take(self, consumer: str, process: Process) -> "asyncio.Future[Sequence[Delivery]]":
        found: asyncio.Future[Sequence[Delivery]] = self.loop.create_future()
        self._queues[consumer].readers.append((process, found))
        self.loop.later(self.delay(), self._serve, consumer)
        return found

    def acknowledge(self, consumer: str, receipts: Sequence[str]) -> None:
        queue = self._queues[consumer]
        for receipt in receipts:
            queue.out.pop(receipt, None)

    def backlog(self) -> int:
        return sum(len(queue.ready) + len(queue.out) for queue in self._queues.values())

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self.loop.chance.random() < chance

    def _route(self, consumer: str, producer: str, body: bytes) -> None:
        faults = self.faults
        if self._happens(faults.lost):
            return
        message = Message(producer, str(next(self._receipts)), body)
        if self._happens(faults.repeated):
            copy = Message(producer, str(next(self._receipts)), body)
            self.loop.later(self.loop.chance.uniform(0, 5), self._enqueue, consumer, copy)
        if self._happens(faults.delayed):
            self.loop.later(self.loop.chance.uniform(0, 3), self._enqueue, consumer, message)
        else:
            self._enqueue(consumer, message)

    def _enqueue(self, consumer: str, message: Message) -> None:
        ready = self._queues[consumer].ready
        ready.append(message)
        if len(ready) > 1 and self._happens(self.faults.displaced):
            other = self.loop.chance.randrange(len(ready))
            ready[other], ready[-1] = ready[-1], ready[other]
        if self._queues[consumer].readers:
            self.loop.later(self.delay(), self._serve, consumer)

    def _serve(self, consumer: str) -> None:
        queue = self._queues[consumer]
        while self.up and queue.ready and queue.readers:
            process, found = queue.readers.popleft()
            if found.done() or not process.alive:
                continue
            size = self.loop.chance.randint(1, _LARGEST_BATCH)
            batch = [queue.ready.popleft() for _ in range(min(size, len(queue.ready)))]
            queue.out.update((message.receipt, message) for message in batch)
            found.set_result(
                [Delivery(m.producer, m.receipt, m.body, earlier=m.earlier) for m in batch]
            )
            self.loop.later(RECLAIM_SECONDS, self._reclaim, consumer, batch)
            process.on_death.append(lambda taken=batch: self._reclaim(consumer, taken))  # type: ignore[misc]

    def _reclaim(self, consumer: str, batch: Sequence[Message]) -> None:
        """What is still out goes to whoever asks next: its reader is dead, stopped or slow."""
        queue = self._queues[consumer]
        for message in reversed(batch):
            if queue.out.get(message.receipt) is message:
                del queue.out[message.receipt]
                receipt = str(next(self._receipts))
                queue.ready.appendleft(
                    Message(message.producer, receipt, message.body, message.earlier + 1)
                )
        if queue.ready and queue.readers:
            self.loop.later(self.delay(), self._serve, consumer)


class BusClient:
    """What a process has of the bus: a `shared.messaging.bus.Bus`."""

    def __init__(self, bus: SimulatedBus, process: Process) -> None:
        self._bus = bus
        self._process = process

    async def publish(self, producer: str, bodies: Sequence[bytes]) -> None:
        bus, chance = self._bus, self._bus.loop.chance
        if bus._happens(bus.faults.refused):
            await asyncio.sleep(bus.delay())
            raise BusUnavailable("refused")
        heard = list(bodies)
        confirmed = not bus._happens(bus.faults.unconfirmed)
        if not confirmed:
            heard = heard[: chance.randint(0, len(heard))]
        await self._call(lambda: bus.accept(producer, heard))
        if not confirmed:
            raise BusUnavailable("not confirmed")

    async def deliveries(
        self, consumer: str, producers: Sequence[str]
    ) -> AsyncGenerator[Sequence[Delivery], None]:
        while True:
            if self._bus.closed:
                raise Closed
            yield await self._bus.take(consumer, self._process)

    async def acknowledge(self, consumer: str, deliveries: Sequence[Delivery]) -> None:
        bus = self._bus
        receipts = [delivery.receipt for delivery in deliveries]
        lost = bus._happens(bus.faults.acknowledgement_lost)
        heard = not lost or bus.loop.chance.random() < 0.5
        await self._call(lambda: bus.acknowledge(consumer, receipts) if heard else None)
        if lost:
            raise BusUnavailable("the acknowledgement was not answered")

    async def close(self) -> None:
        """Nothing is kept open between calls."""

    async def _call(self, effect: Callable[[], Any]) -> None:
        """The effect happens on the broker even if the caller dies meanwhile."""
        bus = self._bus
        if bus.closed:
            raise Closed
        answer: asyncio.Future[None] = bus.loop.create_future()

        def happen() -> None:
            if not bus.up:
                bus.loop.later(bus.delay(), _refuse, answer)
                return
            effect()
            bus.loop.later(bus.delay(), _answer, answer)

        bus.loop.later(bus.delay(), happen)
        await answer


def _answer(answer: "asyncio.Future[None]") -> None:
    if not answer.done():
        answer.set_result(None)


def _refuse(answer: "asyncio.Future[None]") -> None:
    if not answer.done():
        answer.set_exception(BusUnavailable("away"))
        answer.exception()  # whoever asked may be dead
