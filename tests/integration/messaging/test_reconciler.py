"""What a bus loses is fetched from who committed it."""

import asyncio
from functools import partial
from uuid import uuid4

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis

from db.engine import Database
from shared.errors import Invalid
from shared.messaging import journal_sql, reconciler
from shared.messaging import receiver as receiver_module
from shared.messaging.journal import JournalUnavailable
from shared.messaging.receiver import Receiver
from shared.messaging.reconciler import Reconciler
from shared.messaging.redis_streams import RedisStreams
from shared.messaging.relay import Relay
from shared.messaging.tables import dead_letter, parked
from tests.integration.messaging.by_hand import places
from tests.integration.messaging.comparing import Comparing, settled
from tests.integration.messaging.world import (
    PRODUCER,
    Effects,
    applied,
    count,
    during,
    envelopes,
    until,
    write,
)

pytestmark = pytest.mark.usefixtures("at_once")
ORDER = uuid4()


async def test_events_arrive_in_their_order_with_no_bus_at_all(
    producer: Database, consumer: Database
) -> None:
    comparing = await Comparing.on(producer, consumer)
    async with during(comparing.reconciler.run):
        await write(producer, ORDER, "1", "2", "3")
        await until(partial(applied, consumer, 3))
    assert await comparing.effects.effects() == ["1", "2", "3"]


async def test_a_wiped_bus_loses_nothing_that_was_published_and_not_consumed(
    producer: Database, consumer: Database, valkey_url: str
) -> None:
    url = valkey_url.removesuffix("/0") + "/10"
    bus, redis, effects = RedisStreams(url), Redis.from_url(url), Effects()
    await write(producer, uuid4(), *map(str, range(30)))
    while await Relay(PRODUCER, producer, bus).publish_batch():
        pass
    assert await redis.xlen(f"events:{PRODUCER}") == 30
    await redis.flushall()
    receiver = Receiver(consumer, bus, effects.consumer())
    journals = {PRODUCER: journal_sql.SqlJournal(PRODUCER, producer)}
    async with during(receiver.run, Reconciler(consumer, receiver, journals).run):
        await until(partial(applied, consumer, 30))
    assert [reason for _, reason in effects.seen] == [str(n) for n in range(30)]
    await bus.close()
    await redis.aclose()


async def test_what_is_on_its_way_behind_others_is_left_to_the_bus_for_a_while(
    producer: Database, consumer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver_module, "BRINGING_SECONDS", 60.0)
    monkeypatch.setattr(reconciler, "PATIENCE_SECONDS", 60.0)
    comparing = await Comparing.on(producer, consumer)
    await write(producer, uuid4(), "came")
    await write(producer, uuid4(), "is on its way")
    came, _ = await envelopes(producer)
    async with during(comparing.receiver.run):
        comparing.bus.hand(came.encode())
        await until(partial(applied, consumer, 1))

        async def moved() -> bool:
            return await comparing.compare() == 1

        await until(moved)
        assert await comparing.compare() == 0
    assert comparing.journal.fetched == []


async def test_what_seems_to_be_on_its_way_for_too_long_is_fetched(
    producer: Database, consumer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver_module, "BRINGING_SECONDS", 60.0)
    monkeypatch.setattr(reconciler, "PATIENCE_SECONDS", 0.0)
    comparing = await Comparing.on(producer, consumer)
    await write(producer, uuid4(), "came")
    await write(producer, uuid4(), "lost, by a clock that was ahead")
    came, _ = await envelopes(producer)
    async with during(comparing.receiver.run):
        comparing.bus.hand(came.encode())
        await until(partial(applied, consumer, 1))
        await settled(comparing, 2)


async def test_what_others_have_overtaken_is_fetched_at_once(
    producer: Database, consumer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver_module, "BRINGING_SECONDS", 60.0)
    monkeypatch.setattr(reconciler, "PATIENCE_SECONDS", 60.0)
    comparing = await Comparing.on(producer, consumer)
    await write(producer, uuid4(), "lost")
    await write(producer, uuid4(), "came")
    lost, came = await envelopes(producer)
    async with during(comparing.receiver.run):
        comparing.bus.hand(came.encode())
        await until(partial(applied, consumer, 1))
        await settled(comparing, 2)
    assert comparing.journal.fetched == [lost.id]


async def test_what_is_known_is_not_fetched_again(producer: Database, consumer: Database) -> None:
    comparing = await Comparing.on(producer, consumer)
    dying, waiting = uuid4(), uuid4()
    comparing.effects.faults = {"dies": Invalid("never"), "fails": ZeroDivisionError("again")}
    await write(producer, ORDER, "1", "2")
    await write(producer, dying, "dies", "parked behind it")
    await write(producer, waiting, "fails")

    async def all_have_their_fate() -> bool:
        await comparing.compare()
        return len(await places(consumer)) == 5

    await until(all_have_their_fate)
    assert (await count(consumer, dead_letter), await count(consumer, parked)) == (1, 1)
    fetched = len(comparing.journal.fetched)
    async with consumer.transaction() as session:
        await session.execute(sa.text("delete from inbox_watermark"))
    assert await comparing.compare() == 5
    assert len(comparing.journal.fetched) == fetched == 5


async def test_two_replicas_may_compare_at_once(producer: Database, consumer: Database) -> None:
    comparing = await Comparing.on(producer, consumer)
    other = Comparing.again(producer, consumer, comparing.effects)
    await write(producer, ORDER, *map(str, range(40)))
    async with during(comparing.reconciler.run, other.reconciler.run):
        await until(partial(applied, consumer, 40))
    assert await comparing.effects.effects() == [str(n) for n in range(40)]


async def test_a_producer_that_is_away_is_waited_for(
    producer: Database, consumer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparing = await Comparing.on(producer, consumer)
    asked = 0

    async def away(*_: object) -> None:
        nonlocal asked
        asked += 1
        raise JournalUnavailable("away")

    await write(producer, ORDER, "1")
    with monkeypatch.context() as patched:
        patched.setattr(comparing.journal, "after", away)
        async with during(comparing.reconciler.run):
            await until(lambda: asked > 1)
            patched.undo()
            monkeypatch.setattr(journal_sql, "FRESH_SECONDS", 0.0)
            await until(partial(applied, consumer, 1))


async def test_an_event_that_kills_who_fetches_it_is_counted_before_it_is_applied(
    producer: Database, consumer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparing = await Comparing.on(producer, consumer)
    await write(producer, ORDER, "1")
    begun: list[int] = []

    async def die(_: str, __: list[bytes], earlier: int) -> None:
        begun.append(earlier)
        raise asyncio.CancelledError

    monkeypatch.setattr(comparing.reconciler._receiver, "deliver_bodies", die)

    async def died(times: int) -> bool:
        try:
            await comparing.compare()
        except asyncio.CancelledError:
            return len(begun) == times
        return False

    await until(partial(died, 3))
    assert begun == [0, 1, 2]


async def test_a_producer_that_is_slow_is_waited_for(
    producer: Database, consumer: Database
) -> None:
    comparing = await Comparing.on(producer, consumer)
    await write(producer, ORDER, "1")
    async with producer.transaction() as holder:
        await holder.execute(sa.text("lock table outbox in access exclusive mode"))
        impatient = Database(producer.url, name="impatient", statement_seconds=0.1)
        comparing.journal.journal = journal_sql.SqlJournal(PRODUCER, impatient)
        with pytest.raises(JournalUnavailable, match="statement timeout"):
            await comparing.compare()
    await impatient.close()
