"""From a request for a price to the price, or to the reason why there is none."""

from uuid import uuid4

from shared.ids import new_id
from shared.messaging.events import (
    FileExpired,
    FileRejected,
    OrderPriceCalculated,
    OrderPricingFailed,
)
from tests.integration.mes.conftest import Mes
from tests.integration.subgraph import somebody

ORDER = """query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { id
  price { revision total { amount } tax { amount } priceBook validUntil
    lines { lineId total { amount } breakdown { code amount { amount } } printSeconds } }
  pricing { stage lane placeInLine expectedSeconds attempts problem } } } }"""


async def entity(mes: Mes, order_id: object, who: object = None) -> dict[str, object] | None:
    data = await mes.graph.data(
        who or mes.owner,  # type: ignore[arg-type]
        ORDER,
        r=[{"__typename": "Order", "id": str(order_id)}],
    )
    (found,) = data["_entities"]
    return found  # type: ignore[no-any-return]


async def test_an_order_of_a_known_model_is_priced_by_a_job(mes: Mes) -> None:
    order_id = await mes.order(await mes.upload(), material="PA12")
    assert (await entity(mes, order_id))["pricing"]["stage"] == "QUEUED"
    assert (await entity(mes, order_id))["price"] is None
    await mes.work()

    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)
    assert event.total == sum(line.total for line in event.lines) + event.tax
    found = await entity(mes, order_id)
    assert found["pricing"]["stage"] == "DONE"
    price = found["price"]
    assert price["total"]["amount"] == event.total
    (line,) = price["lines"]
    assert sum(part["amount"]["amount"] for part in line["breakdown"]) == line["total"]["amount"]
    assert {"material", "machine", "setup"} <= {part["code"] for part in line["breakdown"]}


async def test_a_model_is_analysed_ahead_so_that_the_order_is_priced_at_once(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    order_id = await mes.order(model_id)
    assert mes.calls.made == []
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)
    assert (await entity(mes, order_id))["pricing"] is None


async def test_changing_material_or_quantity_needs_no_job(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    order_id = await mes.order(model_id)
    await mes.order(model_id, order_id=order_id, revision=2, material="PETG", quantity=40)
    assert mes.calls.made == []
    first, second = await mes.graph.published(order_id)
    assert isinstance(first, OrderPriceCalculated)
    assert isinstance(second, OrderPriceCalculated)
    assert (first.revision, second.revision) == (1, 2)
    assert second.total > first.total


async def test_the_same_bytes_are_analysed_once(mes: Mes) -> None:
    await mes.upload()
    await mes.work()
    await mes.upload()
    assert mes.calls.made == []
    assert await mes.jobs() == ["done"]


async def test_a_price_waits_for_a_model_that_is_still_processed(mes: Mes) -> None:
    model_id = new_id()
    order_id = await mes.order(model_id)
    assert (await entity(mes, order_id))["pricing"]["stage"] == "WAITING_FOR_MODEL"
    assert mes.calls.made == []
    await mes.tell("editor", model_id, await mes.store(model_id))
    await mes.work()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)
    assert await mes.jobs() == ["done"]


async def test_a_price_waits_for_every_model_of_the_order(mes: Mes) -> None:
    first, second = new_id(), new_id()
    order_id = await mes.order(first, second)
    await mes.tell("editor", first, await mes.store(first))
    await mes.work()
    assert await mes.graph.published(order_id) == []
    await mes.tell("editor", second, await mes.store(second))
    await mes.work()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)
    assert len(event.lines) == 2


async def test_an_order_that_missed_its_model_is_found_by_the_sweeper(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    order_id = await mes.order(model_id, material="PA12")
    mes.calls.made.clear()
    await mes.change_jobs(
        f"stage = 'waiting_for_model', waiting_for = '{{{model_id}}}' where order_id is not null"
    )
    await mes.sweep()
    await mes.work()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)


async def test_a_refused_model_gives_its_sentence_to_the_order(mes: Mes) -> None:
    model_id = new_id()
    order_id = await mes.order(model_id)
    await mes.tell(
        "editor",
        model_id,
        FileRejected(
            model_id=model_id,
            owner_id=uuid4(),
            file_name="a.stl",
            code="TRUNCATED",
            message="The file is cut off.",
        ),
    )
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)
    assert (event.code, event.message) == ("TRUNCATED", "The file is cut off.")
    assert await mes.jobs("stage, problem_code") == [("failed", "TRUNCATED")]


async def test_an_expired_model_has_no_price(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    await mes.tell("editor", model_id, FileExpired(model_id=model_id, reason="deleted"))
    order_id = await mes.order(model_id)
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)
    assert event.code == "MODEL_EXPIRED"


async def test_a_part_too_large_for_every_machine_is_told_so(mes: Mes) -> None:
    model_id = await mes.upload()
    mes.calls.made.clear()
    order_id = await mes.order(model_id, scale=100.0)
    assert mes.calls.made == []
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)
    assert event.code == "TOO_LARGE_FOR_MACHINES"
    assert event.line_id is not None


async def test_an_unknown_material_fails_without_computing(mes: Mes) -> None:
    model_id = await mes.upload()
    mes.calls.made.clear()
    order_id = await mes.order(model_id, material="CHEESE")
    assert mes.calls.made == []
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)
    assert event.code == "UNKNOWN_MATERIAL"


async def test_a_file_that_cannot_be_analysed_is_refused_for_good(mes: Mes) -> None:
    model_id = await mes.upload(b"not a part, whatever the editor said " * 5)
    order_id = await mes.order(model_id)
    await mes.work()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPricingFailed)
    assert event.code == "NOT_A_MODEL"


async def test_the_newest_revision_alone_gets_a_price(mes: Mes) -> None:
    model_id = await mes.upload()
    order_id = await mes.order(model_id, material="PA12")
    await mes.order(model_id, order_id=order_id, revision=2, material="RESIN-TOUGH")
    await mes.work()
    (event,) = await mes.graph.published(order_id)
    assert isinstance(event, OrderPriceCalculated)
    assert event.revision == 2
    assert sorted(await mes.jobs()) == ["done", "done", "superseded"]


async def test_partners_go_to_the_priority_pool_and_shoppers_to_the_regular_one(mes: Mes) -> None:
    model_id = await mes.upload()
    mes.calls.made.clear()
    await mes.order(model_id, channel="PARTNER")
    await mes.order(model_id)
    assert [pool for pool, _, _ in mes.calls.made] == ["priority", "regular"]


async def test_a_price_is_seen_by_its_owner_and_staff_alone(mes: Mes) -> None:
    order_id = await mes.order(await mes.upload())
    await mes.work()
    for who in (mes.owner, somebody("crm"), somebody("operator"), somebody("manager")):
        assert (await entity(mes, order_id, who))["price"] is not None
    for who in (somebody("visitor"), somebody("customer"), somebody("partner")):
        assert await entity(mes, order_id, who) is None
    assert (await entity(mes, uuid4()))["price"] is None


async def test_the_place_in_line_counts_the_jobs_of_the_lane(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    orders = [await mes.order(model_id, scale=1 + n / 10) for n in (1, 2, 3)]
    places = [(await entity(mes, one))["pricing"] for one in orders]
    assert [place["placeInLine"] for place in places] == [1, 2, 3]
    assert places[0]["expectedSeconds"] < places[2]["expectedSeconds"]
    lanes = await mes.graph.data(
        somebody("manager"), "{ lanes { lane queued running oldestSeconds } }"
    )
    assert {lane["lane"]: lane["queued"] for lane in lanes["lanes"]} == {
        "PRIORITY": 0,
        "REGULAR": 3,
    }
