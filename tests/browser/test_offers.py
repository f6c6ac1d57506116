"""A price that a person makes, from the basket to the placed order."""

import re
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.orders import ADDRESS
from tests.system import System
from tests.uploads import upload

_SUBMIT = "mutation ($i: SubmitOrderInput!) { submitOrder(input: $i) { id reference } }"
_LOOK = """query ($id: ID!) { order(id: $id) { state problem { code } total { amount }
  offer { state } } }"""
WHY = "Two clampings and a long tool"
NEWS = """document.querySelectorAll("[hx-trigger*='sse:order:']").forEach(
    (part) => htmx.trigger(part, part.getAttribute("hx-trigger").split(",")[0]))"""
"""The page hears that its order has changed."""


def register(page: Page) -> None:
    page.get_by_label("Name").fill("Vera Visitor")
    page.get_by_label("Email").fill(f"{uuid.uuid4().hex}@partline.example")
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/basket*")


def waits(system: System, order_id: str, state: str) -> dict[str, Any]:
    """The order as its partner sees it, once it is in `state`."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        order: dict[str, Any] = system.partner().data(_LOOK, {"id": order_id})["order"]
        if order["state"] == state:
            return order
        time.sleep(0.1)
    raise AssertionError(f"order {order_id} is {order['state']}, not {state}")


def give_price(page: Page, reference: str, amount: str) -> None:
    page.goto("/crm/offers")
    page.get_by_role("link", name=reference).click()
    page.get_by_label("Price before tax").fill(amount)
    page.get_by_label("What it is made of").fill(WHY)
    page.get_by_role("button", name="Give this price").click()


def test_a_milled_part_is_put_in_the_basket_priced_by_a_person_and_ordered(
    open_page: OpenPage,
) -> None:
    shopper = open_page()
    shopper.goto("/products/bracket?material=ALU-6082")
    expect(shopper.locator("#quote")).to_contain_text("On request")
    shopper.get_by_role("button", name="Add to basket").click()
    shopper.goto("/basket")
    shopper.get_by_role("link", name="Make an account").click()
    register(shopper)
    expect(shopper.get_by_text("A person makes the price of this order")).to_be_visible()
    expect(shopper.get_by_text("On request", exact=True)).to_be_visible()
    expect(shopper.get_by_role("button", name="Place the order")).to_be_disabled()
    found = re.search(r"Order (\S+?)\.", shopper.get_by_role("main").inner_text())
    assert found is not None

    staff = open_page("crm")
    give_price(staff, found[1], "0")
    expect(staff.get_by_text("Enter an amount above 0")).to_be_visible()
    expect(staff.get_by_label("What it is made of")).to_have_value(WHY)
    give_price(staff, found[1], "420,50")
    expect(staff.get_by_text("The price is with the customer")).to_be_visible()
    expect(staff.get_by_role("link", name=found[1])).to_have_count(0)

    place = shopper.get_by_role("button", name="Place the order for")
    expect(place).to_be_enabled()
    expect(shopper.get_by_text("€ 420.50").first).to_be_visible()
    for label, name in (
        ("Name", "name"),
        ("Street and number", "street"),
        ("Postal code", "postalCode"),
        ("City", "city"),
        ("Country", "country"),
    ):
        shopper.get_by_label(label, exact=True).fill(ADDRESS[name])
    place.click()
    shopper.wait_for_url("**/orders/*")
    shopper.get_by_text("What makes this price").click()
    with shopper.expect_response(lambda found: found.request.headers.get("x-live") == "1"):
        shopper.evaluate(NEWS)
    shopper.wait_for_function("document.querySelector('.htmx-request, .htmx-settling') === null")
    expect(shopper.get_by_text("Price made by a person")).to_be_visible()
    expect(shopper.get_by_text(WHY)).to_be_visible()

    staff.goto(f"/crm/orders/{shopper.url.rsplit('/', 1)[-1]}")
    made = staff.locator(".timeline-step", has_text="A person made the price")
    expect(made).to_contain_text("Cleo Carr")
    staff.get_by_role("link", name="Offer: made").click()
    expect(staff.get_by_text("by Cleo Carr")).to_be_visible()


@pytest.mark.parametrize("decision", ["made", "declined"])
def test_a_partners_order_is_decided_without_scripts_on_a_phone(
    system: System, open_page: OpenPage, part: Path, decision: str
) -> None:
    line = {
        "modelId": upload(system.partner(), part)["id"],
        "material": "ALU-6082",
        "finish": "milled",
        "quantity": 3,
    }
    wish = {
        "idempotencyKey": uuid.uuid4().hex,
        "lines": [line, line | {"material": "PLA", "finish": "raw"}],
        "address": ADDRESS,
        "autoPlaceUpTo": 10_000_000,
    }
    order = system.partner().data(_SUBMIT, {"i": wish})["submitOrder"]
    asked = waits(system, order["id"], "NEEDS_ATTENTION")
    assert asked["problem"]["code"] == "ASK_A_PERSON"
    assert asked["offer"]["state"] == "WAITING"

    page = open_page("crm", scripts=False, width=390)
    page.goto(f"/crm/offers/{order['id']}")
    expect(page.get_by_text("computed, before tax")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if decision == "made":
        give_price(page, order["reference"], "1,200.00")
        expect(page.get_by_text("The price is with the customer")).to_be_visible()
        assert waits(system, order["id"], "PLACED")["total"]["amount"] > 120_000
    else:
        page.get_by_role("link", name="Decline…").click()
        page.get_by_label("Why").fill("The pocket is too deep.")
        page.get_by_role("button", name="Decline", exact=True).click()
        expect(page.get_by_text("Declined. The customer gets a mail")).to_be_visible()
        assert system.partner().data(_LOOK, {"id": order["id"]})["order"]["offer"] == {
            "state": "DECLINED"
        }
