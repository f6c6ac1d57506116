"""The operator's part of the graph, and who is refused what."""

from uuid import UUID, uuid4

from db.engine import Database
from shared.identity import Identity
from shared.ids import new_id
from tests.integration.operator.world import MINA, OLGA, OTIS, ask, confirm, snapshot

BOARD = "{ board { nodes { id state allowed pay { text } } totalCount } boardCounts { count } }"
CLAIM = "mutation($id: ID!) { claimWork(id: $id) { state mine claimedBy allowed } }"
WORK = """query($id: ID!) { workOrder(id: $id) {
    state claimedBy problem carrier mine allowed pay { amount } order { id }
    lines { fileName quantity rotation material { code } model { id } } address { city } } }"""
ENTITY = """query($id: ID!) { _entities(representations: [{__typename: "Order", id: $id}]) {
    ... on Order { work { state claimedBy } } } }"""


async def test_an_operator_sees_the_board_and_claims_from_it(database: Database) -> None:
    work_id = str(await confirm(database))
    data, codes = await ask(database, OTIS, BOARD)
    assert codes == []
    assert data is not None
    assert data["board"]["nodes"] == [
        {"id": work_id, "state": "AVAILABLE", "allowed": ["CLAIM"], "pay": {"text": "€ 14.00"}}
    ]
    assert data["board"]["totalCount"] == 1
    data, codes = await ask(database, OTIS, CLAIM, id=work_id)
    assert codes == []
    assert data == {
        "claimWork": {
            "state": "CLAIMED",
            "mine": True,
            "claimedBy": "Otis Orr",
            "allowed": ["RELEASE", "START"],
        }
    }


async def test_the_second_to_claim_gets_the_code_that_the_console_knows(
    database: Database,
) -> None:
    work_id = str(await confirm(database))
    await ask(database, OTIS, CLAIM, id=work_id)
    _, codes = await ask(database, OLGA, CLAIM, id=work_id)
    assert codes == ["ALREADY_CLAIMED"]


async def test_a_manager_looks_on_but_claims_nothing(database: Database) -> None:
    work_id = str(await confirm(database))
    data, codes = await ask(database, MINA, BOARD)
    assert data is not None
    assert data["board"]["nodes"][0]["allowed"] == []
    _, codes = await ask(database, MINA, CLAIM, id=work_id)
    assert codes == ["FORBIDDEN"]


async def test_customers_and_visitors_are_refused(database: Database) -> None:
    work_id = str(await confirm(database))
    for role, code in (("customer", "FORBIDDEN"), ("visitor", "SIGN_IN_REQUIRED")):
        somebody = Identity(subject=uuid4(), roles=frozenset({role}))
        _, codes = await ask(database, somebody, BOARD)
        assert set(codes) == {code}
        _, codes = await ask(database, somebody, CLAIM, id=work_id)
        assert codes == [code]
        data, codes = await ask(database, somebody, WORK, id=work_id)
        assert (data, codes) == ({"workOrder": None}, [])


async def test_the_owner_sees_how_far_it_is_but_not_who_earns_what(database: Database) -> None:
    owner = uuid4()
    order = snapshot(new_id(), owner=owner)
    work_id = str(await confirm(database, order))
    await ask(database, OTIS, CLAIM, id=work_id)
    customer = Identity(subject=owner, roles=frozenset({"customer"}))
    data, codes = await ask(database, customer, WORK, id=work_id)
    assert codes == []
    assert data is not None
    work = data["workOrder"]
    assert work["state"] == "CLAIMED"
    assert (work["claimedBy"], work["pay"], work["mine"], work["allowed"]) == (
        None,
        None,
        False,
        [],
    )


async def test_an_operator_sees_what_to_make_and_where_it_goes(database: Database) -> None:
    order = snapshot(new_id())
    data, _ = await ask(database, OTIS, WORK, id=str(await confirm(database, order)))
    assert data is not None
    work = data["workOrder"]
    assert work["order"] == {"id": str(order.order_id)}
    assert work["address"] == {"city": "Town"}
    assert work["lines"] == [
        {
            "fileName": "bracket.stl",
            "quantity": 3,
            "rotation": [90.0, 0.0, 180.0],
            "material": {"code": "pla-black"},
            "model": {"id": str(order.lines[0].model_id)},
        }
    ]


async def test_the_order_leads_to_its_work_for_its_owner_alone(database: Database) -> None:
    owner = uuid4()
    work_id = str(await confirm(database, snapshot(new_id(), owner=owner)))
    customer = Identity(subject=owner, roles=frozenset({"customer"}))
    stranger = Identity(subject=UUID(int=5), roles=frozenset({"customer"}))
    seen, _ = await ask(database, customer, ENTITY, id=work_id)
    hidden, _ = await ask(database, stranger, ENTITY, id=work_id)
    assert seen == {"_entities": [{"work": {"state": "AVAILABLE", "claimedBy": None}}]}
    assert hidden == {"_entities": [{"work": None}]}


async def test_an_id_that_is_none_is_not_found(database: Database) -> None:
    _, codes = await ask(database, OTIS, CLAIM, id="nonsense")
    assert codes == ["NOT_FOUND"]
    data, codes = await ask(database, OTIS, WORK, id="nonsense")
    assert (data, codes) == ({"workOrder": None}, [])


async def test_earnings_are_of_a_day(database: Database) -> None:
    data, codes = await ask(
        database, OTIS, '{ earnings(day: "2026-01-31") { day count total { text } } }'
    )
    assert codes == []
    assert data == {"earnings": {"day": "2026-01-31", "count": 0, "total": {"text": "€ 0.00"}}}
    _, codes = await ask(database, OTIS, '{ earnings(day: "yesterday") { day } }')
    assert codes == ["INVALID"]


async def test_my_work_is_what_i_hold(database: Database) -> None:
    mine, _ = str(await confirm(database)), await confirm(database)
    await ask(database, OTIS, CLAIM, id=mine)
    query = "{ board(mine: true) { nodes { id } totalCount pageInfo { hasNextPage } } }"
    data, codes = await ask(database, OTIS, query)
    assert codes == []
    assert data == {
        "board": {
            "nodes": [{"id": mine}],
            "totalCount": 1,
            "pageInfo": {"hasNextPage": False},
        }
    }


async def test_a_manager_has_earned_nothing_and_is_told_so(database: Database) -> None:
    data, codes = await ask(database, MINA, "{ earnings { count total { amount } } }")
    assert (data, codes) == ({"earnings": {"count": 0, "total": {"amount": 0}}}, [])
