"""The inbox on PostgreSQL: many events in one transaction, each once, in order, none harmed."""

import asyncio
import random
from functools import partial
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.engine import Database
from shared.errors import Invalid
from shared.messaging import Consumer, Envelope
from shared.messaging.events import OrderExpired
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.inbox_sql_rows import SqlInboxRows
from shared.messaging.receiver import Receiver
from shared.messaging.tables import dead_letter, inbox, position, retry
from tests.integration.messaging.by_hand import HandBus, Journal, event, history, places
from tests.integration.messaging.world import PRODUCER, applied, count, during, until

APPLIED, DUPLICATE, PARKED, KEPT, _ = Outcome


@pytest_asyncio.fixture
async def journal(consumer: Database) -> Journal:
    return await Journal.on(consumer)


def _inbox(journal: Journal) -> Inbox:
    return Inbox(journal.database, journal.consumer())


def _receiver(journal: Journal) -> Receiver:
    return Receiver(journal.database, HandBus(), journal.consumer())


async def _of(journal: Journal, envelopes: list[Envelope]) -> dict[UUID, list[str]]:
    found = await places(journal.database)
    return {envelope.id: found[envelope.id] for envelope in envelopes}


async def test_interleaved_orders_of_a_batch_each_take_effect_once_and_in_order(
    journal: Journal,
) -> None:
    orders = [history(uuid4(), *(f"{n}.{v}" for v in range(4))) for n in range(5)]
    batch = [order[version] for version in range(4) for order in orders]
    assert await _inbox(journal).receive_all(batch) == [APPLIED] * 20
    effects = await journal.effects()
    for n in range(5):
        assert [e for e in effects if e.startswith(f"{n}.")] == [f"{n}.{v}" for v in range(4)]
    assert await _inbox(journal).receive_all(batch) == [DUPLICATE] * 20
    assert len(await journal.effects()) == 20


async def test_a_batch_out_of_order_with_repeats_and_a_gap(journal: Journal) -> None:
    one, two, three, _, five = history(uuid4(), "1", "2", "3", "4", "5")
    outcomes = await _inbox(journal).receive_all([three, two, two, five, one, three])
    assert outcomes == [APPLIED, APPLIED, DUPLICATE, PARKED, APPLIED, DUPLICATE]
    assert await journal.effects() == ["1", "2", "3"]


async def test_a_gap_that_is_filled_brings_on_all_that_waited_behind_it(journal: Journal) -> None:
    events = history(uuid4(), *"12345")
    one, two, *rest = events
    receiver = _receiver(journal)
    await receiver.deliver_all(rest)
    await receiver.deliver(one)
    assert await journal.effects() == ["1"]
    async with during(receiver.run):
        await receiver.deliver(two)
        await until(partial(applied, journal.database, 5))
    assert await journal.effects() == list("12345")
    assert await _of(journal, events) == {e.id: ["inbox"] for e in events}


async def test_a_parked_event_that_comes_again_with_its_gap_is_applied_and_parked_no_more(
    journal: Journal,
) -> None:
    one, two, three, four = events = history(uuid4(), *"1234")
    receiver = _receiver(journal)
    await receiver.deliver_all([two, three, four])
    await receiver.deliver_all([one, two])
    assert await _of(journal, events) == {
        one.id: ["inbox"],
        two.id: ["inbox"],
        three.id: ["inbox_retry"],  # due now
        four.id: ["inbox_parked"],
    }


async def test_events_without_a_handler_cost_five_statements_however_many_they_are(
    journal: Journal,
) -> None:
    orders = [history(uuid4(), *"12345") for _ in range(40)]
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = journal.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    await Inbox(journal.database, journal.deaf()).receive_all([e for o in orders for e in o])
    sa.event.remove(engine, "before_cursor_execute", note)
    assert len(statements) <= 5
    assert await count(journal.database, inbox) == 200
    assert await count(journal.database, position) == 40
    assert journal.begun == []


@pytest.mark.parametrize("bad", [0, 3, 7])
async def test_a_bad_event_in_a_batch_harms_nothing_but_what_follows_it_in_its_order(
    journal: Journal, bad: int
) -> None:
    orders = [history(uuid4(), f"{n}", f"{n} after") for n in range(8)]
    journal.faults[str(bad)] = ZeroDivisionError("a fault of the code")
    await _receiver(journal).deliver_all([e for order in orders for e in order])
    failed, after = orders[bad]
    good = [e for n, order in enumerate(orders) if n != bad for e in order]
    assert await _of(journal, good) == {e.id: ["inbox"] for e in good}
    assert await _of(journal, [failed, after]) == {
        failed.id: ["inbox_retry"],
        after.id: ["inbox_parked"],
    }
    assert sorted(await journal.effects()) == sorted(
        word for n in range(8) if n != bad for word in (f"{n}", f"{n} after")
    )


async def test_what_waits_or_is_dead_is_left_alone_when_it_comes_again(journal: Journal) -> None:
    waits, dies = event(uuid4(), 1, "waits"), event(uuid4(), 1, "dies")
    journal.faults = {"waits": ZeroDivisionError(), "dies": Invalid("never")}
    await _receiver(journal).deliver_all([waits, dies])
    journal.faults, journal.begun = {}, []
    assert await _inbox(journal).receive_all([waits, dies]) == [KEPT, KEPT]
    assert journal.begun == []
    assert await count(journal.database, retry) == 1
    assert await count(journal.database, dead_letter) == 1


