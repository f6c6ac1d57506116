"""Managers change the price book: drafts, what they change, publishing, and who may."""

import asyncio

import pytest

from tests.integration.mes.book_keeper import (
    BEGIN,
    DRAFT,
    PUBLISH,
    REMOVE,
    Manager,
    price_of,
)
from tests.integration.mes.conftest import Mes
from tests.integration.subgraph import somebody

CARRY = f"""mutation($d: ID!, $r: Int!) {{
  carryOverPriceBookDraft(draft: $d, revision: $r) {{ {DRAFT} }} }}"""
DISCARD = "mutation($d: ID!) { discardPriceBookDraft(draft: $d) }"


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
