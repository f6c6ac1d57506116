"""Events that kill whoever applies them are found, alone, and given up."""

from functools import partial
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from shared.messaging.tables import dead_letter
from tests.integration.messaging.by_hand import HandBus, Journal, event, history
from tests.integration.messaging.failing import Witness, let_all_be_due, lie_in, receiver_of
from tests.integration.messaging.world import applied, during, until


@pytest_asyncio.fixture
async def journal(consumer: Database) -> Journal:
    return await Journal.on(consumer)


@pytest.fixture
def bus() -> HandBus:
    return HandBus()


async def test_an_event_that_killed_its_reader_ten_times_is_dead_and_not_tried_again(
    journal: Journal, bus: HandBus
) -> None:
    killer, behind = history(uuid4(), "1", "2")
    bus.hand(killer.encode(), behind.encode(), earlier=3)
    one = receiver_of(journal, bus)
    async with during(one._receive_forever):
        await until(lambda: len(bus.acknowledged) == 2)
    died = "ReaderDied: the process ended while applying it"
    await let_all_be_due(journal.database, attempts=10, error=died)  # as ten claims leave it
    wanted = {killer.id: ["dead_letter"], behind.id: ["inbox_parked"]}
    async with during(one.run):
        await until(partial(lie_in, journal.database, wanted))
    assert journal.begun == []
    async with journal.database.reading() as session:
        error = await session.scalar(sa.select(dead_letter.c.error))
    assert error == "ReaderDied: the process ended each time it was applied"


async def test_what_its_readers_died_of_is_tried_alone_and_only_itself_is_counted(
    consumer: Database, bus: HandBus
) -> None:
    witness = await Witness.on(consumer)
    assert isinstance(witness, Witness)
    orders = [history(uuid4(), f"{n}.1", f"{n}.2") for n in range(3)]
    suspects = [e for order in orders for e in order]
    bus.hand(*(e.encode() for e in suspects), earlier=3)
    async with during(receiver_of(witness, bus).run):
        await until(partial(applied, consumer, 6))
    ids = {str(e.payload["reason"]): e.id for e in suspects}
    for reason, waiting in witness.counted:
        assert waiting[ids[reason]] == 1
        assert [e for e, attempts in waiting.items() if attempts] == [ids[reason]]
    effects = await witness.effects()
    for n in range(3):
        assert effects.index(f"{n}.1") < effects.index(f"{n}.2")
    assert len(effects) == 6


async def test_what_waited_behind_a_gap_is_tried_alone_and_counted_too(
    consumer: Database, bus: HandBus
) -> None:
    witness = await Witness.on(consumer)
    assert isinstance(witness, Witness)
    one, two = history(uuid4(), "1", "2")
    await receiver_of(witness, bus).deliver(two)
    async with during(receiver_of(witness, bus).run):
        await receiver_of(witness, bus).deliver(one)
        await until(partial(applied, consumer, 2))
    assert witness.counted == [("1", {}), ("2", {two.id: 1})]


async def test_a_delivery_is_applied_at_once_until_its_readers_died_three_times(
    journal: Journal, bus: HandBus
) -> None:
    one = event(uuid4(), 1, "1")
    bus.hand(one.encode(), earlier=2)
    async with during(receiver_of(journal, bus)._receive_forever):
        await until(partial(applied, journal.database, 1))
