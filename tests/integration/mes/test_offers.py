"""Prices that a person makes: who is asked, who may answer, and that there is one answer."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.identity import Identity
from shared.ids import new_id
from shared.messaging.events import (
    OrderCancelled,
    OrderExpired,
    OrderPriceCalculated,
    OrderPricingFailed,
    OrderPricingRequested,
    RequestedLine,
)
from subgraphs.mes.orders.plan import LARGEST_TOTAL
from tests.integration.mes.conftest import Mes
from tests.integration.subgraph import somebody

OFFER = """orderId revision state askedAt decidedAt decidedBy reason
  lines { lineId material quantity why net { amount } before { amount } }"""
LIST = f"query($f: Int) {{ offersToMake(first: $f) {{ nodes {{ {OFFER} }} totalCount }} }}"
MAKE = f"""mutation($o: ID!, $r: Int!, $a: [OfferAmountInput!]!, $why: String!, $k: String) {{
  makeOffer(orderId: $o, revision: $r, amounts: $a, reason: $why, idempotencyKey: $k) {{
    {OFFER} }} }}"""
DECLINE = f"""mutation($o: ID!, $r: Int!, $why: String!, $k: String) {{
  declineOffer(orderId: $o, revision: $r, reason: $why, idempotencyKey: $k) {{ {OFFER} }} }}"""
ORDER = f"""query($r: [_Any!]!) {{ _entities(representations: $r) {{ ... on Order {{
  offer {{ {OFFER} }}
  price {{ total {{ amount }} tax {{ amount }} priceBook lines {{ lineId total {{ amount }}
    breakdown {{ code label explanation amount {{ amount }} }} }} }} }} }} }}"""

CLEO = Identity(subject=uuid4(), roles=frozenset({"crm"}), name="Cleo")
MONA = Identity(subject=uuid4(), roles=frozenset({"manager"}), name="Mona")
MILLED = {"material": "ALU-6082", "finish": "milled"}
WHY = "Two clampings and a special tool"


async def waiting(mes: Mes) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await mes.graph.data(CLEO, LIST))["offersToMake"]["nodes"]
    return nodes


async def order(mes: Mes, order_id: object, who: Identity | None = None) -> dict[str, Any]:
    entity = [{"__typename": "Order", "id": str(order_id)}]
    data = await mes.graph.data(who or mes.owner, ORDER, r=entity)
    found: dict[str, Any] = data["_entities"][0]
    return found


async def ask(mes: Mes, order_id: UUID, *lines: RequestedLine, revision: int = 1) -> None:
    """Ask for the price of an order of these lines."""
    event = OrderPricingRequested(
        order_id=order_id,
        revision=revision,
        channel="SHOP",
        owner_id=mes.owner.subject,
        lines=lines,
        currency="EUR",
    )
    await mes.tell("shop", order_id, event)


def wish(model: UUID, material: str, finish: str) -> RequestedLine:
    return RequestedLine(
        line_id=new_id(), model_id=model, material=material, finish=finish, quantity=3
    )


async def mixed(mes: Mes, order_id: UUID) -> None:
    """An order of a printed part and a milled one."""
    model = await mes.upload()
    await ask(mes, order_id, wish(model, "PLA", "raw"), wish(model, **MILLED))


def answer(offer: dict[str, Any], net: int = 420_00, **more: object) -> dict[str, object]:
    """The variables of a price for every line that has none."""
    lines = [line["lineId"] for line in offer["lines"] if line["why"]]
    return {
        "o": offer["orderId"],
        "r": offer["revision"],
        "a": [{"lineId": line, "net": net} for line in lines],
        "why": WHY,
    } | more


@pytest.fixture
async def asked(mes: Mes) -> dict[str, Any]:
    """The offer that a milled part waits for."""
    await mes.order(await mes.upload(), **MILLED)
    (found,) = await waiting(mes)
    return found


async def test_a_milled_part_is_put_on_the_list_and_its_customer_is_told(mes: Mes) -> None:
    order_id = await mes.order(await mes.upload(), **MILLED)
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)
    assert event.code == "ASK_A_PERSON"
    assert "A person makes the price" in event.message
    (offer,) = await waiting(mes)
    assert (offer["orderId"], offer["revision"], offer["state"]) == (str(order_id), 1, "WAITING")
    (line,) = offer["lines"]
    assert "Milling is priced by a person" in line["why"]
    assert line["net"] is None


async def test_the_offer_is_the_orders_price_once_with_who_and_why(
    mes: Mes, asked: dict[str, Any]
) -> None:
    made = (await mes.graph.data(CLEO, MAKE, **answer(asked)))["makeOffer"]
    assert (made["state"], made["decidedBy"], made["reason"]) == ("MADE", "Cleo", WHY)
    assert made["lines"][0]["net"]["amount"] == 420_00
    assert made["decidedAt"] > made["askedAt"]
    assert (await order(mes, asked["orderId"], CLEO))["offer"] == made
    _, event = await mes.graph.published(UUID(asked["orderId"]))
    assert isinstance(event, OrderPriceCalculated)
    assert event.by_hand
    assert event.total == 420_00 + event.tax
    assert event.tax > 0
    price = (await order(mes, asked["orderId"]))["price"]
    assert price["total"]["amount"] == event.total
    (part,) = price["lines"][0]["breakdown"]
    assert (part["label"], part["explanation"]) == ("Price made by a person", WHY)
    assert await waiting(mes) == []


async def test_its_owner_sees_what_became_of_it_but_not_who_decided(
    mes: Mes, asked: dict[str, Any]
) -> None:
    await mes.graph.data(CLEO, MAKE, **answer(asked))
    seen = (await order(mes, asked["orderId"]))["offer"]
    assert (seen["state"], seen["reason"], seen["decidedBy"]) == ("MADE", WHY, None)
    assert await order(mes, asked["orderId"], somebody("customer")) is None


async def test_a_computed_line_keeps_its_price_and_is_ready_before_anyone_is_asked(
    mes: Mes,
) -> None:
    order_id = new_id()
    await mixed(mes, order_id)
    assert await waiting(mes) == []
    await mes.work()
    (offer,) = await waiting(mes)
    computed, open_line = offer["lines"]
    assert computed["net"]["amount"] > 0
    assert computed["why"] is None
    assert open_line["net"] is None
    assert await mes.jobs() == ["done", "done"]
    await mes.graph.data(CLEO, MAKE, **answer(offer))
    price = (await order(mes, order_id))["price"]
    nets = [line["total"]["amount"] for line in price["lines"]]
    assert nets == [computed["net"]["amount"], 420_00]
    assert price["total"]["amount"] == sum(nets) + price["tax"]["amount"]


@pytest.mark.parametrize("amount", [0, -5, LARGEST_TOTAL])
async def test_an_amount_that_is_no_price_is_refused(
    mes: Mes, asked: dict[str, Any], amount: int
) -> None:
    code = await mes.graph.code(CLEO, MAKE, **answer(asked, amount))
    assert code == ("TOO_EXPENSIVE" if amount > 0 else "AMOUNTS")
    assert len(await waiting(mes)) == 1
    assert len(await mes.graph.published(UUID(asked["orderId"]))) == 1


async def test_every_open_line_needs_an_amount_and_no_other_takes_one(mes: Mes) -> None:
    await mixed(mes, new_id())
    await mes.work()
    (offer,) = await waiting(mes)
    computed, open_line = (line["lineId"] for line in offer["lines"])
    for lines in ([], [computed], [computed, open_line], [str(new_id()), open_line]):
        amounts = [{"lineId": line, "net": 100} for line in lines]
        whole = await mes.graph.ask(CLEO, MAKE, **answer(offer, a=amounts))
        (error,) = whole["errors"]
        assert error["extensions"]["code"] == "AMOUNTS"
        assert set(error["extensions"]["problems"]) == {*lines} ^ {open_line}


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
async def test_a_decision_needs_a_reason(mes: Mes, asked: dict[str, Any], reason: str) -> None:
    assert await mes.graph.code(CLEO, MAKE, **answer(asked, why=reason)) == "REASON"
    decline = {"o": asked["orderId"], "r": 1, "why": reason}
    assert await mes.graph.code(CLEO, DECLINE, **decline) == "REASON"


async def test_the_same_key_has_one_effect_and_another_one_comes_too_late(
    mes: Mes, asked: dict[str, Any]
) -> None:
    sent = answer(asked, k="a-key")
    both = await asyncio.gather(*(mes.graph.data(CLEO, MAKE, **sent) for _ in range(2)))
    assert both[0] == both[1]
    assert len(await mes.graph.published(UUID(asked["orderId"]))) == 2
    whole = await mes.graph.ask(MONA, MAKE, **answer(asked, 1_00, k="another"))
    (error,) = whole["errors"]
    assert error["extensions"]["code"] == "ALREADY_DECIDED"
    assert "Cleo has already made this offer" in error["message"]
    other = await mes.graph.code(CLEO, MAKE, **answer(asked, 1_00, k="a-key"))
    assert other == "IDEMPOTENCY_KEY_REUSED"


async def test_two_at_once_make_one_price(mes: Mes, asked: dict[str, Any]) -> None:
    answers = await asyncio.gather(
        mes.graph.ask(CLEO, MAKE, **answer(asked, 1_00)),
        mes.graph.ask(MONA, MAKE, **answer(asked, 2_00)),
    )
    (late,) = (one["errors"] for one in answers if "errors" in one)
    assert late[0]["extensions"]["code"] == "ALREADY_DECIDED"
    events = await mes.graph.published(UUID(asked["orderId"]))
    assert [type(event) for event in events] == [OrderPricingFailed, OrderPriceCalculated]


async def test_a_change_of_the_order_makes_its_offer_void(mes: Mes, asked: dict[str, Any]) -> None:
    order_id = UUID(asked["orderId"])
    await mes.order(await mes.upload(), order_id=order_id, revision=2, **MILLED)
    whole = await mes.graph.ask(CLEO, MAKE, **answer(asked))
    (error,) = whole["errors"]
    assert error["extensions"]["code"] == "OFFER_VOID"
    assert "The customer has changed the order since" in error["message"]
    (offer,) = await waiting(mes)
    assert offer["revision"] == 2
    await mes.graph.data(CLEO, MAKE, **answer(offer))
    prices = [
        event
        for event in await mes.graph.published(order_id)
        if isinstance(event, OrderPriceCalculated)
    ]
    assert [event.revision for event in prices] == [2]


@pytest.mark.parametrize("end", [OrderCancelled, OrderExpired])
async def test_an_order_that_ends_needs_no_price_any_more(
    mes: Mes, asked: dict[str, Any], end: type[OrderCancelled | OrderExpired]
) -> None:
    order_id = UUID(asked["orderId"])
    more = {"by": "Ada"} if end is OrderCancelled else {}
    await mes.tell("shop", order_id, end(order_id=order_id, reference="P", reason="", **more))
    assert await waiting(mes) == []
    assert await mes.graph.code(CLEO, MAKE, **answer(asked)) == "OFFER_VOID"


async def test_nobody_is_asked_about_an_order_that_ended_while_it_was_computed(mes: Mes) -> None:
    order_id = new_id()
    await mixed(mes, order_id)
    ended = OrderCancelled(order_id=order_id, reference="P", by="Ada", reason="")
    await mes.tell("shop", order_id, ended)
    await mes.work()
    assert await waiting(mes) == []


async def test_what_was_made_for_a_line_is_remembered_when_the_order_changes_around_it(
    mes: Mes,
) -> None:
    order_id, model = new_id(), await mes.upload()
    kept, changed = wish(model, **MILLED), wish(model, **MILLED)
    await ask(mes, order_id, kept, changed)
    (offer,) = await waiting(mes)
    await mes.graph.data(CLEO, MAKE, **answer(offer))
    more = changed.model_copy(update={"quantity": 9})
    await ask(mes, order_id, kept, more, wish(model, **MILLED), revision=2)
    (offer,) = await waiting(mes)
    before = [line["before"] and line["before"]["amount"] for line in offer["lines"]]
    assert before == [420_00, None, None]
    assert [line["net"] for line in offer["lines"]] == [None] * 3


async def test_an_offer_may_be_declined_with_a_reason_that_the_customer_reads(
    mes: Mes, asked: dict[str, Any]
) -> None:
    sent = {"o": asked["orderId"], "r": 1, "why": "Too deep a pocket.", "k": "no"}
    both = await asyncio.gather(*(mes.graph.data(CLEO, DECLINE, **sent) for _ in range(2)))
    assert both[0] == both[1]
    assert both[0]["declineOffer"]["state"] == "DECLINED"
    assert both[0]["declineOffer"]["decidedAt"]
    _, event = await mes.graph.published(UUID(asked["orderId"]))
    assert isinstance(event, OrderPricingFailed)
    assert event.code == "OFFER_DECLINED"
    assert "Too deep a pocket." in event.message
    assert await mes.graph.code(MONA, MAKE, **answer(asked)) == "ALREADY_DECIDED"


async def test_offers_are_for_crm_and_managers_alone(mes: Mes, asked: dict[str, Any]) -> None:
    decline = {"o": asked["orderId"], "r": 1, "why": "No."}
    for who in (mes.owner, somebody("operator"), somebody("partner")):
        assert await mes.graph.code(who, LIST) == "FORBIDDEN"
        assert await mes.graph.code(who, MAKE, **answer(asked)) == "FORBIDDEN"
        assert await mes.graph.code(who, DECLINE, **decline) == "FORBIDDEN"
    assert await mes.graph.code(somebody("visitor"), LIST) == "SIGN_IN_REQUIRED"
    for nobody in (str(uuid4()), "no id"):
        assert await mes.graph.code(CLEO, MAKE, **answer(asked, o=nobody)) == "NOT_FOUND"


async def test_the_list_comes_in_pages(mes: Mes) -> None:
    model = await mes.upload()
    ids = [str(await mes.order(model, **MILLED)) for _ in range(3)]
    paged = """query($a: String) { offersToMake(first: 2, after: $a) {
      nodes { orderId } totalCount pageInfo { endCursor hasNextPage } } }"""
    first = (await mes.graph.data(CLEO, paged))["offersToMake"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    after = first["pageInfo"]["endCursor"]
    second = (await mes.graph.data(CLEO, paged, a=after))["offersToMake"]
    assert not second["pageInfo"]["hasNextPage"]
    listed = [node["orderId"] for page in (first, second) for node in page["nodes"]]
    assert listed == ids[::-1]
