"""Dead letters in people's hands: looked at, tried again, closed with a reason."""

from functools import partial
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa

from db.engine import Database
from shared.errors import Invalid
from shared.messaging import Envelope
from shared.messaging.dead_letters import DeadLetter, DeadLetters, Key
from shared.messaging.receiver import Receiver
from tests.integration.messaging.by_hand import HandBus, Journal, event, history, places
from tests.integration.messaging.world import PRODUCER, during, until


@pytest_asyncio.fixture
async def journal(consumer: Database) -> Journal:
    return await Journal.on(consumer)


def _receiver(journal: Journal, name: str = "crm") -> Receiver:
    return Receiver(journal.database, HandBus(), journal.consumer(name))


async def _die(journal: Journal, *events: Envelope, why: str = "this can never be") -> None:
    """Deliver `events`, which the handler refuses for ever."""
    reasons = {str(event.payload["reason"]) for event in events}
    journal.faults |= dict.fromkeys(reasons, Invalid(why))
    await _receiver(journal).deliver_all(events)
    for reason in reasons:
        del journal.faults[reason]


async def _letters(database: Database, *, include_discarded: bool = False) -> list[DeadLetter]:
    async with database.reading() as session:
        return list(await DeadLetters(session).list(include_discarded=include_discarded))


async def _redrive(database: Database, *keys: Key) -> list[Key]:
    async with database.transaction() as session:
        return list(await DeadLetters(session).redrive(keys, "ada"))


async def _discard(database: Database, *keys: Key, reason: str = "sold twice") -> list[Key]:
    async with database.transaction() as session:
        return list(await DeadLetters(session).discard(keys, "ada", reason))


async def _in(database: Database, places_wanted: dict[UUID, list[str]]) -> bool:
    return await places(database) == places_wanted


async def test_a_letter_says_all_that_a_person_needs(journal: Journal) -> None:
    dead = event(uuid4(), 1, "1")
    await _die(journal, dead)
    [letter] = await _letters(journal.database)
    assert Envelope.decode(letter.body) == dead
    assert (letter.consumer, letter.event_id, letter.type) == ("crm", dead.id, "OrderExpired")
    assert (letter.aggregate_id, letter.version) == (dead.aggregate_id, 1)
    assert (letter.producer, letter.correlation_id) == (PRODUCER, dead.correlation_id)
    assert (letter.attempts, letter.error) == (1, "Invalid: this can never be")
    assert "in handle" in letter.trace
    async with journal.database.reading() as session:
        letters = DeadLetters(session)
        assert await letters.show("crm", dead.id) == letter
        assert await letters.show("crm.journey", dead.id) is None
        assert await letters.count() == 1


async def test_letters_of_one_kind_are_one_group_whatever_order_they_name(
    journal: Journal,
) -> None:
    for number in range(3):
        order = uuid4()
        await _die(journal, event(order, 1, "1"), why=f"order {order} (PL-A{number}) has 7 lines")
    await _die(journal, event(uuid4(), 1, "1"), why="something else")
    async with journal.database.reading() as session:
        letters = DeadLetters(session)
        first, second = await letters.groups()
        assert (first.consumer, first.type) == ("crm", "OrderExpired")
        assert (first.error, first.count) == ("Invalid: order … (…) has … lines", 3)
        assert first.first_at < first.last_at < second.first_at == second.last_at
        of_group = await letters.list(consumer="crm", error=first.error, type=first.type)
        assert len(of_group) == 3
        assert await letters.keys(error=first.error) != []
        assert set(await letters.keys(error=first.error)) == {
            ("crm", letter.event_id) for letter in of_group
        }
        assert await letters.list(consumer="operator") == []


async def test_letters_are_read_page_by_page_from_the_newest(journal: Journal) -> None:
    dead = [event(uuid4(), 1, str(number)) for number in range(5)]
    for envelope in dead:
        await _die(journal, envelope)
    seen: list[UUID] = []
    after = None
    async with journal.database.reading() as session:
        while page := await DeadLetters(session).list(limit=2, after=after):
            seen += [letter.event_id for letter in page]
            after = page[-1].died_at, page[-1].event_id
    assert seen == [envelope.id for envelope in reversed(dead)]


async def test_redriving_after_the_cure_empties_the_letters_and_brings_on_what_waited(
    journal: Journal,
) -> None:
    orders = [history(uuid4(), "head", "behind", "last") for _ in range(5)]
    for order in orders:
        await _die(journal, order[0])
        await _receiver(journal).deliver_all(order[1:])
    heads = [("crm", order[0].id) for order in orders]
    assert set(await _redrive(journal.database, *heads)) == set(heads)
    assert await _letters(journal.database) == []
    everything = {e.id: ["inbox"] for order in orders for e in order}
    async with during(_receiver(journal).run):
        await until(partial(_in, journal.database, everything))
    effects = await journal.effects()
    assert sorted(effects) == sorted(["head", "behind", "last"] * 5)


