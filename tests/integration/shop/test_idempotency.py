"""The same command twice has one effect and one answer."""

import asyncio
from typing import Any, cast
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command

from db.engine import Database
from db.migrate import configuration, upgrade
from shared.idempotency.sweeper import IdempotencySweeper
from shared.identity import Identity
from shared.ids import new_id
from tests.integration.shop.world import Refused, World, customer, partner
from tests.servers import PostgresServer

ADD = """mutation($line: LineInput!, $key: String) {
  addToBasket(line: $line, idempotencyKey: $key) { id revision lines { id } } }"""


async def add(
    world: World, who: Identity, model_id: UUID, key: str | None, quantity: int = 1
) -> dict[str, Any]:
    line = {"modelId": str(model_id), "material": "PLA", "finish": "raw", "quantity": quantity}
    data = await world.ask(who, ADD, line=line, key=key)
    return cast(dict[str, Any], data["addToBasket"])


async def test_a_line_that_is_added_twice_with_one_key_is_one_line(world: World) -> None:
    who = customer()
    model_id = await world.model_of(who)
    first = await add(world, who, model_id, "a click")
    assert await add(world, who, model_id, "a click") == first
    assert len(first["lines"]) == 1
    assert len((await add(world, who, model_id, "another click"))["lines"]) == 2
    assert len((await add(world, who, model_id, None))["lines"]) == 3
    assert await world.published_types() == ["OrderPricingRequested"] * 3


async def test_clicks_at_the_same_moment_take_turns_and_answer_the_same(world: World) -> None:
    who = customer()
    model_id = await world.model_of(who)
    answers = await asyncio.gather(*(add(world, who, model_id, "a click") for _ in range(5)))
    assert all(answer == answers[0] for answer in answers)
    assert len(answers[0]["lines"]) == 1


async def test_a_key_with_another_content_is_refused(world: World) -> None:
    who = customer()
    model_id = await world.model_of(who)
    basket = await add(world, who, model_id, "a click")
    with pytest.raises(Refused) as refused:
        await add(world, who, model_id, "a click", quantity=2)
    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"
    assert refused.value.extensions == {"orderId": basket["id"]}


async def test_a_key_is_its_owners_alone(world: World) -> None:
    sam, bob = customer(), customer()
    first = await add(world, sam, await world.model_of(sam), "1")
    second = await add(world, bob, await world.model_of(bob), "1")
    assert first["id"] != second["id"]


async def test_a_command_that_failed_leaves_its_key_free(world: World) -> None:
    who = customer()
    stranger = customer()
    theirs = await world.model_of(stranger)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await add(world, who, theirs, "a click")
    assert len((await add(world, who, await world.model_of(who), "a click"))["lines"]) == 1


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_an_empty_or_endless_key_is_refused(world: World, key: str) -> None:
    who = customer()
    with pytest.raises(Refused, match="IDEMPOTENCY_KEY"):
        await add(world, who, await world.model_of(who), key)


async def test_a_key_is_kept_for_thirty_days(world: World) -> None:
    who = partner()
    model_id = await world.model_of(who)
    first = await world.submit(who, model_id)
    sweeper = IdempotencySweeper(world.database)
    for days, again in ((29, True), (31, False)):
        async with world.database.transaction() as session:
            await session.execute(
                sa.text("update idempotency_key set created_at = now() - :age * interval '1 day'"),
                {"age": days},
            )
        await sweeper.sweep()
        assert ((await world.submit(who, model_id))["id"] == first["id"]) is again


async def test_keys_of_earlier_submissions_still_lead_to_their_orders(
    postgres: PostgresServer,
) -> None:
    name = "shop_before_idempotency"
    url = await asyncio.to_thread(postgres.create_database, name, "shop")
    await asyncio.to_thread(command.upgrade, configuration("shop", url), "0003")
    database = Database(url, name="shop")
    partner_id, order_id = new_id(), new_id()
    async with database.transaction() as session:
        await session.execute(
            sa.text("insert into submission values (:partner, 'key', 'hash', :order)"),
            {"partner": partner_id, "order": order_id},
        )
    await asyncio.to_thread(upgrade, "shop", url)
    async with database.reading() as session:
        row = (await session.execute(sa.text("select * from idempotency_key"))).one()
    await database.close()
    assert (row.owner, row.operation, row.key, row.body_hash) == (
        partner_id,
        "submitOrder",
        "key",
        "hash",
    )
    assert row.answer == {"orderId": str(order_id)}
