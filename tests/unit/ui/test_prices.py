"""What the pages of a part say of its price: rough, sure, to be looked at, or on request."""

import re

import pytest
from httpx import AsyncClient

from tests.unit.ui import world
from tests.unit.ui.conftest import SignIn
from tests.unit.ui.gateway_double import GatewayDouble
from ui.configuration import configuration
from ui.formats import surcharge

PAGES = ("/products/angle-bracket", "/editor/m1")


def _doubt(page: str) -> float:
    """How wide the bar of what is not known yet is."""
    found = re.search(r'range-doubt" x="[\d.]+" width="([\d.]+)"', page)
    assert found is not None
    return float(found[1])


@pytest.mark.parametrize("path", PAGES)
async def test_the_doubt_shrinks_when_the_exact_price_comes(
    browser: AsyncClient, gateway: GatewayDouble, path: str
) -> None:
    gateway.quote_status = "COMPUTING"
    rough = (await browser.get(path)).text
    assert "Rough price" in rough
    assert "€ 11.00 – € 19.00" in rough
    gateway.quote_status = "READY"
    sure = (await browser.get(path)).text
    assert "Final price" in sure
    assert "Rough price" not in sure
    assert _doubt(sure) < _doubt(rough)


@pytest.mark.parametrize("path", PAGES)
async def test_why_a_person_looks_at_the_part_is_told(
    browser: AsyncClient, gateway: GatewayDouble, path: str
) -> None:
    gateway.quote_review = [world.REASON]
    page = (await browser.get(path)).text
    assert world.REASON in page
    assert "A person looks at this part before it is made" in page
    assert "Final price" not in page


async def test_what_a_person_prices_is_no_failure(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.quote_status = "UNAVAILABLE"
    gateway.quote_problem = {"code": "ASK_A_PERSON", "message": "We make you an offer."}
    page = (await browser.get("/editor/m1")).text
    assert "On request" in page
    assert "We make you an offer." in page
    assert "There is no price for this choice" not in page


@pytest.mark.parametrize("path", PAGES)
async def test_the_lead_time_is_chosen_and_asked_for(
    browser: AsyncClient, gateway: GatewayDouble, path: str
) -> None:
    page = (await browser.get(path)).text
    assert "7 working days" in page
    assert "Express, +40 %" in page
    await browser.get(path, params={"leadTime": "express"})
    asked = [v["input"]["leadTime"] for q, v, _ in gateway.requests if "RequestQuote" in q]
    assert asked == ["standard", "express"]


async def test_the_lead_time_of_a_line_is_changed_in_the_basket(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    browser = signed_in("shopper")
    assert "Express, 2 days" in (await browser.get("/basket")).text
    line = gateway.basket["lines"][0]["id"] if gateway.basket else ""
    values = {"quantity": "2", "material": "pla", "finish": "raw", "leadTime": "express"}
    await browser.post(f"/basket/lines/{line}", data=values)
    assert gateway.asked("changeLine")["change"]["leadTime"] == "express"


def test_a_lead_time_that_is_not_offered_is_the_standard_one() -> None:
    for code, chosen in (("express", "express"), ("yesterday", "standard"), ("", "standard")):
        found = configuration({"leadTime": code}, world.MATERIALS, world.LEAD_TIMES)
        assert found.lead_time == chosen
        assert found.query().get("leadTime", "standard") == chosen


def test_what_a_lead_time_adds_reads_well() -> None:
    assert [surcharge(factor) for factor in (1.0, 1.4, 0.9)] == ["", ", +40 %", ", −10 %"]
