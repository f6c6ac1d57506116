"""Events that fail, kill or are none: each ends in one place, and nothing stops the others."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.faults import DatabaseUnavailable
from shared.errors import Invalid
from shared.messaging import Consumer, Envelope, receiver
from shared.messaging.events import OrderExpired
from shared.messaging.failures import Failures
from shared.messaging.faults import retry_delay
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.inbox_rows import Attempt, SqlInboxRows
from shared.messaging.receiver import Receiver
from shared.messaging.tables import dead_letter, retry
from tests.integration.messaging.by_hand import HandBus, Journal, event, history, places
from tests.integration.messaging.world import PRODUCER, applied, count, during, until


@pytest_asyncio.fixture
async def journal(consumer: Database) -> Journal:
    return await Journal.on(consumer)


@pytest.fixture
def bus() -> HandBus:
    return HandBus()


def _receiver(journal: Journal, bus: HandBus) -> Receiver:
    return Receiver(journal.database, bus, journal.consumer())


async def _waiting(database: Database) -> dict[UUID, int]:
    """The attempts used up by each event that waits for its next."""
    async with database.reading() as session:
        rows = await session.execute(sa.select(retry.c.event_id, retry.c.attempts))
        return {row.event_id: row.attempts for row in rows}


async def _let_all_be_due(database: Database, **values: object) -> None:
    async with database.transaction() as session:
        await session.execute(sa.update(retry).values(due_at=sa.func.now(), **values))


async def _in(database: Database, wanted: dict[UUID, list[str]]) -> bool:
    return await places(database) == wanted


class Witness(Journal):
    """Notes, while an event is applied, how often others can read that it was attempted."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.counted: list[tuple[str, dict[UUID, int]]] = []

    async def handle(self, session: AsyncSession, event: OrderExpired, envelope: Envelope) -> None:
        self.counted.append((event.reason, await _waiting(self.database)))
        await super().handle(session, event, envelope)


async def test_the_tenth_failure_is_the_last(journal: Journal, bus: HandBus) -> None:
    failing = event(uuid4(), 1, "1")
    journal.faults["1"] = ZeroDivisionError("a fault of the code")
    await _receiver(journal, bus).deliver(failing)
    failures = Failures(journal.database, "crm")
    for number in range(2, 11):
        await _let_all_be_due(journal.database)
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
    await _receiver(witness, bus).deliver(failing)
    witness.faults = {}
    await _let_all_be_due(consumer)
    async with during(_receiver(witness, bus).run):
        await until(partial(applied, consumer, 1))
    assert witness.counted == [("1", {}), ("1", {failing.id: 2})]


async def test_an_event_that_killed_its_reader_ten_times_is_dead_and_not_tried_again(
    journal: Journal, bus: HandBus
) -> None:
    killer, behind = history(uuid4(), "1", "2")
    bus.hand(killer.encode(), behind.encode(), earlier=3)
    one = _receiver(journal, bus)
    async with during(one._receive_forever):
        await until(lambda: len(bus.acknowledged) == 2)
    died = "ReaderDied: the process ended while applying it"
    await _let_all_be_due(journal.database, attempts=10, error=died)  # as ten claims leave it
    wanted = {killer.id: ["dead_letter"], behind.id: ["inbox_parked"]}
    async with during(one.run):
        await until(partial(_in, journal.database, wanted))
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
    async with during(_receiver(witness, bus).run):
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
    await _receiver(witness, bus).deliver(two)
    async with during(_receiver(witness, bus).run):
        await _receiver(witness, bus).deliver(one)
        await until(partial(applied, consumer, 2))
    assert witness.counted == [("1", {}), ("2", {two.id: 1})]


async def test_a_delivery_is_applied_at_once_until_its_readers_died_three_times(
    journal: Journal, bus: HandBus
) -> None:
    one = event(uuid4(), 1, "1")
    bus.hand(one.encode(), earlier=2)
    async with during(_receiver(journal, bus)._receive_forever):
        await until(partial(applied, journal.database, 1))


class Flickering:
    """A database that is away as often as is said, before or after it was asked for anything."""

    def __init__(self, database: Database, *, away: int) -> None:
        self._database = database
        self.away = away

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        self.away -= 1
        if self.away >= 0:
            raise DatabaseUnavailable("gone")
        async with self._database.transaction() as session:
            yield session

    reading = transaction


