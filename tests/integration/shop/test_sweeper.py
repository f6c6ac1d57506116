"""What time does to orders."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from subgraphs.shop.clock import now
from subgraphs.shop.orders import repository, sweeper
from subgraphs.shop.orders.lifecycle import OrderEvent, OrderState
from subgraphs.shop.orders.transition import move
from tests.integration.shop.world import World, customer


async def test_a_draft_that_nobody_touches_expires(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    await world.sweep(after=timedelta(days=29))
    assert (await world.row(order["id"])).state is OrderState.PRICING
    await world.sweep(after=timedelta(days=31))
    assert (await world.row(order["id"])).state is OrderState.EXPIRED
    kind, event = (await world.published())[-1]
    assert (kind, event["order_id"]) == ("OrderExpired", order["id"])
    await world.priced(order["id"])
    assert (await world.row(order["id"])).state is OrderState.EXPIRED


async def test_a_placed_order_never_expires(world: World) -> None:
    order_id = await world.placed_order(customer())
    await world.sweep(after=timedelta(days=400))
    assert (await world.row(order_id)).state is OrderState.PLACED


async def test_a_price_that_is_no_longer_valid_is_computed_anew(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    await world.priced(order["id"], days=14)
    await world.sweep(after=timedelta(days=13))
    assert (await world.row(order["id"])).state is OrderState.PRICED
    await world.sweep(after=timedelta(days=15))
    row = await world.row(order["id"])
    assert (row.state, row.revision, row.total) == (OrderState.PRICING, 2, None)
    assert await world.published_types() == ["OrderPricingRequested"] * 2


async def test_sweepers_in_two_processes_change_an_order_once(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    await asyncio.gather(*(world.sweep(after=timedelta(days=31)) for _ in range(3)))
    assert (await world.row(order["id"])).state is OrderState.EXPIRED
    assert (await world.published_types()).count("OrderExpired") == 1


async def test_a_draft_that_is_touched_in_the_moment_it_expires_stays(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    month = timedelta(days=31)
    async with world.database.transaction() as session:
        row = await repository.lock(session, UUID(order["id"]))
        assert row is not None
        row.touched_at += month
        sweep = asyncio.create_task(world.sweep(after=month))
        await world.until_it_waits_for_a_lock(sweep)
    await sweep
    assert (await world.row(order["id"])).state is OrderState.PRICING


async def test_a_delivered_order_closes_after_its_time_of_grace(world: World) -> None:
    order_id = await world.placed_order(customer())
    await world.confirmed(order_id)
    async with world.database.transaction() as session:
        row = await repository.lock(session, UUID(order_id))
        assert row is not None
        for event in (
            OrderEvent.CLAIMED,
            OrderEvent.PRODUCTION_STARTED,
            OrderEvent.MANUFACTURED,
            OrderEvent.SHIPPED,
            OrderEvent.DELIVERED,
        ):
            move(session, row, event)
        row.delivered_at = row.updated_at
    await world.sweep(after=timedelta(seconds=50), close_after_delivery_seconds=60.0)
    assert (await world.row(order_id)).state is OrderState.DELIVERED
    await world.sweep(after=timedelta(seconds=70), close_after_delivery_seconds=60.0)
    assert (await world.row(order_id)).state is OrderState.CLOSED


async def test_orders_that_cannot_be_swept_do_not_keep_the_others_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = []
    for _ in range(3):
        who = customer()
        orders.append(await world.add(who, await world.model_of(who)))
    bad = {UUID(order["id"]) for order in orders[:2]}
    whole = sweeper.move

    def fails(session: object, order: object, *arguments: object, **more: object) -> object:
        if order.id in bad:  # type: ignore[attr-defined]
            raise RuntimeError("a defect")
        return whole(session, order, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(sweeper, "move", fails)
    monkeypatch.setattr(repository.due, "__kwdefaults__", {"but": (), "limit": 2})
    swept = sweeper.Sweeper(world.database, world.settings)
    for _ in range(2):
        await swept.sweep(now() + timedelta(days=31))
    states = [(await world.row(order["id"])).state for order in orders]
    assert states == [OrderState.PRICING, OrderState.PRICING, OrderState.EXPIRED]
