"""What the shop does when it hears of the other services, through its inbox."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from shared.errors import DomainError
from shared.ids import new_id
from shared.messaging import Event
from shared.messaging.events import (
    AccountRegistered,
    FileExpired,
    FileRejected,
    OrderDelivered,
    OrderManufactured,
    OrderRejected,
    OrderShipped,
    ProductionProblemReported,
    ProductionStarted,
    WorkClaimed,
)
from shared.messaging.failures import Failures
from shared.messaging.inbox import Outcome
from subgraphs.shop.orders import repository
from subgraphs.shop.orders.lifecycle import LATE, TRANSITIONS, OrderEvent, OrderState
from subgraphs.shop.orders.line import Line, LineChange
from subgraphs.shop.orders.service import add_to_basket, change_line
from subgraphs.shop.orders.tables import OrderTransitionRow
from tests.integration.shop.world import World, customer, partner, visitor

OPERATOR = {"operator_id": uuid4(), "operator_name": "Otis Orr"}


def work(cls: type[Event], order_id: str, **fields: object) -> Event:
    return cls.model_validate({"order_id": order_id, **OPERATOR, **fields})


def production(order_id: str) -> list[Event]:
    return [
        work(WorkClaimed, order_id),
        work(ProductionStarted, order_id),
        work(OrderManufactured, order_id),
        work(OrderShipped, order_id, carrier="PostNL", tracking_number="3S1"),
        OrderDelivered(order_id=UUID(order_id), delivered_at=datetime.now(UTC)),
    ]


async def state(world: World, order_id: str) -> OrderState:
    return (await world.row(order_id)).state


async def history(world: World, order_id: str) -> list[OrderTransitionRow]:
    query = sa.select(OrderTransitionRow).where(OrderTransitionRow.order_id == UUID(order_id))
    async with world.database.reading() as session:
        return list(await session.scalars(query.order_by(OrderTransitionRow.id)))


async def is_a_path_of_the_table(world: World, order_id: str) -> bool:
    steps = await history(world, order_id)
    came_from = [None, *(step.to_state for step in steps)]
    return all(
        step.from_state == before and TRANSITIONS[step.from_state, step.event] is step.to_state
        for step, before in zip(steps, came_from, strict=False)
    )


async def test_an_order_is_made_shipped_delivered_and_closed(world: World) -> None:
    who = customer()
    order_id = await world.placed_order(who)
    await world.confirmed(order_id)
    for event in production(order_id):
        await world.hear("operator", event, order_id)
    assert await state(world, order_id) is OrderState.DELIVERED
    await world.sweep()
    assert await state(world, order_id) is OrderState.CLOSED
    kind, closed = (await world.published())[-1]
    assert kind == "OrderClosed"
    assert closed["model_ids"] == [str((await world.row(order_id)).lines[0].model_id)]
    assert await is_a_path_of_the_table(world, order_id)
    order = await world.order(who, order_id)
    assert order is not None
    assert "PostNL 3S1" in [step["note"] for step in order["history"]]


async def test_a_duplicate_has_no_second_effect(world: World) -> None:
    order_id = await world.placed_order(customer())
    envelope = world.envelope("operator", work(WorkClaimed, order_id), UUID(order_id))
    assert await world.inbox.receive(envelope) is Outcome.APPLIED
    assert await world.inbox.receive(envelope) is Outcome.DUPLICATE
    events = [step.event for step in await history(world, order_id)]
    assert events.count(OrderEvent.CLAIMED) == 1


async def test_a_later_event_waits_for_the_one_before_it(world: World) -> None:
    order_id = await world.placed_order(customer())
    await world.confirmed(order_id)
    claimed, started = (
        world.envelope("operator", event, UUID(order_id)) for event in production(order_id)[:2]
    )
    assert await world.inbox.receive(started) is Outcome.PARKED
    assert await state(world, order_id) is OrderState.CONFIRMED
    assert await world.inbox.receive(claimed) is Outcome.APPLIED
    waiting = await Failures(world.database, "shop").claim()
    assert waiting is not None
    assert waiting.event_id == started.id
    assert await world.inbox.attempt(started, waiting.number) is Outcome.APPLIED
    assert await state(world, order_id) is OrderState.IN_PRODUCTION


async def test_a_claim_that_overtakes_the_confirmation_does_no_harm(world: World) -> None:
    order_id = await world.placed_order(customer())
    for event in production(order_id)[:2]:
        await world.hear("operator", event, order_id)
    await world.confirmed(order_id)
    assert await state(world, order_id) is OrderState.IN_PRODUCTION
    assert await is_a_path_of_the_table(world, order_id)


async def test_what_others_did_while_the_order_was_cancelled_is_recorded_only(
    world: World,
) -> None:
    who = customer()
    order_id = await world.placed_order(who)
    await world.cancel(who, order_id)
    await world.confirmed(order_id)
    for event in production(order_id):
        await world.hear("operator", event, order_id)
    assert await state(world, order_id) is OrderState.CANCELLED
    steps = await history(world, order_id)
    late = [step for step in steps if (step.from_state, step.event) in LATE]
    assert len(late) == 6
    assert all("already cancelled" in (step.note or "") for step in late)
    await world.sweep()
    assert "OrderClosed" not in await world.published_types()


async def test_a_price_for_older_lines_is_dropped(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    old = await world.price(order["id"], 1_000)
    await world.add(who, await world.model_of(who))
    await world.hear("mes", old, order["id"])
    row = await world.row(order["id"])
    assert (row.state, row.total) == (OrderState.PRICING, None)
    await world.priced(order["id"], 2_000)
    row = await world.row(order["id"])
    assert (row.state, row.total) == (OrderState.PRICED, 2_000)


async def test_a_price_of_a_revision_that_was_never_asked_for_is_an_error(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    with pytest.raises(DomainError):
        await world.priced(order["id"], revision=2)


async def test_a_price_that_leaves_out_a_line_is_an_error(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    price = await world.price(order["id"])
    with pytest.raises(DomainError, match="does not fit"):
        await world.hear("mes", price.model_copy(update={"lines": ()}), order["id"])
    assert await state(world, order["id"]) is OrderState.PRICING


async def test_an_event_that_the_table_does_not_allow_is_an_error(world: World) -> None:
    order_id = await world.placed_order(customer())
    shipped = work(OrderShipped, order_id, carrier="PostNL", tracking_number="3S1")
    with pytest.raises(DomainError):
        await world.hear("operator", shipped, order_id)
    assert await state(world, order_id) is OrderState.PLACED


async def test_a_failed_price_tells_the_customer_why_until_the_lines_change(
    world: World,
) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    await world.failed(order["id"])
    failed = await world.order(who, order["id"])
    assert failed is not None
    assert failed["state"] == "NEEDS_ATTENTION"
    assert failed["problem"] == {"code": "TOO_LARGE", "message": "Too large."}
    again = await world.add(who, await world.model_of(who))
    assert (again["state"], again["problem"]) == ("PRICING", None)


async def test_a_rejection_says_why(world: World) -> None:
    who = customer()
    order_id = await world.placed_order(who)
    event = OrderRejected(
        order_id=UUID(order_id),
        reference="",
        owner_id=who.subject,
        decided_by="Cleo",
        reason="No weapons.",
    )
    await world.hear("crm", event, order_id)
    order = await world.order(who, order_id)
    assert order is not None
    assert order["state"] == "REJECTED"
    assert order["problem"] == {"code": "REJECTED", "message": "No weapons."}
    assert order["allowed"] == []


async def test_a_scrapped_part_shows_its_problem_until_it_is_claimed_again(world: World) -> None:
    order_id = await world.placed_order(customer())
    await world.confirmed(order_id)
    for event in production(order_id)[:2]:
        await world.hear("operator", event, order_id)
    scrap = work(ProductionProblemReported, order_id, kind="SCRAP", reason="Warped.")
    await world.hear("operator", scrap, order_id)
    row = await world.row(order_id)
    assert (row.state, row.problem_code, row.problem_message) == (
        OrderState.PROBLEM,
        "SCRAP",
        "Warped.",
    )
    await world.hear("operator", work(WorkClaimed, order_id), order_id)
    row = await world.row(order_id)
    assert (row.state, row.problem_code) == (OrderState.CLAIMED, None)


async def test_a_line_waits_for_its_model_and_then_has_its_name(world: World) -> None:
    who = visitor()
    model = new_id()
    order = await world.add(who, model)
    assert order["lines"][0]["fileName"] == ""
    await world.hear("editor", world.uploaded(model, who.subject), model)
    row = await world.row(order["id"])
    assert row.lines[0].file_name == "bracket.stl"
    assert row.state is OrderState.PRICING


async def test_a_model_that_turns_out_to_be_anothers_stops_the_order(world: World) -> None:
    who = visitor()
    model = new_id()
    order = await world.add(who, model)
    await world.hear("editor", world.uploaded(model, uuid4()), model)
    stopped = await world.order(who, order["id"])
    assert stopped is not None
    assert stopped["state"] == "NEEDS_ATTENTION"
    assert stopped["problem"]["code"] == "MODEL_NOT_FOUND"
    assert stopped["lines"][0]["fileName"] == ""


async def test_a_rejected_model_stops_the_orders_that_wait_for_it(world: World) -> None:
    who = visitor()
    model = new_id()
    order = await world.add(who, model)
    event = FileRejected(
        model_id=model, owner_id=who.subject, file_name="x.stl", code="EMPTY", message="Empty."
    )
    await world.hear("editor", event, model)
    stopped = await world.order(who, order["id"])
    assert stopped is not None
    assert stopped["problem"] == {"code": "EMPTY", "message": "Empty."}
    with pytest.raises(Exception, match="MODEL_REFUSED"):
        await world.add(who, model)


async def test_an_expired_model_leaves_a_placed_order_alone(world: World) -> None:
    who = customer()
    order_id = await world.placed_order(who)
    draft = await world.add(who, (await world.row(order_id)).lines[0].model_id)
    model = UUID(draft["lines"][0]["model"]["id"])
    await world.hear("editor", FileExpired(model_id=model, reason="old"), model)
    assert await state(world, order_id) is OrderState.PLACED
    assert await state(world, draft["id"]) is OrderState.NEEDS_ATTENTION


async def test_a_price_for_a_model_that_expired_meanwhile_places_nothing(world: World) -> None:
    who = partner()
    model = await world.model_of(who)
    order = await world.submit(who, model, autoPlaceUpTo=99_999)
    price = await world.price(order["id"])
    await world.hear("editor", FileExpired(model_id=model, reason="deleted"), model)
    await world.hear("mes", price, order["id"])
    row = await world.row(order["id"])
    assert (row.state, row.problem_code, row.total) == (
        OrderState.NEEDS_ATTENTION,
        "MODEL_REFUSED",
        None,
    )
    assert "OrderCreated" not in await world.published_types()
    assert await is_a_path_of_the_table(world, order["id"])


async def test_a_visitor_who_registers_is_named_in_its_drafts(world: World) -> None:
    who = visitor()
    order = await world.add(who, await world.model_of(who))
    event = AccountRegistered(
        account_id=who.subject, email="sam@example.org", name="Sam", roles=("customer",)
    )
    await world.hear("accounts", event, who.subject)
    row = await world.row(order["id"])
    assert (row.customer_name, row.customer_email) == ("Sam", "sam@example.org")
    assert row.owner_id == who.subject


async def test_a_price_for_a_partners_cancelled_order_places_nothing(world: World) -> None:
    who = partner()
    order = await world.submit(who, await world.model_of(who), autoPlaceUpTo=99_999)
    await world.cancel(who, order["id"])
    await world.priced(order["id"])
    assert await state(world, order["id"]) is OrderState.CANCELLED
    assert "OrderCreated" not in await world.published_types()


async def test_a_line_added_in_the_moment_its_model_is_ready_is_not_missed(world: World) -> None:
    who, model = visitor(), new_id()
    line = Line(model, "PLA", "raw", 1)
    async with world.database.transaction() as session:
        order = await add_to_basket(session, who, line, "EUR")
        news = asyncio.create_task(world.hear("editor", world.uploaded(model, who.subject), model))
        await world.until_it_waits_for_a_lock(news)
    await news
    assert (await world.row(order.id)).lines[0].file_name == "bracket.stl"


async def test_a_line_may_be_changed_in_the_moment_its_model_is_ready(world: World) -> None:
    who, model = visitor(), new_id()
    order = await world.add(who, model)
    order_id, line_id = UUID(order["id"]), UUID(order["lines"][0]["id"])
    async with world.database.transaction() as session:
        await repository.lock(session, order_id)
        news = asyncio.create_task(world.hear("editor", world.uploaded(model, who.subject), model))
        await world.until_it_waits_for_a_lock(news)
        await change_line(session, who, order_id, line_id, LineChange(quantity=7))
    await news
    line = (await world.row(order_id)).lines[0]
    assert (line.file_name, line.quantity) == ("bracket.stl", 7)
