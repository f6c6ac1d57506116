"""What people do to orders, through the graph and on a real database."""

import asyncio
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from shared.ids import new_id, order_reference
from subgraphs.shop.orders import repository
from tests.integration.searching import rows_read
from tests.integration.shop.world import (
    Refused,
    World,
    customer,
    partner,
    staff,
    visitor,
    without_scopes,
)


async def refusal(work: object) -> str:
    with pytest.raises(Refused) as refused:
        await work  # type: ignore[misc]
    return refused.value.code


async def test_a_first_line_makes_an_order_that_asks_for_its_price(world: World) -> None:
    who = visitor()
    order = await world.add(who, await world.model_of(who))
    assert order["state"] == "PRICING"
    assert order["revision"] == 1
    assert order["reference"].startswith("PL-")
    assert order["lines"][0]["fileName"] == "bracket.stl"
    assert order["customer"] is None
    [(kind, event)] = await world.published()
    assert kind == "OrderPricingRequested"
    assert event["order_id"] == order["id"]
    assert event["lines"][0]["line_id"] == order["lines"][0]["id"]


async def test_two_first_lines_at_once_share_one_basket(world: World) -> None:
    who = visitor()
    models = [await world.model_of(who), await world.model_of(who)]
    first, second = await asyncio.gather(*(world.add(who, model) for model in models))
    assert first["id"] == second["id"]
    order = await world.order(who, first["id"])
    assert order is not None
    assert {line["model"]["id"] for line in order["lines"]} == {str(model) for model in models}
    assert order["revision"] == 2


async def test_a_line_is_priced_with_the_lead_time_that_was_chosen(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who), leadTime="express")
    await world.priced(order["id"])
    ask = """mutation ($o: ID!, $l: ID!, $c: String!) {
      changeLine(orderId: $o, lineId: $l, change: {leadTime: $c}) { lines { leadTime } } }"""
    data = await world.ask(who, ask, o=order["id"], l=order["lines"][0]["id"], c="standard")
    assert data["changeLine"]["lines"] == [{"leadTime": "standard"}]
    requests = [event for kind, event in await world.published() if kind == "OrderPricingRequested"]
    assert [event["lines"][0]["lead_time"] for event in requests] == ["express", "standard"]


