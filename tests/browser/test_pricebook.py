"""A manager changes prices in a browser: edit, see what it changes, publish, and undo it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS, OpenPage
from tests.browser.orders import submitted
from tests.system import PASSWORD, System

BOOK = "{ priceBook { version } }"
BEGIN = "mutation($v: Int) { draftPriceBook(version: $v) { id revision changes { code } } }"
DISCARD = "mutation($d: ID!) { discardPriceBookDraft(draft: $d) }"
PUBLISH = """mutation($d: ID!, $r: Int!) {
  publishPriceBookDraft(draft: $d, revision: $r, reason: "As before the test") { version } }"""
ACCOUNT = """mutation($email: String!, $name: String!, $password: String!) {
  createAccount(email: $email, name: $name, password: $password, roles: [MANAGER]) { id } }"""
FLOOR = """mutation($d: ID!, $r: Int!, $t: String!) { changePriceBookDraft(
  draft: $d, revision: $r, section: "general", code: "general"
  values: [{ field: "floor_minor", text: $t }]) { id revision } }"""
ORDER = """query($id: ID!) { order(id: $id) { price { priceBook total { amount } }
  lines { model { id } } } }"""
QUOTE = """query($i: QuoteInput!) { quote(input: $i) { total { amount } breakdown { code } } }"""


@pytest.fixture
def version(system: System) -> Iterator[Callable[[], int]]:
    """The version in force. What a test published is undone at its end."""
    manager = system.signed_in("manager")

    def current() -> int:
        found: int = manager.data(BOOK)["priceBook"]["version"]
        return found

    before = current()
    yield current
    draft = manager.data(BEGIN)["draftPriceBook"]
    manager.data(DISCARD, {"d": draft["id"]})
    if current() != before:
        draft = manager.data(BEGIN, {"v": before})["draftPriceBook"]
        if draft["changes"]:
            manager.data(PUBLISH, {"d": draft["id"], "r": draft["revision"]})
        else:
            manager.data(DISCARD, {"d": draft["id"]})


def begin(page: Page) -> None:
    page.goto("/crm/pricebook")
    page.get_by_role("button", name="Change prices").click()
    expect(page.get_by_role("heading", name=re.compile("Draft of version"))).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_prices_are_edited_previewed_published_and_count_for_the_next_quote(
    system: System,
    open_page: OpenPage,
    part: Path,
    version: Callable[[], int],
    scripts: bool,
) -> None:
    partner, order = system.partner(), submitted(system, part, quantity=1, until="CONFIRMED")
    given = partner.data(ORDER, {"id": order["id"]})["order"]
    model = given["lines"][0]["model"]["id"]
    wish: dict[str, Any] = {
        "i": {"modelId": model, "material": "PLA", "finish": "raw", "quantity": 3}
    }
    before, first = partner.data(QUOTE, wish)["quote"], version()
    page = open_page("manager", scripts=scripts)
    begin(page)
    page.get_by_role("link", name="Edit PLA").first.click()
    page.get_by_label("Programming").fill("-1")
    page.get_by_role("button", name="Keep it in the draft").click()
    expect(page.get_by_text("must be from 0 to")).to_be_visible()
    page.get_by_label("Programming").fill("21.50")
    page.get_by_role("button", name="Keep it in the draft").click()
    expect(page.get_by_text(re.compile("programming 1.50 → 21.50 EUR"))).to_be_visible()
    if not scripts:
        page.get_by_role("link", name="What it would have changed").click()
    preview = page.locator("#preview")
    expect(preview.get_by_text("Lines compared")).to_be_visible(timeout=PATIENCE_MS)
    expect(preview.get_by_role("heading", name="The largest changes")).to_be_visible()
    page.goto("/crm/pricebook/draft")
    page.get_by_role("button", name="Publish version").click()
    page.get_by_label("Why").fill("Laying out models takes longer than we thought.")
    page.get_by_role("button", name="Publish version").click()
    expect(page.get_by_role("heading", name="Price book", exact=True)).to_be_visible()
    expect(page.get_by_text("Laying out models takes longer").first).to_be_visible()
    assert version() == first + 1
    after = partner.data(QUOTE, wish)["quote"]
    assert partner.data(ORDER, {"id": order["id"]})["order"] == given
    assert after["total"]["amount"] > before["total"]["amount"]


def published_by_another(system: System, floor: str) -> None:
    """A second manager makes another smallest order line count."""
    who = {"email": "nora@partline.example", "name": "Nora Nagel", "password": PASSWORD}
    made = system.signed_in("manager").ask(ACCOUNT, who)
    assert "errors" not in made or made["errors"][0]["extensions"]["code"] == "EMAIL_TAKEN", made
    nora = system.signed_in("nora")
    draft = nora.data(BEGIN)["draftPriceBook"]
    wanted = {"d": draft["id"], "r": draft["revision"], "t": floor}
    draft = nora.data(FLOOR, wanted)["changePriceBookDraft"]
    nora.data(PUBLISH, {"d": draft["id"], "r": draft["revision"]})


def test_what_another_published_meanwhile_is_shown_and_ones_own_changes_carried_over(
    system: System, open_page: OpenPage, version: Callable[[], int]
) -> None:
    first = version()
    page = open_page("manager")
    begin(page)
    page.get_by_role("link", name="Edit PLA").first.click()
    page.get_by_label("Programming").fill("7.25")
    page.get_by_role("button", name="Keep it in the draft").click()
    own = page.locator("#changes").get_by_role("listitem")
    expect(own).to_have_text([re.compile("programming .* → 7.25 EUR")])
    other = open_page("manager", scripts=False)
    other.goto("/crm/pricebook/draft")
    published_by_another(system, "13.13")
    page.get_by_label("Why").fill("Laying out takes longer.")
    page.get_by_role("button", name="Publish version").click()
    refusal = f"Nora Nagel published version {first + 1} while you worked on version {first}."
    expect(page.get_by_text(refusal)).to_be_visible()
    expect(page.locator("#meanwhile")).to_have_text(re.compile("smallest order line .* 13.13 EUR"))
    expect(own).to_have_text([re.compile("programming .* → 7.25 EUR")])
    page.get_by_role("button", name="Carry my changes over").click()
    expect(page.get_by_text("Your changes are carried over.")).to_be_visible()
    other.get_by_label("Why").fill("Laying out takes longer.")
    other.get_by_role("button", name="Publish version").click()
    expect(other.get_by_text("The draft was changed in another window since.")).to_be_visible()
    other.get_by_role("button", name="Publish version").click()
    expect(other.get_by_text(f"Version {first + 2} counts").first).to_be_visible()
    page.get_by_label("Why").fill("Laying out takes longer.")
    page.get_by_role("button", name="Publish version").click()
    expect(page.get_by_text("You have no draft: it was published")).to_be_visible()
    assert version() == first + 2


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_agreement_is_made_on_a_phone_with_somebody_who_is_searched_for(
    system: System, open_page: OpenPage, version: Callable[[], int], scripts: bool
) -> None:
    first = version()
    page = open_page("manager", width=390, scripts=scripts)
    begin(page)
    page.goto("/crm/pricebook/draft?section=agreements")
    page.get_by_role("link", name="Add an agreement").click()
    page.get_by_role("searchbox").fill("nobody of this name")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", name="No customer fits")).to_be_visible()
    page.get_by_role("searchbox").fill("bracket")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Bracket & Sons").click()
    expect(page.get_by_label("Called")).to_have_value("Bracket & Sons")
    page.get_by_label("Taken off").fill("12,5")
    page.get_by_label("Own prices of a kg").fill("PLA 55.00")
    page.get_by_label("Own lead times").fill("express 1 -1")
    page.get_by_label("Last day").fill("2027-12-31")
    page.get_by_role("button", name="Add it to the draft").click()
    expect(page.locator("#lead_times-error")).to_have_text(re.compile("must be above 0"))
    page.get_by_label("Own lead times").fill("express 1 1.1")
    page.get_by_role("button", name="Add it to the draft").click()
    expect(page.get_by_text("Bracket & Sons: new agreement.")).to_be_visible()
    expect(page.get_by_text("2027-12-31")).to_be_visible()
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Add an agreement").click()
    expect(page.get_by_text("Has an agreement")).to_be_visible()
    page.goto("/crm/pricebook/draft")
    page.get_by_role("link", name="Discard…").click()
    page.get_by_role("button", name="Discard the draft").click()
    expect(page.get_by_role("button", name="Change prices")).to_be_visible()
    assert version() == first


def test_prices_are_for_managers(open_page: OpenPage) -> None:
    page = open_page("crm")
    page.goto("/crm/pricebook")
    expect(page.get_by_role("heading", name="This page needs another role")).to_be_visible()
    expect(page.get_by_role("link", name="Prices")).to_have_count(0)