async def test_nothing_is_counted_while_the_database_is_away(
    journal: Journal, bus: HandBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "_PAUSE_SECONDS", 0.01)
    flickering = Flickering(journal.database, away=25)
    bodies = [e.encode() for e in history(uuid4(), "1", "2")]
    bus.hand(*bodies)
    async with during(Receiver(flickering, bus, journal.consumer()).run):
        await until(lambda: len(bus.acknowledged) == 2)
    assert await journal.effects() == journal.begun == ["1", "2"]
    assert await count(journal.database, retry) == 0


async def test_a_handler_that_loses_the_database_now_and_then_is_not_counted(
    journal: Journal, bus: HandBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "_PAUSE_SECONDS", 0.01)
    away = [DatabaseUnavailable("gone")] * 5

    async def handle(session: AsyncSession, event: OrderExpired, envelope: Envelope) -> None:
        await journal.handle(session, event, envelope)
        if away:
            raise away.pop()

    consumer = Consumer("crm", (PRODUCER,), {OrderExpired: handle})
    await Receiver(journal.database, bus, consumer).deliver(event(uuid4(), 1, "1"))
    assert await journal.effects() == ["1"]


async def test_a_handler_whose_every_run_costs_it_the_database_does_not_stop_its_consumer(
    journal: Journal, bus: HandBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "_PAUSE_SECONDS", 0.01)
    journal.faults["1"] = DatabaseUnavailable("ended for being idle in a transaction")
    failing, good = event(uuid4(), 1, "1"), event(uuid4(), 1, "good")
    await _receiver(journal, bus).deliver_all([failing, good])
    assert await _waiting(journal.database) == {failing.id: 1}
    assert await journal.effects() == ["good"]


async def test_who_has_to_wait_for_a_stopped_reader_waits_and_counts_nothing(
    journal: Journal, bus: HandBus
) -> None:
    contended = event(uuid4(), 1, "1")
    hurried = Database(journal.database.url, name="hurried", statement_seconds=0.1)
    runner = Receiver(hurried, bus, journal.consumer())
    waits = sa.text("select count(*) from pg_locks where not granted")
    async with journal.database.transaction() as stopped:
        await SqlInboxRows(stopped, "crm").lock([contended])
        delivering = asyncio.create_task(runner.deliver(contended))
        for _ in range(3):

            async def waiting() -> bool:
                return bool(await stopped.scalar(waits))

            async def ended() -> bool:
                return not await stopped.scalar(waits)

            await until(waiting)
            await until(ended)
        assert not delivering.done()
    await delivering
    await hurried.close()
    assert await places(journal.database) == {contended.id: ["inbox"]}


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
    assert await _waiting(journal.database) == {failing.id: 1}


async def test_a_reader_that_was_thought_dead_neither_applies_nor_keeps_what_others_went_on_with(
    journal: Journal, bus: HandBus
) -> None:
    failing = event(uuid4(), 1, "1")
    journal.faults["1"] = ZeroDivisionError()
    await _receiver(journal, bus).deliver(failing)
    journal.faults = {}
    failures, stalled = (
        Failures(journal.database, "crm"),
        Inbox(journal.database, journal.consumer()),
    )
    claims = []
    for _ in range(2):
        await _let_all_be_due(journal.database)
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
        await _let_all_be_due(journal.database)
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
    async with during(_receiver(journal, bus).run):
        await until(partial(applied, journal.database, 1))
        await until(lambda: len(bus.acknowledged) == 2)
    assert (await _waiting(journal.database))[failing.id] >= 1
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
    await _receiver(journal, bus).deliver(failing)
    assert await _waiting(journal.database) == {failing.id: 1}


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
    async with during(_receiver(journal, bus).run):
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
    await _receiver(journal, bus).deliver(failing)
    await _let_all_be_due(journal.database, body=b"rubbish")
    wanted = {failing.id: ["dead_letter"]}
    async with during(_receiver(journal, bus).run):
        await until(partial(_in, journal.database, wanted))


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
        await begun.wait()
    assert bus.acknowledged == []
    assert await journal.effects() == []
    bus.hand(*bodies, earlier=1)
    async with during(_receiver(journal, bus).run):
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
    await begun.wait()
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


async def test_a_permanent_fault_at_a_later_attempt_is_the_last(
    journal: Journal, bus: HandBus
) -> None:
    failing = event(uuid4(), 1, "1")
    journal.faults["1"] = ZeroDivisionError()
    await _receiver(journal, bus).deliver(failing)
    journal.faults["1"] = Invalid("this can never be")
    await _let_all_be_due(journal.database)
    wanted = {failing.id: ["dead_letter"]}
    async with during(_receiver(journal, bus).run):
        await until(partial(_in, journal.database, wanted))
