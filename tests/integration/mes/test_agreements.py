"""What was agreed with a partner counts for that partner, until it ends."""

from datetime import UTC, datetime, timedelta

from tests.integration.mes.book_keeper import Manager, price_of
from tests.integration.mes.conftest import Mes
from tests.integration.subgraph import somebody


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
