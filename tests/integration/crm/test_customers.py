"""Customers and the notes about them."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from subgraphs.crm.customers import repository
from tests.integration.crm.world import CRM, Refused, World, person
from tests.integration.searching import rows_read

CUSTOMER = "id name email kind orderCount notes { author text }"


async def customer(world: World, who: Any, of: Any) -> dict[str, Any] | None:
    query = f"query($id: ID!) {{ customer(id: $id) {{ {CUSTOMER} }} }}"
    found: dict[str, Any] | None = (await world.ask(who, query, id=str(of.subject)))["customer"]
    return found


async def test_who_registers_becomes_a_customer_and_staff_do_not(world: World) -> None:
    sam, partner, otis = person(), person("partner", "Bracket & Sons"), person("operator")
    for who in (sam, partner, otis):
        await world.register(who)
    kinds = [(await customer(world, CRM, who) or {}).get("kind") for who in (sam, partner, otis)]
    assert kinds == ["PERSON", "PARTNER", None]


async def test_an_order_may_be_heard_of_before_its_customers_account(world: World) -> None:
    who = person(name="Sam")
    await world.placed(who)
    await world.register(who, "customer", "partner")
    found = await customer(world, CRM, who)
    assert found is not None
    assert (found["name"], found["kind"], found["orderCount"]) == ("Sam", "PARTNER", 1)


async def test_customers_see_themselves_without_notes_and_nobody_else(world: World) -> None:
    sam, bob = person(), person()
    for who in (sam, bob):
        await world.register(who)
    note = 'mutation($id: ID!) { addCustomerNote(customerId: $id, text: " Pays late. ") { id } }'
    await world.ask(CRM, note, id=str(sam.subject))
    with pytest.raises(Refused, match="FORBIDDEN"):
        await world.ask(sam, note, id=str(sam.subject))
    seen_by_crm, seen_by_sam = await customer(world, CRM, sam), await customer(world, sam, sam)
    assert seen_by_crm is not None
    assert seen_by_sam is not None
    assert seen_by_crm["notes"] == [{"author": "Cleo Carr", "text": "Pays late."}]
    assert seen_by_sam == seen_by_crm | {"notes": []}
    assert await customer(world, bob, sam) is None
    assert await customer(world, person("operator"), sam) is None


async def test_customers_are_searched_and_come_in_pages(world: World) -> None:
    for name in ("Ada", "Bob", "Adele"):
        await world.register(person(name=name))
    query = """query($s: String, $after: String) { customers(search: $s, first: 1, after: $after) {
        nodes { name } totalCount pageInfo { endCursor hasNextPage } } }"""
    first = (await world.ask(CRM, query, s="AD"))["customers"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
    rest = await world.ask(CRM, query, s="AD", after=first["pageInfo"]["endCursor"])
    nodes = first["nodes"] + rest["customers"]["nodes"]
    assert {node["name"] for node in nodes} == {"Ada", "Adele"}
    assert rest["customers"]["pageInfo"]["hasNextPage"] is False


async def test_a_rare_customer_is_found_without_reading_all_the_others(world: World) -> None:
    for first in range(0, 20_000, 2_000):
        async with world.database.transaction() as session:
            await session.execute(
                sa.text(
                    "insert into customer (id, name, email, kind, since)"
                    " select gen_random_uuid(), 'Customer ' || md5(n::text),"
                    " md5(n::text) || '@x.org', 'PERSON', now() - n * interval '1 minute'"
                    " from generate_series(:first + 1, :first + 2000) n"
                ),
                {"first": first},
            )
    await world.register(person(name="Zebulon Quux"))
    async with world.database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("vacuum analyze customer"))
    async with world.database.reading() as session:
        for typed in ("bulon", "QUUX", "ze") * 6:
            found = await repository.page(session, repository.Filter(search=typed), None, 26)
            assert [row.name for row in found] == ["Zebulon Quux"]
        assert await rows_read(session, "customer") < 100


async def test_a_note_that_is_sent_twice_with_one_key_is_one_note(world: World) -> None:
    sam = person()
    await world.register(sam)
    note = """mutation($id: ID!, $key: String) {
      addCustomerNote(customerId: $id, text: "Pays late.", idempotencyKey: $key) { id } }"""
    clicks = ["a click", "a click", "another"]
    await asyncio.gather(*(world.ask(CRM, note, id=str(sam.subject), key=key) for key in clicks))
    found = await customer(world, CRM, sam)
    assert found is not None
    assert len(found["notes"]) == 2
