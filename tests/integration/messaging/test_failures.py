"""Events that fail or are none: each ends in one place, and nothing stops the others."""

import asyncio
import random
from functools import partial
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from shared.errors import Invalid
from shared.messaging import Consumer, Envelope
from shared.messaging.events import OrderExpired
from shared.messaging.failures import Failures
from shared.messaging.faults import retry_delay
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.inbox_rows import Attempt
from shared.messaging.receiver import Receiver
from shared.messaging.tables import dead_letter, retry
from tests.integration.messaging.by_hand import HandBus, Journal, event, history, places
from tests.integration.messaging.failing import (
    Witness,
    attempts_of_waiting,
    let_all_be_due,
    lie_in,
    receiver_of,
)
from tests.integration.messaging.world import PRODUCER, applied, during, until


@pytest_asyncio.fixture
async def journal(consumer: Database) -> Journal:
    return await Journal.on(consumer)


@pytest.fixture
def bus() -> HandBus:
    return HandBus()


async def test_the_tenth_failure_is_the_last(journal: Journal, bus: HandBus) -> None:
    failing = event(uuid4(), 1, "1")
    journal.faults["1"] = ZeroDivisionError("a fault of the code")
    await receiver_of(journal, bus).deliver(failing)
    failures = Failures(journal.database, "crm")
    for number in range(2, 11):
        await let_all_be_due(journal.database)
        attempt = await failures.claim()
        assert attempt is not None
        assert attempt.number == number
        assert await failures.record_again(attempt, ZeroDivisionError()) is (number == 10)
    assert await places(journal.database) == {failing.id: ["dead_letter"]}
    assert await failures.claim() is None


async def test_an_attempt_is_counted_before_it_is_made(consumer: Database, bus: HandBus) -> None:
    witness = await Witness.on(consumer)
    assert isinstance(witness, Witness)
    failing = event(uuid4(), 1, "1")
    witness.faults["1"] = ZeroDivisionError()
    await receiver_of(witness, bus).deliver(failing)
    witness.faults = {}
    await let_all_be_due(consumer)
    async with during(receiver_of(witness, bus).run):
        await until(partial(applied, consumer, 1))
    assert witness.counted == [("1", {}), ("1", {failing.id: 2})]


async def test_a_statement_of_a_handler_that_takes_too_long_is_an_attempt_that_counts(
    journal: Journal, bus: HandBus
) -> None:
    hurried = Database(journal.database.url, name="hurried", statement_seconds=0.1)

    async def sleep(session: AsyncSession, _: OrderExpired, __: Envelope) -> None:
        await session.execute(sa.text("select pg_sleep(10)"))

    failing = event(uuid4(), 1, "1")
    consumer = Consumer("crm", (PRODUCER,), {OrderExpired: sleep})
    await Receiver(hurried, bus, consumer).deliver(failing)
    await hurried.close()
    assert await attempts_of_waiting(journal.database) == {failing.id: 1}


async def test_a_reader_that_was_thought_dead_neither_applies_nor_keeps_what_others_went_on_with(
    journal: Journal, bus: HandBus
) -> None:
    failing = event(uuid4(), 1, "1")
    journal.faults["1"] = ZeroDivisionError()
    await receiver_of(journal, bus).deliver(failing)
    journal.faults = {}
    failures, stalled = (
        Failures(journal.database, "crm"),
        Inbox(journal.database, journal.consumer()),
    )
    claims = []
    for _ in range(2):
        await let_all_be_due(journal.database)
        claims.append(await failures.claim())
    late, present = claims
    assert late is not None
    assert present is not None
    assert await stalled.attempt(failing, late.number) is Outcome.KEPT
    await failures.record_again(late, Invalid("too late to say so"))
    assert await places(journal.database) == {failing.id: ["inbox_retry"]}
    await failures.record_again(present, Invalid("this can never be"))
    assert await stalled.attempt(failing, present.number) is Outcome.KEPT
    assert await places(journal.database) == {failing.id: ["dead_letter"]}
    assert await journal.effects() == []


