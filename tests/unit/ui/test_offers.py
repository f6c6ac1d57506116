"""The pages of prices that a person makes, and what the customer sees meanwhile."""

import re

import pytest
from httpx import AsyncClient

from tests.unit.ui import world
from tests.unit.ui.conftest import SignIn, htmx
from tests.unit.ui.gateway_double import GatewayDouble
from ui.money import minor_units

GOOD = {"once": "k", "revision": "1", "net-l1": "420,50", "reason": "Two clampings"}


@pytest.fixture
def crm(signed_in: SignIn) -> AsyncClient:
    return signed_in("crm")


async def test_what_waits_is_counted_in_the_navigation(
    crm: AsyncClient, gateway: GatewayDouble
) -> None:
    def count(page: str) -> list[str]:
        return re.findall(r"Offers<span class=\"count\">(\d+)</span>", page)

    assert count((await crm.get("/crm/stuck")).text) == ["1"]
    gateway.orders.pop("o005")
    page = (await crm.get("/crm/offers")).text
    assert count(page) == []
    assert "No price to make" in page


async def test_a_price_is_given_in_minor_units_with_its_reason(
    crm: AsyncClient, gateway: GatewayDouble
) -> None:
    answer = await crm.post("/crm/offers/o005", data=GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/crm/offers")
    sent = gateway.asked("makeOffer")
    assert sent["amounts"] == [{"lineId": "l1", "net": 42_050}]
    assert (sent["order"], sent["revision"], sent["reason"]) == ("o005", 1, "Two clampings")
    assert sent["key"].startswith("k:")


async def test_only_lines_without_a_price_ask_for_one(crm: AsyncClient) -> None:
    page = (await crm.get("/crm/offers/o005")).text
    assert 'name="net-l1"' in page
    assert 'name="net-l2"' not in page
    assert "€ 12.40" in page
    assert "Milling is priced by a person." in page


async def test_what_was_made_for_the_same_line_before_stands_in_its_field(
    crm: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.orders["o005"]["offer"]["lines"][0]["before"] = world.money(42_050)
    page = (await crm.get("/crm/offers/o005")).text
    assert 'value="420.50"' in page
    assert "It was € 420.50 before" in page
    typed = await crm.post("/crm/offers/o005", data=GOOD | {"net-l1": "x"})
    assert 'value="x"' in typed.text


@pytest.mark.parametrize("typed", ["", "0", "-3", "four", "1.234", "12.345", "99999999999"])
async def test_an_amount_that_is_none_is_told_on_its_field_and_the_rest_is_kept(
    crm: AsyncClient, gateway: GatewayDouble, typed: str
) -> None:
    answer = await crm.post("/crm/offers/o005", data=GOOD | {"net-l1": typed})
    assert answer.status_code == 422
    assert 'id="net-l1-error"' in answer.text
    assert "Two clampings" in answer.text
    assert not any("makeOffer" in query for query, _, _ in gateway.requests)


async def test_what_the_service_refuses_comes_back_on_its_field(crm: AsyncClient) -> None:
    answer = await crm.post("/crm/offers/o005", data=GOOD | {"net-l1": "20000"})
    assert answer.status_code == 422
    assert "It is too much." in answer.text
    assert 'value="20000"' in answer.text


async def test_a_price_for_lines_that_changed_since_is_refused_with_words(
    crm: AsyncClient,
) -> None:
    answer = await crm.post("/crm/offers/o005", data=GOOD | {"revision": "7"})
    assert answer.status_code == 409
    assert "The customer has changed the order since." in answer.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"revision": 2}, "The customer has changed this order since"),
        (
            {"problem": {"code": "MODEL_REFUSED", "message": "The file is gone."}},
            "before this is mended: The file is gone.",
        ),
    ],
)
async def test_an_offer_of_no_use_says_so_and_asks_for_no_price(
    crm: AsyncClient, gateway: GatewayDouble, change: dict[str, object], words: str
) -> None:
    order = gateway.orders["o005"]
    order.update(change)
    order["offer"]["order"] = order
    page = (await crm.get("/crm/offers/o005")).text
    assert words in page
    assert "net-l1" not in page
    assert "Decline…" in page
    assert "Changed since" in (await crm.get("/crm/offers")).text


async def test_declining_needs_a_reason_and_tells_it(
    crm: AsyncClient, gateway: GatewayDouble
) -> None:
    empty = await crm.post("/crm/offers/o005/decline", data={"revision": "1", "why": " "})
    assert empty.status_code == 422
    assert 'id="why-error"' in empty.text
    done = await crm.post("/crm/offers/o005/decline", data={"revision": "1", "why": "Too deep."})
    assert done.headers["location"] == "/crm/offers"
    assert gateway.asked("declineOffer")["reason"] == "Too deep."
    page = (await crm.get("/crm/offers/o005")).text
    assert "Declined" in page
    assert "Cleo Carr" in page


async def test_an_order_without_an_offer_has_no_such_page(crm: AsyncClient) -> None:
    assert (await crm.get("/crm/offers/o001")).status_code == 404


async def test_offers_are_for_those_who_care_for_customers(signed_in: SignIn) -> None:
    for path in ("/crm/offers", "/crm/offers/o005"):
        answer = await signed_in("operator").get(path)
        assert answer.status_code == 403
        assert "bracket.stl" not in answer.text


async def test_only_the_head_is_fetched_anew_so_that_what_is_typed_stays(
    crm: AsyncClient,
) -> None:
    part = (await crm.get("/crm/offers/o005", headers=htmx("state"))).text
    assert 'id="state"' in part
    assert "net-l1" not in part


async def test_the_basket_says_that_a_person_makes_the_price(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.basket = {**gateway.orders["o005"], "allowed": ["EDIT", "CANCEL"]}
    page = (await signed_in("shopper").get("/basket")).text
    assert "A person makes the price of this order." in page
    assert "Price on request" in page
    assert "On request" in page
    assert "€ 12.40" in page
    assert "Needs attention" not in page


async def test_a_declined_order_says_why_and_no_longer_that_it_is_being_priced(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    order = gateway.orders["o005"]
    order["problem"] = {"code": "OFFER_DECLINED", "message": "We cannot make you a price: deep."}
    gateway.basket = {**order, "allowed": ["EDIT", "CANCEL"]}
    for path in ("/basket", "/orders/o005"):
        page = (await signed_in("shopper").get(path)).text
        assert "We cannot make you a price: deep." in page
        assert "No price" in page
        assert "On request" not in page
        assert "Pricing</span>" not in page


async def test_a_part_that_a_person_prices_can_be_put_into_the_basket(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.quote_status = "UNAVAILABLE"
    for code, disabled in (("ASK_A_PERSON", False), ("TOO_LARGE", True)):
        gateway.quote_problem = {"code": code, "message": "A sentence."}
        page = (await browser.get("/editor/m1")).text
        button = re.search(r'<button[^>]*formaction="/basket/lines"[^>]*>', page)
        assert button is not None
        assert ("disabled" in button[0]) is disabled


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("420", 42_000),
        ("420.5", 42_050),
        ("420,05", 42_005),
        ("€ 1,234.50", 123_450),
        ("1.234,50", 123_450),
        ("0.01", 1),
        ("1,234", 123_400),
        ("1.234", None),
        ("1,23,4", None),
        ("-1", None),
        ("1e3", None),
        ("", None),
        ("٤٢", None),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, cents: int | None) -> None:
    assert minor_units(typed) == cents