async def test_a_changed_line_is_priced_again(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    await world.priced(order["id"])
    change = "changeLine(orderId: $o, lineId: $l, change: {quantity: 7})"
    for _ in range(2):  # the second changes nothing, and asks for nothing
        data = await world.ask(
            who,
            f"mutation($o: ID!, $l: ID!) {{ {change} {{ state revision total {{ amount }} "
            "lines { quantity } } }",
            o=order["id"],
            l=order["lines"][0]["id"],
        )
    changed = data["changeLine"]
    assert (changed["state"], changed["revision"], changed["total"]) == ("PRICING", 2, None)
    assert changed["lines"] == [{"quantity": 7}]
    assert await world.published_types() == ["OrderPricingRequested"] * 2


async def test_the_last_line_removed_leaves_a_draft(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    data = await world.ask(
        who,
        "mutation($o: ID!, $l: ID!) { removeLine(orderId: $o, lineId: $l) { state lines { id } } }",
        o=order["id"],
        l=order["lines"][0]["id"],
    )
    assert data["removeLine"] == {"state": "DRAFT", "lines": []}
    await world.priced(order["id"], revision=1)
    after = await world.order(who, order["id"])
    assert after is not None
    assert after["state"] == "DRAFT"


async def test_an_order_cannot_be_placed_before_it_is_priced(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    assert await refusal(world.place(who, order["id"], 4_200)) == "ORDER_STATE"


async def test_an_order_is_placed_only_at_the_price_that_was_accepted(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    await world.priced(order["id"], 4_300)
    with pytest.raises(Refused) as refused:
        await world.place(who, order["id"], 4_200)
    assert refused.value.code == "PRICE_CHANGED"
    assert refused.value.extensions == {"total": 4_300, "currency": "EUR"}
    placed = await world.place(who, order["id"], 4_300)
    assert placed["state"] == "PLACED"
    assert placed["shippingAddress"] == {"name": "Sam Shopper", "city": "Utrecht"}
    kind, event = (await world.published())[-1]
    assert kind == "OrderCreated"
    assert event["order"]["total"] == 4_300
    assert event["order"]["customer_email"] == who.email
    assert event["order"]["warnings"] == ["thin walls"]
    assert event["order"]["lines"][0]["file_name"] == "bracket.stl"


async def test_an_expired_price_cannot_be_accepted(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    await world.priced(order["id"], days=-1)
    assert await refusal(world.place(who, order["id"], 4_200)) == "PRICE_EXPIRED"


async def test_two_clicks_on_place_at_once_place_one_order(world: World) -> None:
    who = customer()
    order = await world.add(who, await world.model_of(who))
    await world.priced(order["id"])
    first, second = await asyncio.gather(*(world.place(who, order["id"], 4_200) for _ in "12"))
    assert first["placedAt"] == second["placedAt"]
    assert (await world.published_types()).count("OrderCreated") == 1
    assert await refusal(world.place(who, order["id"], 4_200, city="Delft")) == "ORDER_STATE"


async def test_a_visitor_signs_in_to_place_and_keeps_the_draft(world: World) -> None:
    before = visitor()
    order = await world.add(before, await world.model_of(before))
    await world.priced(order["id"])
    assert await refusal(world.place(before, order["id"], 4_200)) == "SIGN_IN_REQUIRED"
    who = customer(was=before)
    placed = await world.place(who, order["id"], 4_200)
    assert placed["customer"] == {"id": str(who.subject)}
    assert (await world.row(order["id"])).owner_id == who.subject


async def test_another_persons_order_does_not_exist(world: World) -> None:
    order_id = await world.placed_order(customer())
    stranger = customer()
    assert await world.order(stranger, order_id) is None
    assert await refusal(world.cancel(stranger, order_id)) == "NOT_FOUND"
    assert await refusal(world.place(stranger, order_id, 4_200)) == "NOT_FOUND"
    assert await refusal(world.place(stranger, str(uuid4()), 4_200)) == "NOT_FOUND"
    assert await refusal(world.place(stranger, "not an id", 4_200)) == "NOT_FOUND"


async def test_a_stranger_leaves_another_persons_order_as_it_is(world: World) -> None:
    who, stranger = customer(), customer()
    order = await world.add(who, await world.model_of(who))
    await world.priced(order["id"])
    before = await world.order(who, order["id"])
    line = order["lines"][0]["id"]
    for change in ("changeLine", "removeLine"):
        last = ", change: {quantity: 2}" if change == "changeLine" else ""
        query = (
            f'mutation {{ {change}(orderId: "{order["id"]}", lineId: "{line}"{last}) {{ id }} }}'
        )
        assert await refusal(world.ask(stranger, query)) == "NOT_FOUND"
    assert await refusal(world.place(stranger, order["id"], 4_200)) == "NOT_FOUND"
    assert await refusal(world.cancel(stranger, order["id"])) == "NOT_FOUND"
    assert await world.order(who, order["id"]) == before


async def test_another_persons_model_does_not_exist(world: World) -> None:
    theirs = await world.model_of(customer())
    assert await refusal(world.add(visitor(), theirs)) == "NOT_FOUND"


async def test_a_products_model_can_be_ordered_by_everyone(world: World) -> None:
    product = await world.model_of(staff("manager"), public=True)
    assert (await world.add(visitor(), product))["state"] == "PRICING"


async def test_staff_read_every_order_and_an_operator_not_its_customer(world: World) -> None:
    who = customer()
    order_id = await world.placed_order(who)
    for role, seen in [("crm", True), ("manager", True), ("operator", False)]:
        order = await world.order(staff(role), order_id)
        assert order is not None
        assert (order["customer"] is not None) is seen
    assert await refusal(world.ask(who, "{ orders { nodes { id } } }")) == "FORBIDDEN"
    assert await refusal(world.ask(visitor(), "{ orders { nodes { id } } }")) == "SIGN_IN_REQUIRED"


async def test_crm_may_cancel_and_an_operator_may_not(world: World) -> None:
    order_id = await world.placed_order(customer())
    assert await refusal(world.cancel(staff("operator"), order_id)) == "FORBIDDEN"
    cancelled = await world.cancel(staff("crm"), order_id)
    assert cancelled["state"] == "CANCELLED"
    again = await world.cancel(staff("crm"), order_id)
    assert again["history"] == cancelled["history"]
    assert (await world.published_types()).count("OrderCancelled") == 1


async def test_a_key_without_the_scope_changes_nothing(world: World) -> None:
    order_id = await world.placed_order(who := customer())
    assert await refusal(world.cancel(without_scopes(who), order_id)) == "FORBIDDEN"


async def test_orders_come_in_pages_newest_first(world: World) -> None:
    who = customer()
    ids = [await world.placed_order(who) for _ in range(5)]
    await world.placed_order(customer())
    query = """query($after: String) { myOrders(first: 2, after: $after) {
        nodes { id } totalCount pageInfo { hasNextPage endCursor } } }"""
    seen: list[str] = []
    after, more = None, True
    while more:
        page = (await world.ask(who, query, after=after))["myOrders"]
        assert page["totalCount"] == 5
        seen += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == list(reversed(ids))


async def test_staff_find_orders_by_reference_name_and_state(world: World) -> None:
    order_id = await world.placed_order(customer("Ada 100%"))
    await world.placed_order(customer("Ada 1001"))
    crm = staff("crm")
    query = """query($s: String, $states: [OrderState!]) {
        orders(search: $s, states: $states) { nodes { id reference } } }"""
    found = (await world.ask(crm, query, s="ada 100%"))["orders"]["nodes"]
    assert [node["id"] for node in found] == [order_id]
    found = (await world.ask(crm, query, s=found[0]["reference"].lower()))["orders"]["nodes"]
    assert [node["id"] for node in found] == [order_id]
    assert not (await world.ask(crm, query, states=["CLOSED"]))["orders"]["nodes"]


async def test_operators_cannot_find_out_who_ordered_by_searching(world: World) -> None:
    who = customer("Ada Lovelace")
    order_id = await world.placed_order(who)
    query = "query($s: String) { orders(search: $s) { nodes { id reference } } }"
    (order,) = (await world.ask(staff("crm"), query, s=who.email))["orders"]["nodes"]
    for typed in (who.email, who.name):
        assert not (await world.ask(staff("operator"), query, s=typed))["orders"]["nodes"]
    found = (await world.ask(staff("operator"), query, s=order["reference"]))["orders"]["nodes"]
    assert [node["id"] for node in found] == [order_id]


async def test_a_rare_order_is_found_without_reading_all_the_others(world: World) -> None:
    for first in range(0, 20_000, 2_000):
        async with world.database.transaction() as session:
            await session.execute(
                sa.text(
                    "insert into orders (id, reference, state, revision, channel, owner_id,"
                    " customer_name, customer_email, currency)"
                    " select gen_random_uuid(), 'PL-' || n, 'draft', 1, 'SHOP', gen_random_uuid(),"
                    " 'Customer ' || md5(n::text), md5(n::text) || '@x.org', 'EUR'"
                    " from generate_series(:first + 1, :first + 2000) n"
                ),
                {"first": first},
            )
    order_id = await world.placed_order(customer("Zebulon Quux"))
    async with world.database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("vacuum analyze orders"))
    async with world.database.reading() as session:
        for typed in ("bulon", "QUUX", "ze") * 6:
            wanted = repository.Filter(search=typed, by_customer=True)
            found = await repository.page(session, wanted, None, 26)
            assert [str(row.id) for row in found] == [order_id]
        assert await rows_read(session, "orders") < 100


async def test_entities_of_one_request_are_read_in_one_query(world: World) -> None:
    who = customer()
    ids = [await world.placed_order(who) for _ in range(3)]
    statements: list[str] = []
    engine = world.database.engine.sync_engine

    def count(_: object, __: object, statement: str, *___: object) -> None:
        if "FROM orders" in statement:
            statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        data = await world.ask(
            who,
            "query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { id } } }",
            r=[{"__typename": "Order", "id": one} for one in [*ids, str(uuid4())]],
        )
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    assert data["_entities"] == [*({"id": one} for one in ids), None]
    assert len(statements) == 1


async def test_no_two_orders_have_one_reference(world: World) -> None:
    order_id = UUID(await world.placed_order(customer()))
    # The same 40 low bits give the same reference.
    same_reference = UUID(int=order_id.int ^ 1 << 64)
    assert order_reference(same_reference) == order_reference(order_id)
    other = new_id()
    made = iter([same_reference, other])
    async with world.database.reading() as session:
        assert await repository.unused_id(session, lambda: next(made)) == other


async def test_a_partner_gets_the_same_order_for_the_same_key_and_body(world: World) -> None:
    who = partner()
    model = await world.model_of(who)
    orders = await asyncio.gather(*(world.submit(who, model) for _ in range(4)))
    assert len({order["id"] for order in orders}) == 1
    assert orders[0]["channel"] == "PARTNER"
    assert await world.published_types() == ["OrderPricingRequested"]
    with pytest.raises(Refused) as refused:
        await world.submit(who, model, partnerReference="another")
    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"
    assert refused.value.extensions == {"orderId": orders[0]["id"]}
    other = await world.submit(who, model, idempotencyKey="key-2")
    assert other["id"] != orders[0]["id"]


async def test_the_same_key_of_another_partner_is_another_key(world: World) -> None:
    first, second = partner(), partner()
    one = await world.submit(first, await world.model_of(first))
    two = await world.submit(second, await world.model_of(second))
    assert one["id"] != two["id"]
    assert await world.order(second, one["id"]) is None


async def test_only_a_partner_submits_orders(world: World) -> None:
    model = await world.model_of(who := customer())
    assert await refusal(world.submit(who, model)) == "FORBIDDEN"
    assert await refusal(world.submit(visitor(), model)) == "SIGN_IN_REQUIRED"
    assert await refusal(world.submit(without_scopes(partner()), model)) == "FORBIDDEN"


async def test_a_partners_order_places_itself_within_its_limit(world: World) -> None:
    who = partner()
    model = await world.model_of(who)
    cheap = await world.submit(who, model, autoPlaceUpTo=5_000)
    dear = await world.submit(who, model, autoPlaceUpTo=5_000, idempotencyKey="key-2")
    await world.priced(cheap["id"], 5_000)
    await world.priced(dear["id"], 5_001)
    placed = await world.order(who, cheap["id"])
    waiting = await world.order(who, dear["id"])
    assert placed is not None
    assert waiting is not None
    assert placed["state"] == "PLACED"
    assert waiting["state"] == "PRICED"
    kind, event = (await world.published())[-1]
    assert (kind, event["automatic"]) == ("OrderCreated", True)
    assert event["order"]["customer_email"] == who.email
