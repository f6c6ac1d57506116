"""Managers change the price book: drafts, what they change, publishing, and who may."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.identity import Identity
from subgraphs.mes.preview.service import Preview, preview
from subgraphs.mes.pricebook.current import book_in_force
from tests.integration.mes.conftest import Mes
from tests.integration.subgraph import somebody

DRAFT = "id revision basedOn copiedFrom overtaken changes { sentence section code }"
BEGIN = f"mutation($v: Int) {{ draftPriceBook(version: $v) {{ {DRAFT} }} }}"
CHANGE = f"""mutation($d: ID!, $r: Int!, $s: String!, $c: String, $v: [PriceBookValueInput!]!,
  $k: String) {{ changePriceBookDraft(draft: $d, revision: $r, section: $s, code: $c, values: $v,
  idempotencyKey: $k) {{ {DRAFT} }} }}"""
REMOVE = f"""mutation($d: ID!, $r: Int!, $s: String!, $c: String!) {{
  removeFromPriceBookDraft(draft: $d, revision: $r, section: $s, code: $c) {{ {DRAFT} }} }}"""
CARRY = f"""mutation($d: ID!, $r: Int!) {{
  carryOverPriceBookDraft(draft: $d, revision: $r) {{ {DRAFT} }} }}"""
PUBLISH = """mutation($d: ID!, $r: Int!, $why: String!, $k: String) {
  publishPriceBookDraft(draft: $d, revision: $r, reason: $why, idempotencyKey: $k) {
    version publishedBy reason copiedFrom changes { sentence } } }"""
DISCARD = "mutation($d: ID!) { discardPriceBookDraft(draft: $d) }"
ORDER_PRICE = """query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { price {
  priceBook total { amount } lines { total { amount } breakdown { code explanation } } } } } }"""
LINE = """lineId material quantity before { amount } after { amount } change { amount }
  changePercent problem order { id }"""
PREVIEW = f"""{{ priceBookDraft {{ preview {{ orders ofOrders complete comparedLines raisedLines
  loweredLines unknownLines lostLines before {{ minor text }} after {{ minor }} change {{ minor }}
  changePercent largest {{ {LINE} }} lost {{ {LINE} }} }} }} }}"""


class Manager:
    """A manager with a draft."""

    def __init__(self, mes: Mes, name: str = "Mona") -> None:
        self.mes = mes
        self.who = Identity(subject=uuid4(), roles=frozenset({"manager"}), name=name)
        self.draft: dict[str, Any] = {}

    async def begin(self, version: int | None = None) -> "Manager":
        data = await self.mes.graph.data(self.who, BEGIN, v=version)
        self.draft = data["draftPriceBook"]
        return self

    def variables(self, **more: object) -> dict[str, object]:
        return {"d": self.draft["id"], "r": self.draft["revision"], **more}

    async def set(
        self, section: str, code: str | None, key: str | None = None, **texts: str
    ) -> dict[str, Any]:
        values = [{"field": name, "text": text} for name, text in texts.items()]
        variables = self.variables(s=section, c=code, v=values, k=key)
        answer = await self.mes.graph.ask(self.who, CHANGE, **variables)
        if "errors" not in answer:
            self.draft = answer["data"]["changePriceBookDraft"]
        return answer

    async def publish(self, why: str = "Filament got dearer", key: str | None = None) -> Any:
        answer = await self.mes.graph.ask(self.who, PUBLISH, **self.variables(why=why, k=key))
        if "errors" in answer:
            return answer["errors"][0]["extensions"]["code"]
        return answer["data"]["publishPriceBookDraft"]


async def price_of(mes: Mes, order_id: object) -> dict[str, Any]:
    entity = [{"__typename": "Order", "id": str(order_id)}]
    data = await mes.graph.data(mes.owner, ORDER_PRICE, r=entity)
    found: dict[str, Any] = data["_entities"][0]["price"]
    return found


@pytest.fixture
async def manager(mes: Mes) -> Manager:
    return await Manager(mes).begin()


async def test_a_new_version_counts_for_new_quotes_and_old_ones_keep_theirs(
    mes: Mes, manager: Manager
) -> None:
    model = await mes.upload()
    await mes.work()
    order = await mes.order(model, quantity=40)
    before = await price_of(mes, order)
    await manager.set("materials", "PLA", price_per_kg_minor="650")
    published = await manager.publish()
    assert published["version"] == 2
    assert await price_of(mes, order) == before
    assert before["priceBook"] == 1
    await mes.order(model, order_id=order, quantity=40)  # asked once more for the same revision
    assert await price_of(mes, order) == before
    later = await price_of(mes, await mes.order(model, quantity=40))
    assert later["priceBook"] == 2
    assert later["total"]["amount"] > before["total"]["amount"]
    events = await mes.graph.published()
    assert [event.price_book for event in events] == [1, 2]  # type: ignore[attr-defined]


async def test_what_changed_who_published_it_and_why_is_kept(mes: Mes, manager: Manager) -> None:
    await manager.set("materials", "PLA", price_per_kg_minor="70", waste="6")
    sentences = [change["sentence"] for change in manager.draft["changes"]]
    assert sentences == [
        "PLA: price of a kg 65.00 → 70.00 EUR (+7.7 %).",
        "PLA: waste 5 → 6 % (+20.0 %).",
    ]
    published = await manager.publish("Filament got dearer")
    assert published["publishedBy"] == "Mona"
    assert published["reason"] == "Filament got dearer"
    assert [change["sentence"] for change in published["changes"]] == sentences
    versions = await mes.graph.data(
        manager.who, "{ priceBookVersions { version publishedBy reason } priceBookDraft { id } }"
    )
    assert [one["publishedBy"] for one in versions["priceBookVersions"]] == ["Mona", None]
    assert versions["priceBookDraft"] is None


async def test_two_who_publish_at_once_get_one_version_and_one_clear_refusal(mes: Mes) -> None:
    managers = [await Manager(mes, name).begin() for name in ("Mona", "Nora")]
    for number, one in enumerate(managers):
        await one.set("general", "general", floor_minor=f"{10 + number}")
    answers = await asyncio.gather(*(one.publish() for one in managers))
    assert sorted(str(type(answer)) for answer in answers) == ["<class 'dict'>", "<class 'str'>"]
    assert "BOOK_CHANGED" in answers
    loser = managers[answers.index("BOOK_CHANGED")]
    answer = await mes.graph.ask(loser.who, PUBLISH, **loser.variables(why="Again"))
    message = answer["errors"][0]["message"]
    assert "published version 2 while you worked on version 1" in message
    query = f"{{ priceBookDraft {{ {DRAFT} }} }}"
    assert (await mes.graph.data(loser.who, query))["priceBookDraft"]["overtaken"]


async def test_ones_changes_are_carried_over_to_what_another_published(mes: Mes) -> None:
    mona, nora = [await Manager(mes, name).begin() for name in ("Mona", "Nora")]
    await mona.set("materials", "PLA", price_per_kg_minor="70")
    await mona.set("quantity_breaks", None, quantity="50", percent="18")
    await nora.set("general", "general", floor_minor="12")
    assert (await nora.publish())["version"] == 2
    data = await mes.graph.data(mona.who, CARRY, **mona.variables())
    mona.draft = data["carryOverPriceBookDraft"]
    assert (mona.draft["overtaken"], mona.draft["basedOn"]) == (False, 2)
    assert {change["code"] for change in mona.draft["changes"]} == {"PLA", "50"}
    assert (await mona.publish())["version"] == 3
    data = await mes.graph.data(mona.who, "{ priceBook { sections { code entries { values } } } }")
    sections = {one["code"]: one["entries"] for one in data["priceBook"]["sections"]}
    assert "12.00" in sections["general"][0]["values"]
    assert [entry["values"][0] for entry in sections["quantity_breaks"]] == [
        "5", "10", "25", "50", "100",
    ]  # fmt: skip


async def test_what_began_with_an_older_version_is_held_against_what_another_published_since(
    mes: Mes,
) -> None:
    mona, nora = Manager(mes, "Mona"), await Manager(mes, "Nora").begin()
    await nora.set("materials", "PLA", price_per_kg_minor="70")
    assert (await nora.publish())["version"] == 2
    await mona.begin(version=1)
    undone = ["PLA: price of a kg 70.00 → 65.00 EUR (-7.1 %)."]
    assert [change["sentence"] for change in mona.draft["changes"]] == undone
    await (await nora.begin()).set("general", "general", floor_minor="12")
    assert (await nora.publish())["version"] == 3
    assert await mona.publish("As it was") == "BOOK_CHANGED"
    query = f"{{ priceBookDraft {{ {DRAFT} publishedMeanwhile {{ code field }} }} }}"
    seen = (await mes.graph.data(mona.who, query))["priceBookDraft"]
    assert seen["overtaken"]
    assert [change["sentence"] for change in seen["changes"]] == undone
    assert seen["publishedMeanwhile"] == [{"code": "general", "field": "floor_minor"}]
    data = await mes.graph.data(mona.who, CARRY, **mona.variables())
    mona.draft = data["carryOverPriceBookDraft"]
    assert [change["sentence"] for change in mona.draft["changes"]] == undone
    published = await mona.publish("As it was")
    assert (published["version"], published["copiedFrom"]) == (4, 1)
    assert [change["sentence"] for change in published["changes"]] == undone


async def test_a_command_that_is_repeated_with_its_key_has_one_effect(
    mes: Mes, manager: Manager
) -> None:
    revision = manager.draft["revision"]
    for _ in range(2):
        manager.draft["revision"] = revision
        answer = await manager.set("general", "general", key="change-1", floor_minor="11")
        assert answer["data"]["changePriceBookDraft"]["revision"] == revision + 1
    first = await manager.publish(key="publish-1")
    again = await manager.publish(key="publish-1")
    assert first == again
    assert first["version"] == 2


async def test_a_change_in_another_window_is_not_written_over(mes: Mes, manager: Manager) -> None:
    old = manager.draft["revision"]
    await manager.set("general", "general", floor_minor="11")
    manager.draft["revision"] = old
    answer = await manager.set("general", "general", floor_minor="12")
    assert answer["errors"][0]["extensions"]["code"] == "DRAFT_CHANGED"
    assert await manager.publish() == "DRAFT_CHANGED"


async def test_two_windows_that_begin_at_once_share_one_draft(mes: Mes) -> None:
    one = Manager(mes)
    answers = await asyncio.gather(*(mes.graph.data(one.who, BEGIN) for _ in range(4)))
    assert len({answer["draftPriceBook"]["id"] for answer in answers}) == 1


@pytest.mark.parametrize("version", [0, -(2**31), 2, 2**31 - 1])
async def test_a_version_that_there_is_not_is_said_to_be_missing(
    mes: Mes, manager: Manager, version: int
) -> None:
    query = "query($v: Int) { priceBook(version: $v) { version } }"
    assert await mes.graph.code(manager.who, query, v=version) == "NOT_FOUND"


async def test_a_draft_is_discarded_and_an_older_version_published_again(
    mes: Mes, manager: Manager
) -> None:
    await manager.set("materials", "PLA", price_per_kg_minor="70")
    assert (await mes.graph.data(manager.who, DISCARD, d=manager.draft["id"])) == {
        "discardPriceBookDraft": True
    }
    await manager.begin()
    assert manager.draft["changes"] == []
    assert await manager.publish() == "NO_CHANGE"
    await manager.set("materials", "PLA", price_per_kg_minor="70")
    await manager.publish()
    await manager.begin(version=1)
    assert manager.draft["copiedFrom"] == 1
    assert "70.00 → 65.00" in manager.draft["changes"][0]["sentence"]
    published = await manager.publish("It was a mistake")
    assert (published["version"], published["copiedFrom"]) == (3, 1)


async def test_what_breaks_a_rule_is_refused_with_its_field(mes: Mes, manager: Manager) -> None:
    for section, code, texts, field, says in (
        ("materials", "PLA", {"price_per_kg_minor": "-1"}, "price_per_kg_minor", "not negative"),
        ("materials", "PLA", {"price_per_kg_minor": "dear"}, "price_per_kg_minor", "a number"),
        ("materials", "PLA", {"machines": "fdm-9"}, "machines", "no machine “fdm-9”"),
        ("machines", "fdm-250", {"setup_minor": "1.234"}, "setup_minor", "two decimals"),
        ("quantity_breaks", "5", {"percent": "12"}, "percent", "takes off less"),
        ("quantity_breaks", None, {"quantity": "5", "percent": "1"}, "quantity", "already"),
        ("lead_times", "express", {"factor": "0"}, "factor", "above 0"),
        ("general", "general", {"tax_percent": "101"}, "tax_percent", "0 to 100"),
        ("agreements", None, {"account": "me"}, "name", "enter a value"),
    ):
        answer = await manager.set(section, code, **texts)  # type: ignore[arg-type]
        error = answer["errors"][0]
        assert error["extensions"]["code"] == "PRICE_BOOK", answer
        assert says in error["message"]
        assert error["extensions"]["field"] == field
    answer = await mes.graph.ask(
        manager.who, REMOVE, **manager.variables(s="machines", c="fdm-250")
    )
    assert "there is no machine “fdm-250”" in answer["errors"][0]["message"]
    query = f"{{ priceBookDraft {{ {DRAFT} }} }}"
    draft = (await mes.graph.data(manager.who, query))["priceBookDraft"]
    assert (draft["revision"], draft["changes"]) == (1, [])


async def test_the_book_is_for_managers(mes: Mes, manager: Manager) -> None:
    draft = manager.draft["id"]
    asked = (
        ("{ priceBookDraft { id } }", {}),
        ("{ priceBookVersions { version } }", {}),
        ("{ priceBook { sections { code } } }", {}),
        ("{ priceBook { reason } }", {}),
        (BEGIN, {}),
        (PUBLISH, {"d": draft, "r": 1, "why": "Mine"}),
        (DISCARD, {"d": draft}),
    )
    for query, variables in asked:
        for role in ("crm", "operator"):
            code = await mes.graph.code(somebody(role), query, **variables)
            assert code == "FORBIDDEN", query
        code = await mes.graph.code(somebody("visitor"), query, **variables)
        assert code == "SIGN_IN_REQUIRED"
    code = await mes.graph.code(somebody("manager"), PUBLISH, d=draft, r=1, why="Not mine")
    assert code == "NOT_FOUND"


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


async def test_a_partner_gets_the_agreed_price_and_nobody_else_sees_it(
    mes: Mes, manager: Manager
) -> None:
    partner = mes.owner
    await manager.set(
        "agreements", None, account=str(partner.subject), name="Bracket & Sons", percent="20",
        business="yes", lead_times="express 1 1.1", material_rates="PLA 50",
    )  # fmt: skip
    assert (await manager.publish())["version"] == 2
    model = await mes.upload()
    await mes.work()
    ask = """query($i: QuoteInput!) { quote(input: $i) { total { amount }
      breakdown { code explanation } } leadTimes { code days factor } }"""
    wish = {"modelId": str(model), "material": "PLA", "finish": "raw", "quantity": 60}
    ours = await mes.graph.data(partner, ask, i=wish)
    staff = await mes.graph.data(somebody("crm"), ask, i=wish)
    words = {line["code"]: line["explanation"] for line in ours["quote"]["breakdown"]}
    assert words["agreement"].endswith("as agreed with Bracket & Sons")
    assert "your agreed rate" in words["material"]
    assert {"code": "express", "days": 1, "factor": 1.1} in ours["leadTimes"]
    assert {"code": "express", "days": 2, "factor": 1.4} in staff["leadTimes"]
    assert "Bracket" not in str(staff)
    assert ours["quote"]["total"]["amount"] < staff["quote"]["total"]["amount"]
    order = await price_of(mes, await mes.order(model, quantity=60, lead_time="express"))
    assert "agreement" in {line["code"] for line in order["lines"][0]["breakdown"]}


async def test_an_agreement_that_has_ended_gives_listed_prices_and_lead_times(
    mes: Mes, manager: Manager
) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    await manager.set(
        "agreements", None, account=str(mes.owner.subject), name="Bracket & Sons", percent="20",
        business="yes", lead_times="express 1 1.1", valid_until=yesterday.isoformat(),
    )  # fmt: skip
    assert (await manager.publish())["version"] == 2
    model = await mes.upload()
    await mes.work()
    wish = {"modelId": str(model), "material": "PLA", "finish": "raw", "quantity": 60}
    ask = """query($i: QuoteInput!) { quote(input: $i) { breakdown { code } }
      leadTimes { code days factor } }"""
    found = await mes.graph.data(mes.owner, ask, i=wish)
    assert "agreement" not in {line["code"] for line in found["quote"]["breakdown"]}
    assert {"code": "express", "days": 2, "factor": 1.4} in found["leadTimes"]
    order = await price_of(mes, await mes.order(model, quantity=60))
    assert "agreement" not in {line["code"] for line in order["lines"][0]["breakdown"]}
