"""What a part would cost, at once."""

from dataclasses import replace
from uuid import uuid4

import sqlalchemy as sa

from jobs.pricing.seed import default_price_book
from shared.ids import new_id
from shared.messaging.events import FileRejected
from subgraphs.mes.pricebook.repository import PriceBookRepository
from subgraphs.mes.pricing_jobs.stage import MOST_ATTEMPTS
from subgraphs.mes.quotes.service import MOST_AHEAD
from tests.integration.mes.conftest import Mes
from tests.integration.subgraph import somebody

ANSWER = """{ status rough unit { amount } total { amount text } low { amount } high { amount }
  breakdown { code label explanation amount { amount } } printSeconds materialMm3
  job { stage placeInLine } problem { code message } }"""
QUOTE = f"query($input: QuoteInput!) {{ quote(input: $input) {ANSWER} }}"
REQUEST = f"mutation($input: QuoteInput!) {{ requestQuote(input: $input) {ANSWER} }}"


def wish(model_id: object, **more: object) -> dict[str, object]:
    return {"modelId": str(model_id), "material": "PLA", "finish": "raw", "quantity": 1} | more


async def quote(mes: Mes, model_id: object, **more: object) -> dict[str, object]:
    data = await mes.graph.data(mes.owner, QUOTE, input=wish(model_id, **more))
    found: dict[str, object] = data["quote"]
    return found


async def test_a_quote_is_rough_until_the_part_is_analysed(mes: Mes) -> None:
    model_id = await mes.upload()
    before = await quote(mes, model_id, quantity=50)
    assert (before["status"], before["rough"]) == ("COMPUTING", True)
    assert before["job"]["stage"] == "QUEUED"
    assert before["low"]["amount"] < before["total"]["amount"] < before["high"]["amount"]
    await mes.work()
    after = await quote(mes, model_id, quantity=50)
    assert (after["status"], after["rough"], after["job"]) == ("READY", False, None)
    parts = [line["amount"]["amount"] for line in after["breakdown"]]
    assert sum(parts) == after["total"]["amount"]


