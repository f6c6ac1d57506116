"""A consumer that is stopped, or breaks, loses nothing."""

import asyncio
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from shared.messaging import Consumer, Envelope, receiver
from shared.messaging.events import OrderExpired
from shared.messaging.receiver import Receiver
from tests.integration.messaging.by_hand import HandBus, Journal, event, history
from tests.integration.messaging.failing import (
    receiver_of,
)
from tests.integration.messaging.world import PRODUCER, during, until
from tests.patience import soon


@pytest_asyncio.fixture
async def journal(consumer: Database) -> Journal:
    return await Journal.on(consumer)


@pytest.fixture
def bus() -> HandBus:
    return HandBus()


async def test_a_consumer_that_is_stopped_amid_a_batch_loses_nothing(
    journal: Journal, bus: HandBus
) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def hang(session: AsyncSession, event: OrderExpired, envelope: Envelope) -> None:
        await journal.handle(session, event, envelope)
        begun.set()
        await never.wait()

    bodies = [e.encode() for e in history(uuid4(), "1", "2")]
    bus.hand(*bodies)
    consumer = Consumer("crm", (PRODUCER,), {OrderExpired: hang})
    async with during(Receiver(journal.database, bus, consumer).run):
        await soon("the handler", begun.wait())
    assert bus.acknowledged == []
    assert await journal.effects() == []
    bus.hand(*bodies, earlier=1)
    async with during(receiver_of(journal, bus).run):
        await until(lambda: len(bus.acknowledged) == 2)
    assert await journal.effects() == ["1", "2"]


async def test_a_handler_that_will_not_stop_does_not_keep_its_consumer_from_stopping(
    journal: Journal, bus: HandBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "_SHUTDOWN_SECONDS", 0.05)
    begun, at_last = asyncio.Event(), asyncio.Event()

    async def stubborn(*_: object) -> None:
        begun.set()
        while not at_last.is_set():
            try:
                await at_last.wait()
            except asyncio.CancelledError:
                continue

    bus.hand(event(uuid4(), 1, "1").encode())
    consumer = Consumer("crm", (PRODUCER,), {OrderExpired: stubborn})
    before = asyncio.all_tasks()
    running = asyncio.create_task(Receiver(journal.database, bus, consumer).run())
    await soon("the handler", begun.wait())
    loops = asyncio.all_tasks() - before - {running}
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=20)
    assert done
    assert bus.acknowledged == []
    at_last.set()
    await bus.close()
    await asyncio.wait(loops)


async def test_a_loop_that_breaks_ends_the_consumer_so_that_it_is_started_again(
    journal: Journal,
) -> None:
    class Broken(HandBus):
        async def acknowledge(self, *_: object) -> None:
            raise RuntimeError("a fault of the transport's code")

    broken = Broken()
    broken.hand(event(uuid4(), 1, "1").encode())
    with pytest.raises(RuntimeError, match="a fault of the transport's code"):
        await Receiver(journal.database, broken, journal.consumer()).run()
