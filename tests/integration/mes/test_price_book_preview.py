"""What a draft of the price book would change for last month's orders."""

from typing import Any

import pytest
import sqlalchemy as sa

from subgraphs.mes.preview.service import Preview, preview
from subgraphs.mes.pricebook.current import book_in_force
from tests.integration.mes.book_keeper import REMOVE, Manager, price_of
from tests.integration.mes.conftest import Mes

LINE = """lineId material quantity before { amount } after { amount } change { amount }
  changePercent problem order { id }"""
PREVIEW = f"""{{ priceBookDraft {{ preview {{ orders ofOrders complete comparedLines raisedLines
  loweredLines unknownLines lostLines before {{ minor text }} after {{ minor }} change {{ minor }}
  changePercent largest {{ {LINE} }} lost {{ {LINE} }} }} }} }}"""


async def test_the_preview_computes_last_months_orders_with_the_draft(
    mes: Mes, manager: Manager
) -> None:
    model = await mes.upload()
    await mes.work()
    dear = await mes.order(model, quantity=400)
    await mes.order(model, quantity=100)
    petg = await mes.order(model, quantity=3, material="PETG")
    old = await mes.order(model, quantity=9)
    async with mes.graph.database.transaction() as session:
        await session.execute(
            sa.text(
                "update order_request set requested_at = now() - interval '40 days' "
                "where order_id = :old"
            ),
            {"old": old},
        )
    await manager.set("materials", "PLA", price_per_kg_minor="130")
    await mes.graph.data(manager.who, REMOVE, **manager.variables(s="materials", c="PETG"))
    found = (await mes.graph.data(manager.who, PREVIEW))["priceBookDraft"]["preview"]
    assert (found["orders"], found["ofOrders"], found["complete"]) == (3, 3, True)
    assert (found["comparedLines"], found["raisedLines"], found["loweredLines"]) == (2, 2, 0)
    assert found["after"]["minor"] - found["before"]["minor"] == found["change"]["minor"] > 0
    assert found["largest"][0]["order"]["id"] == str(dear)
    assert sum(line["change"]["amount"] for line in found["largest"]) == found["change"]["minor"]
    assert found["lostLines"] == 1
    assert found["lost"][0]["order"]["id"] == str(petg)
    assert "There is no material PETG" in found["lost"][0]["problem"]
    paid = (await price_of(mes, dear))["lines"][0]["total"]["amount"]
    assert found["largest"][0]["before"]["amount"] == paid


async def test_a_request_computes_one_preview_however_often_it_asks(
    mes: Mes, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = []

    async def counted(*arguments: Any, days: int) -> Preview:
        computed.append(days)
        return await preview(*arguments, days=days)

    monkeypatch.setattr("subgraphs.mes.drafts.schema.preview", counted)
    same = " ".join(f"a{n}: preview(days: 30) {{ orders }}" for n in range(20))
    data = await mes.graph.data(manager.who, f"{{ priceBookDraft {{ {same} }} }}")
    assert set(map(str, data["priceBookDraft"].values())) == {"{'orders': 0}"}
    assert computed == [30]
    others = " ".join(f"a{n}: preview(days: {n + 1}) {{ orders }}" for n in range(20))
    answer = await mes.graph.ask(manager.who, f"{{ priceBookDraft {{ {others} }} }}")
    assert computed == [30, 1]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"ONE_PREVIEW"}
    assert len(answer["errors"]) == 19
    begun = " ".join(
        f"a{n}: draftPriceBook {{ preview(days: {n + 1}) {{ orders }} }}" for n in range(5)
    )
    await mes.graph.ask(manager.who, f"mutation {{ {begun} }}")
    assert computed == [30, 1, 1]


async def test_a_preview_that_runs_out_of_time_says_how_far_it_came(
    mes: Mes, manager: Manager
) -> None:
    model = await mes.upload()
    await mes.work()
    for _ in range(3):
        await mes.order(model)
    async with mes.graph.database.reading() as session:
        book = (await book_in_force(session)).book
    for seconds, seen in ((0.0, 0), (60.0, 3)):
        found = await preview(mes.graph.database, book, book, days=30, seconds=seconds)
        assert (found.effect.orders, found.of_orders) == (seen, 3)
        assert found.complete == (seen == 3)
    assert found.effect.before == found.effect.after > 0
