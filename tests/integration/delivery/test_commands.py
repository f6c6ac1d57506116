"""`partline dlq` and `partline events` on the databases of services."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from db.engine import Database
from partline.cli import app
from partline.delivery.databases import actor
from partline.home import HOME_VARIABLE
from shared.ids import new_id, order_reference
from shared.messaging.subscriptions import readers_of, service_of
from shared.messaging.tables import dead_letter, delivery_act, inbox, outbox, position, retry
from tests.integration.delivery.world import World

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
def run(
    databases: dict[str, Database],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """`await run("dlq", "list")`, as in a terminal whose settings name the databases."""
    addresses = {name: database.url for name, database in databases.items()}
    monkeypatch.setenv("PARTLINE_DATABASE_URLS", json.dumps(addresses))
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))

    async def command(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(arguments))

    return command


async def values(database: Database, query: "sa.Select[Any]") -> list[Any]:
    async with database.reading() as session:
        return list((await session.scalars(query)).all())


async def test_a_list_says_where_what_died_of_what(run: Run, world: World) -> None:
    event = await world.bury()
    result = await run("dlq", "list")
    heading, line = result.stdout.splitlines()
    assert result.exit_code == 0
    assert heading.split() == ["died", "consumer", "event", "id", "attempts", "error"]
    for word in ("crm.journey", "OrderExpired", str(event.id), "Conflict: order"):
        assert word in line


async def test_a_list_without_letters_says_so_and_is_no_failure(run: Run) -> None:
    result = await run("dlq", "list")
    assert (result.exit_code, result.stdout) == (0, "No dead letters.\n")
    assert (await run("dlq", "list", "--json")).stdout == ""


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ((), 3),
        (("--consumer", "crm"), 0),
        (("--consumer", "crm.journey", "--type", "OrderExpired"), 2),
        (("--type", "unreadable"), 1),
        (("--error", "NOT LIKED"), 2),
        (("--service", "shop"), 0),
        (("--service", "shop", "--service", "crm"), 3),
        (("--limit", "1"), 1),
    ],
)
async def test_a_list_is_chosen_by_options(
    run: Run, world: World, options: tuple[str, ...], count: int
) -> None:
    await world.bury()
    await world.bury()
    await world.garble()
    lines = (await run("dlq", "list", "--json", *options)).stdout.splitlines()
    assert len(lines) == count
    for line in map(json.loads, lines):
        assert line["consumer"] == "crm.journey"
        assert line["payload_form"] in ("JSON", "HEX")


async def test_a_letter_is_shown_whole(run: Run, world: World) -> None:
    event = await world.bury()
    result = await run("dlq", "show", str(event.id))
    assert result.exit_code == 0
    for word in ("state         dead", "1 behind it", "Traceback", '"reason": "first"', "JSON, "):
        assert word in result.stdout
    shown = json.loads((await run("dlq", "show", str(event.id), "--json")).stdout)
    assert (shown["state"], shown["event_id"]) == ("DEAD", str(event.id))
    missing = await run("dlq", "show", str(new_id()))
    assert missing.exit_code == 1
    assert "is no dead letter" in missing.stderr


async def test_a_redriven_letter_is_due_at_once_and_it_is_known_who_did_it(
    run: Run, world: World
) -> None:
    event = await world.bury()
    result = await run("dlq", "redrive", str(event.id))
    assert (result.exit_code, result.stdout) == (0, "1 redriven.\n")
    assert await values(world.crm, sa.select(retry.c.event_id)) == [event.id]
    assert await values(world.crm, sa.select(delivery_act.c.actor)) == [actor()]
    again = await run("dlq", "redrive", str(event.id))
    assert again.exit_code == 1
    assert f"no dead letter that could be redriven: {event.id}" in again.stderr
    world.broken = False
    await world.try_again()
    assert (await run("dlq", "list")).stdout == "No dead letters.\n"


async def test_what_the_options_choose_is_redriven_and_nothing_else(run: Run, world: World) -> None:
    await world.bury()
    await world.bury()
    rubbish = await world.garble()
    result = await run("dlq", "redrive", "--consumer", "crm.journey", "--error", "liked")
    assert (result.exit_code, result.stdout) == (0, "2 redriven.\n")
    assert await values(world.crm, sa.select(dead_letter.c.event_id)) == [rubbish]
    nothing = await run("dlq", "redrive", "--type", "OrderExpired")
    assert (nothing.exit_code, nothing.stdout) == (0, "0 redriven.\n")


async def test_a_discard_keeps_the_letter_with_its_reason(run: Run, world: World) -> None:
    event = await world.bury()
    result = await run("dlq", "discard", str(event.id), "--reason", "a test order")
    assert (result.exit_code, result.stdout) == (0, "1 discarded.\n")
    assert (await run("dlq", "list")).stdout == "No dead letters.\n"
    assert "discarded: a test order" in (await run("dlq", "list", "--discarded")).stdout
    assert await values(world.crm, sa.select(dead_letter.c.discarded_by)) == [actor()]
    world.broken = False
    await world.try_again()
    trail = await run("events", "show", str(event.correlation_id))
    assert "discarded 1" in trail.stdout


@pytest.mark.parametrize("options", [(), ("--reason", " ")])
async def test_nothing_is_discarded_without_a_reason(
    run: Run, world: World, options: tuple[str, ...]
) -> None:
    await world.bury()
    result = await run("dlq", "discard", "--all", *options)
    assert result.exit_code != 0
    assert await values(world.crm, sa.select(dead_letter.c.discarded_at)) == [None]


async def test_all_letters_are_discarded_when_it_is_said(run: Run, world: World) -> None:
    await world.bury()
    await world.garble()
    result = await run("dlq", "discard", "--all", "--reason", "noise")
    assert result.stdout == "2 discarded.\n"


async def test_an_order_is_followed_through_every_outbox_and_inbox(run: Run, world: World) -> None:
    order = new_id()
    event = await world.bury(order)
    for name in (str(order), order_reference(order)):
        result = await run("events", "show", name)
        assert result.exit_code == 1, "an event is dead"
        _, _, heading, first, second, *rest = result.stdout.splitlines()
        assert heading.split()[:5] == ["at", "from", "event", "no.", "published"]
        consumers = ["editor", "mes", "crm", "crm.journey", "operator", "notification"]
        assert heading.split()[5:] == consumers
        assert "dead 1" in first
        assert "missing" in first
        assert "parked" in second
        assert f"crm.journey: OrderExpired {event.id} is dead, attempts 1" in rest
    lines = (await run("events", "show", str(order), "--json")).stdout.splitlines()
    assert [json.loads(line)["event"]["version"] for line in lines] == [1, 2]


async def test_an_order_that_arrived_everywhere_is_no_failure(
    run: Run, world: World, databases: dict[str, Database]
) -> None:
    [event] = await world.send(new_id(), "only")
    assert (await run("events", "show", str(event.correlation_id))).exit_code == 1
    for consumer in readers_of("shop"):
        async with databases[service_of(consumer)].transaction() as session:
            await session.execute(sa.insert(inbox).values(consumer=consumer, event_id=event.id))
    result = await run("events", "show", str(event.correlation_id))
    assert (result.exit_code, result.stdout.count("applied")) == (0, 6)


async def test_what_the_inbox_has_forgotten_is_known_by_the_position(
    run: Run, world: World, databases: dict[str, Database]
) -> None:
    [event] = await world.send(new_id(), "only")
    for consumer in readers_of("shop"):
        async with databases[service_of(consumer)].transaction() as session:
            await session.execute(
                sa.insert(position).values(
                    consumer=consumer,
                    producer="shop",
                    aggregate_id=event.aggregate_id,
                    version=event.aggregate_version,
                )
            )
    assert (await run("events", "show", str(event.correlation_id))).exit_code == 0


async def test_what_is_no_order_is_answered_so(run: Run) -> None:
    unknown = await run("events", "show", str(new_id()))
    assert unknown.exit_code == 1
    assert "is in any outbox" in unknown.stderr
    wrong = await run("events", "show", "nonsense")
    assert "is no order" in wrong.stderr


async def published(world: World) -> None:
    async with world.shop.transaction() as session:
        await session.execute(sa.update(outbox).values(published_at=sa.func.clock_timestamp()))


async def test_a_replay_marks_what_was_published_and_says_so(run: Run, world: World) -> None:
    order = new_id()
    await world.send(order, "one", "two")
    await world.send(new_id(), "three")
    await published(world)
    waiting = sa.select(outbox.c.seq).where(outbox.c.published_at.is_(None))
    look = await run("events", "replay", "shop", "--order", str(order), "--dry-run")
    assert look.stdout == "2 events of shop would be sent again.\n"
    assert await values(world.shop, waiting) == []
    assert await values(world.shop, sa.select(delivery_act.c.act)) == []
    done = await run("events", "replay", "shop", "--order", str(order))
    assert (done.exit_code, done.stdout) == (0, "2 events of shop will be sent again.\n")
    assert len(await values(world.shop, waiting)) == 2
    reasons = await values(world.shop, sa.select(delivery_act.c.reason))
    assert reasons == [f"2 events: order {order}"]
    assert await values(world.shop, sa.select(delivery_act.c.actor)) == [actor()]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (("--all",), 3),
        (("--since", "1h"), 3),
        (("--until", "1h"), 0),
        (("--since", "2020-01-01", "--until", "2999-01-01T00:00+02:00"), 3),
        (("--type", "OrderExpired"), 3),
        (("--type", "OrderCreated"), 0),
        (("--aggregate", str(new_id())), 0),
    ],
)
async def test_a_replay_takes_what_the_options_choose(
    run: Run, world: World, options: tuple[str, ...], count: int
) -> None:
    await world.send(new_id(), "one", "two", "three")
    await published(world)
    said = (await run("events", "replay", "shop", *options)).stdout
    assert said == f"{count} events of shop will be sent again.\n"


async def test_a_large_replay_goes_in_batches_and_takes_all(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.delivery.replay.BATCH", 2)
    await world.send(new_id(), "one", "two", "three", "four", "five")
    await published(world)
    assert (await run("events", "replay", "shop", "--all")).stdout.startswith("5 events")
    acts = await values(world.shop, sa.select(delivery_act.c.id))
    assert len(acts) == 1


async def test_a_database_that_is_away_is_named_and_the_others_are_told(
    run: Run, world: World, databases: dict[str, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await world.bury()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        away = f"postgresql://mes:secret@127.0.0.1:{closed.getsockname()[1]}/mes"
        addresses = {name: database.url for name, database in databases.items()} | {"mes": away}
        monkeypatch.setenv("PARTLINE_DATABASE_URLS", json.dumps(addresses))
        listed = await run("dlq", "list")
        shown = await run("events", "show", str(event.correlation_id))
        acted = await run("dlq", "redrive", "--service", "mes", "--all")
        replayed = await run("events", "replay", "mes", "--all")
    assert str(event.id) in listed.stdout
    assert "?" in shown.stdout
    for result in (listed, shown, acted, replayed):
        assert result.exit_code == 1
        assert "the database of mes cannot be reached" in result.stderr
        assert "secret" not in result.output
        assert "Traceback" not in result.stderr


async def test_a_database_without_the_tables_says_what_to_do(
    run: Run, databases: dict[str, Database], monkeypatch: pytest.MonkeyPatch, postgres: Any
) -> None:
    empty = await asyncio.to_thread(postgres.create_database, "delivery_empty", "mes")
    addresses = {name: database.url for name, database in databases.items()} | {"mes": empty}
    monkeypatch.setenv("PARTLINE_DATABASE_URLS", json.dumps(addresses))
    result = await run("dlq", "list")
    assert result.exit_code == 1
    assert "the database of mes lacks tables. Run `partline migrate`" in result.stderr
    assert "No dead letters" not in result.stdout, "there may be some in it"