async def test_who_redrove_and_who_discarded_why_is_kept(journal: Journal) -> None:
    one, other = event(uuid4(), 1, "1"), event(uuid4(), 1, "2")
    await _die(journal, one, other)
    await _redrive(journal.database, ("crm", one.id))
    await _discard(journal.database, ("crm", other.id), reason="sold twice")
    async with journal.database.reading() as session:
        newest, oldest = await DeadLetters(session).acts()
        assert [newest] == list(await DeadLetters(session).acts(event_id=other.id))
    assert (oldest.act, oldest.actor, oldest.event_id) == ("redrive", "ada", one.id)
    assert (newest.act, newest.actor, newest.consumer) == ("discard", "ada", "crm")
    assert newest.reason == "sold twice"


async def test_a_second_click_on_redrive_or_discard_does_nothing(journal: Journal) -> None:
    one, other = event(uuid4(), 1, "1"), event(uuid4(), 1, "2")
    await _die(journal, one, other)
    assert await _redrive(journal.database, ("crm", one.id)) == [("crm", one.id)]
    assert await _redrive(journal.database, ("crm", one.id), ("crm", uuid4())) == []
    assert await _discard(journal.database, ("crm", one.id)) == []
    assert await _discard(journal.database, ("crm", other.id)) == [("crm", other.id)]
    assert await _discard(journal.database, ("crm", other.id)) == []
    assert await _redrive(journal.database, ("crm", other.id)) == []
    async with journal.database.reading() as session:
        assert len(await DeadLetters(session).acts()) == 2


async def test_discarding_lets_the_events_behind_it_go_on_and_keeps_the_letter(
    journal: Journal,
) -> None:
    head, *behind = history(uuid4(), "head", "2", "3")
    await _die(journal, head)
    await _receiver(journal).deliver_all(behind)
    await _discard(journal.database, ("crm", head.id))
    wanted = {head.id: ["dead_letter"]} | {e.id: ["inbox"] for e in behind}
    async with during(_receiver(journal).run):
        await until(partial(_in, journal.database, wanted))
    assert await journal.effects() == ["2", "3"]
    assert await _letters(journal.database) == []
    [letter] = await _letters(journal.database, include_discarded=True)
    assert (letter.discarded_by, letter.discard_reason) == ("ada", "sold twice")
    assert letter.discarded_at is not None


async def test_a_discarded_event_that_comes_again_stays_discarded(journal: Journal) -> None:
    head, second = history(uuid4(), "head", "2")
    await _die(journal, head)
    await _discard(journal.database, ("crm", head.id))
    await _receiver(journal).deliver_all([head, second])
    assert await places(journal.database) == {head.id: ["dead_letter"], second.id: ["inbox"]}
    assert await journal.effects() == ["2"]


async def test_nothing_is_discarded_without_a_reason(journal: Journal) -> None:
    dead = event(uuid4(), 1, "1")
    await _die(journal, dead)
    with pytest.raises(Invalid) as refused:
        await _discard(journal.database, ("crm", dead.id), reason="  ")
    assert refused.value.error_code == "REASON_MISSING"
    assert len(await _letters(journal.database)) == 1


async def test_what_is_no_event_can_be_closed_but_not_tried_again(journal: Journal) -> None:
    receiver = _receiver(journal)
    for _ in range(2):  # it comes twice and is one letter
        await receiver.deliver_bodies(PRODUCER, [b"\x00rubbish", b'{"id": 5}'])
    letters = await _letters(journal.database)
    assert {letter.body for letter in letters} == {b"\x00rubbish", b'{"id": 5}'}
    assert {(letter.type, letter.producer) for letter in letters} == {("unreadable", PRODUCER)}
    keys = [(letter.consumer, letter.event_id) for letter in letters]
    assert await _redrive(journal.database, *keys) == []
    assert set(await _discard(journal.database, *keys, reason="not ours")) == set(keys)
    assert await _letters(journal.database) == []


async def test_each_consumer_of_a_service_has_its_own_letters(journal: Journal) -> None:
    dead = event(uuid4(), 1, "1")
    await _die(journal, dead)
    await _receiver(journal, "crm.journey").deliver(dead)
    assert await _redrive(journal.database, ("crm.journey", dead.id)) == []
    assert len(await _letters(journal.database)) == 1


async def test_a_group_is_redriven_by_a_handful_of_statements(journal: Journal) -> None:
    dead = [event(uuid4(), 1, "1") for _ in range(10)]
    await _die(journal, *dead)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = journal.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    assert len(await _redrive(journal.database, *(("crm", e.id) for e in dead))) == 10
    sa.event.remove(engine, "before_cursor_execute", note)
    assert len(statements) <= 2
