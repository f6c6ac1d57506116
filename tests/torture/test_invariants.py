"""Every invariant holds after orders went their ways, and finds what is done to its databases."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from shared.storage import ObjectStorage
from tests.torture.crash_points.ground import Ground
from tests.torture.crash_points.journey import Journey
from tests.torture.crash_points.objects import delete_all_but
from tests.torture.invariants import ALL, check_all, replayed
from tests.torture.invariants.remains import grown
from tests.torture.invariants.stored_objects import keys
from tests.torture.ledger import Act, Record
from tests.torture.world import World

pytestmark = pytest.mark.usefixtures("nobody_stays")


@pytest_asyncio.fixture(scope="module")
async def rested(soil: Ground, model: UUID) -> Ground:
    """The databases after every event happened, with nobody connected."""
    client = soil.client()
    async with soil.world() as world:
        journey = Journey(client, soil.ledger, world, model)
        await journey.walk()
        await journey.rest()
    await client.stop()
    return soil


async def damaged(ground: Ground, service: str, *statements: str) -> World:
    """The world with a copy of the database of `service` in which `statements` were executed."""
    name = f"damaged_{uuid4().hex[:8]}"
    live = urlsplit(ground.databases[service])
    administrator = await asyncpg.connect(ground.administrator)
    await administrator.execute(f'create database "{name}" template "{live.path[1:]}"')
    await administrator.close()
    url = urlunsplit(urlsplit(ground.administrator)._replace(path=f"/{name}"))
    connection = await asyncpg.connect(url)
    await connection.execute("set session_replication_role = replica")  # past every constraint
    for statement in statements:
        await connection.execute(statement)
    await connection.close()
    return replace(ground.world(), databases={**ground.databases, service: url})


async def found(world: World, number: int) -> str:
    async with world:
        report = await check_all(world, [number])
    return report.text()


async def test_all_hold_after_every_event_has_happened(rested: Ground) -> None:
    async with rested.world() as world:
        report = await check_all(world)
    assert not report.broken, report.text()
    assert (report.held, report.lost, report.twice) == (len(ALL), 0, 0)
    assert [i.number for i in ALL] == list(range(1, 19))


_AN_ORDER = "(select id from orders order by id limit 1)"
_DAMAGE = [
    (1, "shop", [f"delete from orders where id = {_AN_ORDER}"], "does not exist"),
    (1, "shop", ["update order_line set quantity = quantity + 1"], "lines: sent"),
    (1, "shop", ["update orders set partner_reference = 'other'"], "partner reference: sent"),
    (
        2,
        "shop",
        ["delete from idempotency_key where operation = 'submitOrder'"],
        "a partner's order that no key led to",
    ),
    (
        2,
        "shop",
        ["update idempotency_key set answer = jsonb_build_object('orderId', gen_random_uuid())"],
        "answered order",
    ),
    (3, "shop", ["delete from order_transition where event = 'placed'"], "say that it happened 0"),
    (3, "mes", ["delete from order_price"], "OrderPriceCalculated of"),
    (3, "operator", ["update work_order set version = version + 1"], "steps and told of"),
    (3, "accounts", ["delete from account"], "AccountRegistered of"),
    (
        3,
        "editor",
        ["update model set content_hash = 'x' where status = 'rejected'"],
        "told 0 times",
    ),
    (3, "crm", ["update review set state = 'PENDING'"], "the rows say that it happened 0"),
    (4, "shop", ["update orders set state = 'shipped' where state = 'closed'"], "history ends in"),
    (
        4,
        "shop",
        ["delete from order_transition where event = 'confirmed'"],
        "but the step before led to",
    ),
    (
        4,
        "shop",
        [
            "update orders set state = 'confirmed' where state = 'closed'",
            "delete from order_transition where event in ('claimed', 'released',"
            " 'production_started', 'problem_reported', 'production_resumed', 'manufactured',"
            " 'shipped', 'delivered', 'closed')",
        ],
        "is confirmed, and its work order is DELIVERED instead of AVAILABLE",
    ),
    (5, "shop", ["delete from outbox where aggregate_version = 1"], "from 2 to"),
    (5, "mes", ["update aggregate set version = version + 1"], "counts 2 events"),
    (6, "crm", ["update outbox set published_at = null"], "was never published"),
    (6, "shop", ["delete from outbox_reader where consumer = 'mes'"], "has confirmed nothing"),
    (6, "shop", ["update outbox_reader set tx = '1'"], "the outbox goes to"),
    (7, "operator", ["delete from inbox where consumer = 'operator'"], "is lost"),
    (
        7,
        "crm",
        [
            "insert into inbox_retry (consumer, event_id, type, producer, aggregate_id, version,"
            " correlation_id, body, attempts, error, trace, due_at) select consumer, event_id, 'T',"
            " 'shop', event_id, 1, event_id, '', 1, '', '', now() from inbox limit 1"
        ],
        "is in several places",
    ),
    (7, "mes", ["update inbox_position set version = version + 1"], "the newest that it passed"),
    (7, "mes", ["insert into inbox values ('mes', gen_random_uuid())"], "in no producer's outbox"),
    (8, "shop", ["update torture_counter set calls = calls + 1"], "for"),
    (8, "notification", ["delete from torture_counter"], "were called 0 times"),
    (
        9,
        "crm",
        [
            "update torture_handled set version = 100 - version"
            " where consumer = 'crm.journey' and producer = 'operator'"
        ],
        "was handled after version",
    ),
    (10, "operator", ["delete from pay_entry where step = 'SHIP'"], "and paid 0 times"),
    (10, "operator", ["update pay_entry set amount = amount + 1"], "the rates give"),
    (10, "operator", ["delete from pay_posting where account = 'WAGES'"], "wages were posted as"),
    (10, "operator", ["update pay_posting set amount = 1"], "out of balance"),
    (10, "mes", ["update order_price set total = total + 1"], "mes computed"),
    (11, "notification", ["delete from notification"], "was never intended"),
    (11, "notification", ["update notification set occasion = 7"], "no event asks for it"),
    (11, "notification", ["update notification set state = 'PENDING'"], "is PENDING, not sent"),
    (
        11,
        "notification",
        ["update notification set message_id = '<x' || id || '@y>'"],
        "no mail <x",
    ),
    (12, "mes", ["update order_price set total = total + 1"], "its row has"),
    (12, "shop", ["update orders set total = total + 1"], "mes told"),
    (
        12,
        "mes",
        ["update torture_lease set token = gen_random_uuid() where act = 'lock_held'"],
        "held the lease",
    ),
    (
        13,
        "crm",
        [
            "insert into dead_letter (consumer, event_id, type, producer, aggregate_id, version,"
            " correlation_id, body, attempts, error, trace) select consumer, event_id, 'T', 'shop',"
            " event_id, 1, event_id, '', 1, 'E', '' from inbox limit 1"
        ],
        "was never poisoned",
    ),
    (
        13,
        "crm",
        [
            "insert into dead_letter (consumer, event_id, type, producer, body, attempts, error,"
            " trace) values ('crm', gen_random_uuid(), 'unreadable', 'shop', 'x', 1, 'E', '')"
        ],
        "is no event",
    ),
    (
        14,
        "crm",
        ["delete from inbox", "delete from inbox_position", "delete from review"],
        "after a replay",
    ),
    (15, "crm", ["update journey_order set last_event = 'OrderClosed'"], "events do not make"),
    (15, "mes", ["delete from model_file"], "lacks a row that events make"),
    (15, "operator", ["update work_order set order_total = 1"], "events do not make"),
    (15, "notification", ["update order_contact set email = ''"], "lacks a row"),
    (16, "editor", ["delete from model where status = 'ready'"], "have no row"),
    (
        16,
        "editor",
        [
            "insert into model (id, owner_id, file_name, size, content_type, status)"
            " values (gen_random_uuid(), gen_random_uuid(), 'a', 1, 'b', 'ready')"
        ],
        "storage lacks ['original', 'preview.png', 'viewer.glb']",
    ),
    (17, "mes", ["update outbox set correlation_id = id"], "has the correlation id"),
    (17, "crm", ["delete from journey_step"], "the journey has no step of it"),
    (17, "operator", ["delete from outbox where type = 'ProductionStarted'"], "without Production"),
    (
        18,
        "editor",
        ["update model set lease_token = gen_random_uuid() where status = 'ready'"],
        "is still ready, leased until",
    ),
]


@pytest.mark.parametrize(
    ("number", "service", "statements", "expected"),
    _DAMAGE,
    ids=lambda value: str(value) if isinstance(value, int) else None,
)
async def test_an_invariant_finds_what_breaks_it(
    rested: Ground,
    number: int,
    service: str,
    statements: Sequence[str],
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of_service = [p for p in replayed.PROJECTIONS if p.service == service]
    monkeypatch.setattr(replayed, "PROJECTIONS", of_service)
    text = await found(await damaged(rested, service, *statements), number)
    assert "BROKEN" in text, text
    assert expected in text


def test_every_invariant_is_broken_by_some_damage() -> None:
    assert {case[0] for case in _DAMAGE} == {invariant.number for invariant in ALL}


async def test_two_answers_to_one_key_are_found(rested: Ground) -> None:
    world = rested.world()
    answer = next(r for r in world.ledger if r.act is Act.ACKNOWLEDGED and r.kind == "submitOrder")
    other = replace(answer, content={"id": str(uuid4())})
    text = await found(replace(world, ledger=[*world.ledger, other]), 2)
    assert "was answered with several ids" in text


async def test_an_order_of_a_refused_submission_is_found(rested: Ground) -> None:
    world = rested.world()
    ledger = [
        replace(r, act=Act.REFUSED, content={"code": "INVALID"}) if _is_answer(r) else r
        for r in world.ledger
    ]
    assert "and its submission was refused" in await found(replace(world, ledger=ledger), 3)


def _is_answer(record: Record) -> bool:
    return record.act is Act.ACKNOWLEDGED and record.kind == "submitOrder"


async def test_poison_that_died_nowhere_is_found(rested: Ground, model: UUID) -> None:
    world = rested.world(cured=False)
    order_id = await world.value("shop", "select id from orders where state = 'closed' limit 1")
    key = next(r.key for r in world.ledger if str(order_id) in str(r.content))
    reference = (
        "update outbox set payload = jsonb_set(payload, '{order,partner_reference}',"
        " '\"poison:crm\"') where type = 'OrderCreated'"
    )
    poison = Record(world.started_at, Act.POISON, "event", key, {"consumer": "crm"})
    await world.close()
    copy = await damaged(rested, "shop", reference)
    text = await found(replace(copy, cured=False, ledger=[*copy.ledger, poison]), 13)
    assert "is poisoned, and nothing of it died" in text


async def test_an_object_without_a_row_is_found(rested: Ground) -> None:
    storage, before = ObjectStorage(rested.settings), keys(rested.settings)
    await storage.put(f"models/{uuid4()}/original", b"x", "text/plain")
    await storage.put("strange", b"x", "text/plain")
    try:
        text = await found(rested.world(), 16)
    finally:
        delete_all_but(rested.settings, before)
    assert "have no row" in text
    assert "object strange: belongs to nothing" in text


async def test_a_transaction_and_a_lock_that_were_left_open_are_found(
    rested: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.torture.invariants.remains._OPEN",
        "select pid, application_name, state, '1 s' as age, query from pg_stat_activity"
        " where datname = current_database() and state = 'idle in transaction'",
    )
    connections = [await asyncpg.connect(rested.databases["crm"]) for _ in range(3)]
    try:
        for key, connection in enumerate(connections[:2]):
            await connection.execute("select pg_advisory_lock($1)", key)
        await connections[2].execute("begin")
        text = await found(rested.world(), 18)
    finally:
        for connection in connections:
            await connection.close()
    assert "has been in a transaction for" in text
    assert "advisory locks: are held by idle sessions" in text


def test_memory_that_grows_without_end_is_found() -> None:
    steady = [300_000_000] * 10
    assert grown([100_000_000, *steady]) is None
    assert grown([*steady, 700_000_000]) == "grew from 300 MB to 700 MB"


async def test_what_was_not_instrumented_does_not_hold(rested: Ground) -> None:
    world = await damaged(rested, "mes", "drop table torture_handled, torture_lease")
    async with world:
        report = await check_all(world, [8, 9, 12])
    assert [finding.invariant.number for finding in report.broken] == [8, 9, 12]