async def test_each_attempt_waits_longer_by_chance_and_nobody_tries_before(
    journal: Journal, bus: HandBus
) -> None:
    failing = event(uuid4(), 1, "1")
    journal.faults["1"] = ZeroDivisionError()
    chance = random.Random(7)
    waits = sa.select(sa.func.extract("epoch", retry.c.due_at - retry.c.failed_at))
    failures = Failures(journal.database, "crm", chance=random.Random(7))

    async def claim() -> Attempt | None:
        chance.uniform(1, 2)  # how long the claim holds is by chance as well
        return await failures.claim()

    await failures.record(failing, ZeroDivisionError())
    for number in range(1, 9):
        async with journal.database.reading() as session:
            waited = await session.scalar(waits)
        assert float(waited or 0) == pytest.approx(retry_delay(number, chance), abs=0.01)
        if number > 1:
            assert await claim() is None
        await let_all_be_due(journal.database)
        attempt = await claim()
        assert attempt is not None
        await failures.record_again(attempt, ZeroDivisionError())


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError("a printer is away"),
        TimeoutError(),
        asyncio.CancelledError(),
        ExceptionGroup("several", [OSError()]),
        MemoryError(),
    ],
)
async def test_a_handlers_own_trouble_is_an_attempt_that_counts_and_nothing_stops(
    journal: Journal, bus: HandBus, error: BaseException
) -> None:
    journal.faults["1"] = error
    failing, good = event(uuid4(), 1, "1"), event(uuid4(), 1, "good")
    bus.hand(failing.encode())
    bus.hand(good.encode())
    async with during(receiver_of(journal, bus).run):
        await until(partial(applied, journal.database, 1))
        await until(lambda: len(bus.acknowledged) == 2)
    assert (await attempts_of_waiting(journal.database))[failing.id] >= 1
    assert await journal.effects() == ["good"]


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "error", [ValueError("a NUL \0 and half a character \ud800"), Unspeakable()]
)
async def test_an_error_is_kept_whatever_it_says(
    journal: Journal, bus: HandBus, error: Exception
) -> None:
    journal.faults["1"] = error
    failing = event(uuid4(), 1, "1")
    await receiver_of(journal, bus).deliver(failing)
    assert await attempts_of_waiting(journal.database) == {failing.id: 1}


RUBBISH = [
    b"",
    b"\0",
    b"{",
    b"[]",
    b'{"id": 5}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    event(uuid4(), 1, "x").encode().replace(b'"x"', b'"\\u0000"'),
    event(uuid4(), 1, "x").encode().replace(b'"shop"', b'"crm"'),
]


@pytest.mark.parametrize("earlier", [0, 3])
async def test_rubbish_on_the_bus_becomes_dead_letters_and_the_events_among_it_are_applied(
    journal: Journal, bus: HandBus, earlier: int
) -> None:
    good = history(uuid4(), "1", "2")
    bodies = [RUBBISH[0], good[0].encode(), *RUBBISH[1:], good[1].encode()]
    bus.hand(*bodies, earlier=earlier)
    async with during(receiver_of(journal, bus).run):
        await until(partial(applied, journal.database, 2))
        await until(lambda: len(bus.acknowledged) == len(bodies))
    async with journal.database.reading() as session:
        kept = set(await session.scalars(sa.select(dead_letter.c.body)))
    assert kept == set(RUBBISH)


async def test_what_waits_and_cannot_be_read_any_more_is_a_dead_letter(
    journal: Journal, bus: HandBus
) -> None:
    journal.faults["1"] = ZeroDivisionError()
    failing = event(uuid4(), 1, "1")
    await receiver_of(journal, bus).deliver(failing)
    await let_all_be_due(journal.database, body=b"rubbish")
    wanted = {failing.id: ["dead_letter"]}
    async with during(receiver_of(journal, bus).run):
        await until(partial(lie_in, journal.database, wanted))


async def test_a_permanent_fault_at_a_later_attempt_is_the_last(
    journal: Journal, bus: HandBus
) -> None:
    failing = event(uuid4(), 1, "1")
    journal.faults["1"] = ZeroDivisionError()
    await receiver_of(journal, bus).deliver(failing)
    journal.faults["1"] = Invalid("this can never be")
    await let_all_be_due(journal.database)
    wanted = {failing.id: ["dead_letter"]}
    async with during(receiver_of(journal, bus).run):
        await until(partial(lie_in, journal.database, wanted))