async def test_an_unknown_turn_is_analysed_when_asked_for(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    turned = {"rotation": [90.0, 0.0, 0.0]}
    assert (await quote(mes, model_id, **turned))["job"] is None
    for _ in range(2):
        data = await mes.graph.data(mes.owner, REQUEST, input=wish(model_id, **turned))
        assert data["requestQuote"]["job"]["stage"] == "QUEUED"
    assert len(mes.calls.made) == 1
    await mes.work()
    assert (await quote(mes, model_id, **turned))["status"] == "READY"


async def test_no_change_of_the_choices_needs_a_job(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    book = default_price_book()
    for material in book.materials:
        for finish in material.finishes:
            for lead_time in book.lead_times:
                for quantity in (1, 7, 500):
                    choice = wish(
                        model_id,
                        material=material.code,
                        finish=finish,
                        leadTime=lead_time.code,
                        quantity=quantity,
                    )
                    data = await mes.graph.data(mes.owner, REQUEST, input=choice)
                    found = data["requestQuote"]
                    if not material.by_hand:
                        assert (found["status"], found["job"]) == ("READY", None), choice
    assert mes.calls.made == []
    assert await mes.jobs() == ["done"]


async def test_the_price_that_is_looked_at_comes_before_those_of_other_materials(mes: Mes) -> None:
    await mes.upload()
    await mes.work()
    async with mes.graph.database.reading() as session:
        profiles = await session.scalars(
            sa.text("select profile from analysis order by computed_at")
        )
    first, *others = profiles.all()
    assert first == default_price_book().materials[0].profile
    assert len(set(others)) == len(others) > 2


async def test_a_book_that_begins_with_a_milled_material_has_the_first_computed_one_analysed(
    mes: Mes,
) -> None:
    book = default_price_book()
    ordered = sorted(book.materials, key=lambda material: not material.by_hand)
    assert ordered[0].by_hand
    async with mes.graph.database.transaction() as session:
        newer = replace(book, version=2, materials=tuple(ordered))
        await PriceBookRepository(session).add(newer)
    await mes.upload()
    await mes.work()
    async with mes.graph.database.reading() as session:
        profiles = await session.scalars(
            sa.text("select profile from analysis order by computed_at")
        )
    first, *others = profiles.all()
    assert first == book.materials[0].profile
    assert ordered[0].profile not in others


async def test_what_is_being_computed_for_another_material_is_not_computed_twice(mes: Mes) -> None:
    model_id = await mes.upload()
    for _ in range(2):
        data = await mes.graph.data(mes.owner, REQUEST, input=wish(model_id, material="PA12"))
        assert data["requestQuote"]["job"]["stage"] == "QUEUED"
    assert len(await mes.jobs()) == 1


async def test_a_partner_does_not_wait_in_the_line_of_the_shop(mes: Mes) -> None:
    mes.owner = somebody("partner")
    model_id = await mes.upload()
    assert [pool for pool, *_ in mes.calls.made] == ["regular"]
    for _ in range(2):
        await mes.graph.data(mes.owner, REQUEST, input=wish(model_id))
    assert [pool for pool, *_ in mes.calls.made] == ["regular", "priority"]
    assert await mes.jobs("promoted_at is not null") == [True]


MEASURES = """query($r: [_Any!]!) { _entities(representations: $r) {
  ... on Model { analysis { volumeMm3 } } } }"""


async def test_what_a_part_costs_and_measures_is_told_to_its_owner_and_staff_alone(
    mes: Mes,
) -> None:
    model_id = await mes.upload()
    await mes.work()
    entity = [{"__typename": "Model", "id": str(model_id)}]
    for who in (somebody("visitor"), somebody("customer"), somebody("partner")):
        for document in (QUOTE, REQUEST):
            data = await mes.graph.data(who, document, input=wish(model_id))
            (found,) = data.values()
            assert (found["status"], found["total"], found["job"]) == ("COMPUTING", None, None)
        data = await mes.graph.data(who, MEASURES, r=entity)
        assert data["_entities"] == [{"analysis": None}]
    for who in (mes.owner, somebody("crm"), somebody("operator")):
        data = await mes.graph.data(who, QUOTE, input=wish(model_id))
        assert data["quote"]["status"] == "READY"
        data = await mes.graph.data(who, MEASURES, r=entity)
        assert data["_entities"][0]["analysis"]["volumeMm3"] > 0


async def test_a_product_is_quoted_to_everybody(mes: Mes) -> None:
    model_id = new_id()
    event = (await mes.store(model_id)).model_copy(update={"public": True})
    await mes.tell("editor", model_id, event)
    data = await mes.graph.data(somebody("visitor"), QUOTE, input=wish(model_id))
    assert data["quote"]["total"] is not None


async def test_one_part_cannot_fill_the_lane(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    wishes = [wish(model_id, scale=1 + step / 1000) for step in range(1, MOST_AHEAD + 3)]
    for wanted in wishes:
        data = await mes.graph.data(mes.owner, REQUEST, input=wanted)
        assert data["requestQuote"]["status"] == "COMPUTING"
    assert len(mes.calls.made) == MOST_AHEAD
    assert data["requestQuote"]["job"] is None
    mes.calls.made.clear()
    await mes.change_jobs("stage = 'done'")
    data = await mes.graph.data(mes.owner, REQUEST, input=wishes[-1])
    assert data["requestQuote"]["job"]["stage"] == "QUEUED"


async def test_a_quote_never_starts_a_job_by_itself(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    await quote(mes, model_id, material="PA12")
    assert mes.calls.made == []


async def test_a_part_that_fits_no_machine_is_told_so_at_once(mes: Mes) -> None:
    found = await quote(mes, await mes.upload(), units="M")
    assert found["status"] == "UNAVAILABLE"
    assert found["problem"]["code"] == "TOO_LARGE_FOR_MACHINES"


async def test_a_refused_model_has_no_quote(mes: Mes) -> None:
    model_id = new_id()
    assert (await quote(mes, model_id))["status"] == "COMPUTING"
    refused = FileRejected(
        model_id=model_id, owner_id=uuid4(), file_name="a", code="EMPTY_FILE", message="Empty."
    )
    await mes.tell("editor", model_id, refused)
    found = await quote(mes, model_id)
    assert found["status"] == "UNAVAILABLE"
    assert found["problem"] == {"code": "EMPTY_FILE", "message": "Empty."}


async def test_a_wrong_choice_is_told_what_to_choose(mes: Mes) -> None:
    model_id = await mes.upload()
    for wrong, code in (
        ({"material": "CHEESE"}, "UNKNOWN_MATERIAL"),
        ({"finish": "polished"}, "FINISH_NOT_OFFERED"),
        ({"quantity": 0}, "QUANTITY_OUT_OF_RANGE"),
        ({"scale": -1.0}, "SCALE_OUT_OF_RANGE"),
    ):
        found = await quote(mes, model_id, **wrong)
        assert (found["status"], found["problem"]["code"]) == ("UNAVAILABLE", code)
    rotation = wish(model_id, rotation=[1.0])
    assert await mes.graph.code(mes.owner, QUOTE, input=rotation) == "ROTATION"


async def test_an_analysis_that_was_given_up_is_not_tried_for_ever(mes: Mes) -> None:
    model_id = await mes.upload()
    mes.calls.made.clear()
    await mes.change_jobs(f"attempts = {MOST_ATTEMPTS}")
    await mes.sweep()
    data = await mes.graph.data(mes.owner, REQUEST, input=wish(model_id))
    assert data["requestQuote"]["status"] == "UNAVAILABLE"
    assert data["requestQuote"]["problem"]["code"] == "NEEDS_ATTENTION"
    assert mes.calls.made == []


async def test_materials_are_for_everybody_and_lanes_for_staff(mes: Mes) -> None:
    visitor = somebody("visitor")
    found = await mes.graph.data(
        visitor, "{ materials { code technology maxBoxMm finishes { code name } } }"
    )
    assert {"PLA", "PA12"} <= {material["code"] for material in found["materials"]}
    assert await mes.graph.code(visitor, "{ lanes { lane } }") == "SIGN_IN_REQUIRED"
    assert await mes.graph.code(somebody("customer"), "{ priceBook { version } }") == "FORBIDDEN"


async def test_entities_of_materials_and_models_are_found(mes: Mes) -> None:
    model_id = await mes.upload()
    await mes.work()
    data = await mes.graph.data(
        mes.owner,
        """query($r: [_Any!]!) { _entities(representations: $r) { __typename
          ... on Material { name } ... on Finish { name }
          ... on Model { analysis { volumeMm3 layers }
            laid: analysis(material: "PLA") { smallestWallMm trappedMm3
              orientations { code rotation printSeconds supportMm3 boxMm } }
            none: analysis(material: "CHEESE") { layers } } } }""",
        r=[
            {"__typename": "Material", "code": "PLA"},
            {"__typename": "Finish", "code": "raw"},
            {"__typename": "Material", "code": "CHEESE"},
            {"__typename": "Model", "id": str(model_id)},
        ],
    )
    pla, raw, none, model = data["_entities"]
    assert (pla["name"], raw["name"], none) == ("PLA", "As printed", None)
    assert model["analysis"]["volumeMm3"] > 0
    assert model["none"] is None
    assert model["laid"]["smallestWallMm"] > 0
    assert model["laid"]["trappedMm3"] == 0
    as_given = model["laid"]["orientations"][0]
    assert (as_given["code"], as_given["rotation"]) == ("as_given", [0, 0, 0])
    assert as_given["printSeconds"] > 0
