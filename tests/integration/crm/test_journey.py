"""The journey of an order, from the events of every service in whatever order they come."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from db.migrate import difference
from shared.ids import new_id
from shared.messaging import Event
from shared.messaging.events import (
    FileUploaded,
    ModelFacts,
    OrderCancelled,
    OrderClosed,
    OrderConfirmed,
    OrderDelivered,
    OrderPriceCalculated,
    OrderPricingFailed,
    OrderShipped,
    PricedLine,
    WorkClaimed,
)
from subgraphs.crm.consumers import JOURNEY
from subgraphs.crm.metadata import metadata
from tests.integration.crm.world import CRM, World, asked, created, person

OTIS = {"operator_id": uuid4(), "operator_name": "Otis Orr"}
HOURS = 3_600.0


def uploaded(model: UUID, owner: UUID) -> FileUploaded:
    facts = ModelFacts(
        units="MM",
        units_certain=True,
        box_mm=(10, 20, 30.5),
        volume_mm3=1,
        area_mm2=1,
        triangles=12,
        bodies=1,
        watertight=True,
    )
    return FileUploaded(
        model_id=model,
        owner_id=owner,
        file_name="bracket.stl",
        size=84,
        content_hash="0" * 64,
        object_key="x",
        format="STL",
        facts=facts,
    )


def priced(order: UUID, revision: int = 1, *, by_hand: bool = False) -> OrderPriceCalculated:
    return OrderPriceCalculated(
        order_id=order,
        revision=revision,
        lines=(PricedLine(line_id=new_id(), unit=1, total=1),),
        total=10_000,
        tax=0,
        currency="EUR",
        price_book=1,
        valid_until=datetime.now(UTC),
        by_hand=by_hand,
    )


def claimed(order: UUID) -> WorkClaimed:
    return WorkClaimed.model_validate({"order_id": order, **OTIS})


async def events(world: World, who: Any, order: UUID) -> list[str]:
    return [step["event"] for step in await world.journey(who, order)]


async def stuck(world: World) -> list[dict[str, Any]]:
    query = "{ stuckOrders { order { id } lastEvent why whatToDo } }"
    found: list[dict[str, Any]] = (await world.ask(CRM, query))["stuckOrders"]
    return found


async def test_a_journey_has_every_step_of_every_service_from_the_file_on(world: World) -> None:
    who, order, model = person(), new_id(), new_id()
    snapshot = created(who, order).order
    confirmed = OrderConfirmed(order=snapshot, automatic=False, decided_by="Cleo Carr")
    heard: list[tuple[str, Event, UUID]] = [
        ("editor", uploaded(model, who.subject), model),
        ("shop", asked(who, order, model), order),
        ("mes", priced(order), order),
        ("shop", created(who, order), order),
        ("crm", confirmed, order),
        ("operator", claimed(order), order),
        ("shop", OrderClosed(order_id=order, reference="", model_ids=(model,)), order),
    ]
    for seconds, (producer, event, aggregate) in enumerate(heard):
        await world.hear(producer, event, aggregate, seconds=seconds)
    journey = await world.journey(CRM, order)
    assert [(step["service"], step["event"]) for step in journey] == [
        (producer, type(event).__name__) for producer, event, _ in heard
    ]
    assert [step["secondsSincePrevious"] for step in journey] == [None, *[1.0] * 6]
    assert journey[0]["summary"] == "bracket.stl was uploaded and checked: 10 × 20 × 30.5 mm."
    assert journey[2]["summary"] == "The price is € 100.00 (revision 1)."
    assert journey[5]["actor"] == "Otis Orr"


async def test_the_owner_reads_the_journey_without_names_and_a_stranger_nothing(
    world: World,
) -> None:
    who, order = person(), new_id()
    await world.hear("shop", asked(who, order), order)
    await world.hear("operator", claimed(order), order, seconds=1)
    steps = await world.journey(who, order)
    assert [step["actor"] for step in steps] == [None, None]
    assert not any("Otis" in step["summary"] for step in steps)
    assert await world.journey(person(), order) == []
    assert await world.journey(person("visitor"), order) == []
    assert await world.journey(CRM, uuid4()) == []
    assert len(await world.journey(person("operator"), order)) == 2


async def test_the_journey_follows_the_order_from_visitor_to_account(world: World) -> None:
    before, after, order = person("visitor"), person(), new_id()
    await world.hear("shop", asked(before, order), order)
    await world.hear("shop", created(after, order), order, seconds=1)
    assert len(await world.journey(after, order)) == 2
    assert await world.journey(before, order) == []


async def test_a_journey_is_in_the_order_in_which_it_happened(world: World) -> None:
    who, order = person(), new_id()
    await world.hear("operator", claimed(order), order, seconds=3)
    await world.hear("mes", priced(order), order, seconds=1)
    await world.hear("shop", asked(who, order), order, seconds=0)
    assert await events(world, who, order) == [
        "OrderPricingRequested",
        "OrderPriceCalculated",
        "WorkClaimed",
    ]


async def test_an_order_that_waits_too_long_is_found_with_what_to_do(world: World) -> None:
    who = person()
    waiting, fresh, ended, priced_long_ago = (new_id() for _ in range(4))
    for order in (waiting, ended, priced_long_ago):
        await world.hear("shop", asked(who, order), order, seconds=-30 * HOURS)
    await world.hear("shop", created(who, waiting), waiting, seconds=-29 * HOURS)
    await world.hear("shop", asked(who, fresh), fresh)
    cancelled = OrderCancelled(order_id=ended, reference="", by="Sam", reason="")
    await world.hear("shop", cancelled, ended, seconds=-28 * HOURS)
    await world.hear("mes", priced(ended), ended, seconds=-27 * HOURS)
    await world.hear("mes", priced(priced_long_ago), priced_long_ago, seconds=-29 * HOURS)
    [found] = await stuck(world)
    assert found["order"] == {"id": str(waiting)}
    assert found["lastEvent"] == "OrderCreated"
    assert "review" in found["whatToDo"]


async def test_an_order_that_waits_for_an_offer_waits_for_a_person_in_the_house(
    world: World,
) -> None:
    who, order = person(), new_id()
    await world.hear("shop", asked(who, order), order, seconds=-10 * HOURS)
    wanted = OrderPricingFailed(order_id=order, revision=1, code="ASK_A_PERSON", message="Wait.")
    await world.hear("mes", wanted, order, seconds=-9 * HOURS)
    [found] = await stuck(world)
    assert "Make the offer" in found["whatToDo"]
    await world.hear("mes", priced(order, by_hand=True), order, seconds=-8.5 * HOURS)
    assert await stuck(world) == []
    summaries = [step["summary"] for step in await world.journey(who, order)]
    assert summaries[1:] == [
        "A person is asked for the price (revision 1).",
        "A person made the price: € 100.00 (revision 1).",
    ]


async def test_who_made_a_price_is_told_to_staff_alone(world: World) -> None:
    who, order = person(), new_id()
    await world.hear("shop", asked(who, order), order)
    envelope = world.envelope("mes", priced(order, by_hand=True), order, seconds=1)
    named = replace(envelope, headers={"actor": "Cleo Carr"})
    await world.receive(JOURNEY, named)
    assert [step["actor"] for step in await world.journey(CRM, order)][1] == "Cleo Carr"
    assert [step["actor"] for step in await world.journey(who, order)][1] is None


async def test_a_step_that_comes_late_does_not_move_an_order_back(world: World) -> None:
    who, order = person(), new_id()
    await world.hear("shop", asked(who, order), order, seconds=-400 * HOURS)
    shipped = OrderShipped.model_validate(
        {"order_id": order, **OTIS, "carrier": "PostNL", "tracking_number": "1"}
    )
    await world.hear("operator", shipped, order, seconds=-1 * HOURS)
    await world.hear("shop", created(who, order), order, seconds=-399 * HOURS)
    assert await stuck(world) == []
    delivered = OrderDelivered(order_id=order, delivered_at=datetime.now(UTC))
    await world.hear("operator", delivered, order)
    assert (await events(world, CRM, order))[-1] == "OrderDelivered"


async def test_a_price_of_older_lines_does_not_end_the_wait_for_the_newer(world: World) -> None:
    who, order = person(), new_id()
    await world.hear("shop", asked(who, order), order, seconds=-3 * HOURS)
    await world.hear("shop", asked(who, order, revision=2), order, seconds=-2 * HOURS)
    await world.hear("mes", priced(order, revision=1), order, seconds=-1 * HOURS)
    [found] = await stuck(world)
    assert found["lastEvent"] == "OrderPricingRequested"


async def test_journeys_of_many_orders_are_read_together(world: World) -> None:
    who = person()
    orders = [new_id() for _ in range(3)]
    for order in orders:
        await world.hear("shop", asked(who, order), order)
    statements: list[str] = []
    engine = world.database.engine.sync_engine

    def count(_: object, __: object, statement: str, *___: object) -> None:
        if "journey_" in statement:
            statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        await world.ask(
            who,
            """query($r: [_Any!]!) { _entities(representations: $r) { ... on Order {
                journey { event } } } }""",
            r=[{"__typename": "Order", "id": str(order)} for order in orders],
        )
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    assert len(statements) == 2  # whose orders they are, and their steps


async def test_migrations_make_the_tables_that_the_code_uses(world: World) -> None:
    await asyncio.to_thread(difference, "crm", world.database.url, metadata)