async def test_a_long_batch_is_several_short_transactions(journal: Journal) -> None:
    committed: list[int] = []

    async def look(session: AsyncSession, event: OrderExpired, envelope: Envelope) -> None:
        committed.append(len(await journal.effects()))
        await journal.handle(session, event, envelope)

    consumer = Consumer("crm", (PRODUCER,), {OrderExpired: look})
    events = history(uuid4(), *(str(n) for n in range(60)))
    await Receiver(journal.database, HandBus(), consumer).deliver_all(events)
    assert committed == [0] * 25 + [25] * 25 + [50] * 10


async def test_an_id_that_took_effect_never_does_again_as_another_version(
    journal: Journal,
) -> None:
    order = uuid4()
    one = event(order, 1, "1")
    await _receiver(journal).deliver(one)
    again = event(order, 2, "again")
    forged = Envelope.decode(again.encode().replace(str(again.id).encode(), str(one.id).encode()))
    await _receiver(journal).deliver(forged)
    assert await journal.effects() == ["1"]
    assert await count(journal.database, retry) == 1


async def test_two_receivers_of_one_consumer_apply_each_event_once_and_in_order(
    journal: Journal,
) -> None:
    orders = [history(uuid4(), *(f"{n}.{v}" for v in range(6))) for n in range(6)]
    stream = [order[v] for v in range(6) for order in orders]
    chance = random.Random(4)
    other = Database(journal.database.url, name="other")

    async def deliver(database: Database) -> None:
        receiver = Receiver(database, HandBus(), journal.consumer())
        mine = list(stream)
        chance.shuffle(mine)
        for start in range(0, len(mine), 7):
            await receiver.deliver_all(mine[start : start + 7])

    async with during(_receiver(journal).run):
        await asyncio.gather(*(deliver(d) for d in (journal.database, other) for _ in range(2)))
        await until(partial(applied, journal.database, 36))
    await other.close()
    effects = await journal.effects()
    for n in range(6):
        assert [e for e in effects if e.startswith(f"{n}.")] == [f"{n}.{v}" for v in range(6)]
    assert await places(journal.database) == {e.id: ["inbox"] for e in stream}


async def test_whoever_waits_for_an_aggregate_holds_none_that_comes_later_in_the_order(
    journal: Journal,
) -> None:
    heads = [event(uuid4(), 1, str(n)) for n in range(12)]
    await _inbox(journal).receive_all(heads)
    first = min(heads, key=lambda e: e.aggregate)
    waits = sa.text("select exists (select from pg_locks where not granted)")
    free = sa.select(position.c.aggregate_id).with_for_update(skip_locked=True)
    async with journal.database.transaction() as holder:
        await SqlInboxRows(holder, "crm").lock([first])
        waiting = asyncio.create_task(_inbox(journal).receive_all(heads))

        async def waits_for_it() -> bool:
            return bool(await holder.scalar(waits))

        await until(waits_for_it)
        async with journal.database.transaction() as other:
            assert len((await other.scalars(free)).all()) == 11
    assert await waiting == [DUPLICATE] * 12


async def test_who_loses_a_deadlock_runs_again_and_nothing_is_counted(
    consumer: Database,
) -> None:
    journal = await Journal.on(consumer)
    both_hold_one = asyncio.Barrier(2)
    runs: list[str] = []

    async def cross(session: AsyncSession, event: OrderExpired, _: Envelope) -> None:
        first, second = (1, 2) if event.reason == "there" else (2, 1)
        await session.execute(sa.text(f"select pg_advisory_xact_lock({first})"))
        runs.append(event.reason)
        if len(runs) <= 2:
            await both_hold_one.wait()
        await session.execute(sa.text(f"select pg_advisory_xact_lock({second})"))

    receivers = [
        Receiver(consumer, HandBus(), Consumer(name, (PRODUCER,), {OrderExpired: cross}))
        for name in ("crm", "crm.journey")
    ]
    await asyncio.gather(
        receivers[0].deliver(event(uuid4(), 1, "there")),
        receivers[1].deliver(event(uuid4(), 1, "back")),
    )
    assert len(runs) == 3
    assert await count(journal.database, inbox) == 2
    assert await count(journal.database, retry) == 0


class _Base(DeclarativeBase):
    pass


class _Effect(_Base):
    __tablename__ = "effect"

    place: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]


async def test_a_handler_sees_what_the_one_before_it_in_the_batch_wrote(
    journal: Journal,
) -> None:
    async with journal.database.transaction() as session:
        await session.execute(sa.text("insert into effect (place, reason) values (0, '')"))
    seen: list[_Effect] = []

    async def by_row_and_by_statement(
        session: AsyncSession, event: OrderExpired, _: Envelope
    ) -> None:
        row = await session.get_one(_Effect, 0)
        seen.append(row)  # what nobody holds, the session would forget by itself
        if event.reason == "a":
            row.reason += "a"
        else:
            await session.execute(
                sa.text("update effect set reason = :new where place = 0"),
                {"new": row.reason + event.reason},
            )

    consumer = Consumer("crm", (PRODUCER,), {OrderExpired: by_row_and_by_statement})
    await Inbox(journal.database, consumer).receive_all(history(uuid4(), *"abcada"))
    assert await journal.effects() == ["abcada"]
