"""Operators in their browsers."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.orders import submitted
from tests.system import System


def test_a_part_is_claimed_made_shipped_and_paid(
    system: System, open_page: OpenPage, part: Path
) -> None:
    order = submitted(system, part, quantity=1, until="CONFIRMED")
    page = open_page("operator")
    page.goto(f"/operator/work/{order['work']}")
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Problem…").click()
    page.get_by_role("radio", name="Rework").check()
    page.get_by_label("What is wrong").fill("A layer shifted.")
    page.get_by_role("button", name="Report").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("link", name="Ship…").click()
    page.get_by_label("Carrier").fill("DHL")
    page.get_by_label("Tracking number").fill("00340434161094042557")
    page.get_by_role("dialog").get_by_role("button", name="Ship").click()
    page.get_by_role("button", name="Delivered").click()
    expect(page.get_by_text("Delivered").first).to_be_visible()
    page.goto("/operator/earnings")
    expect(page.get_by_text(order["reference"]).first).to_be_visible()


def test_new_work_shows_on_an_open_board(system: System, open_page: OpenPage, part: Path) -> None:
    page = open_page("operator")
    page.goto("/operator")
    order = submitted(system, part, quantity=1, until="CONFIRMED")
    expect(page.get_by_role("link", name=order["reference"])).to_be_visible()


def test_of_two_operators_who_claim_one_wins_and_the_other_is_told(
    system: System, open_page: OpenPage, part: Path
) -> None:
    order = submitted(system, part, quantity=1, until="CONFIRMED")
    work = f"/operator/work/{order['work']}"
    first, second = open_page("operator"), open_page("operator2")
    second.route("**/live?*", lambda _: None)  # it hears of nothing
    first.goto(work)
    second.goto(work)
    first.get_by_role("button", name="Claim").click()
    expect(first.get_by_role("button", name="Start")).to_be_visible()
    second.get_by_role("button", name="Claim").click()
    expect(second.get_by_text("Otis Orr").first).to_be_visible()
    expect(second.get_by_role("button", name="Start")).to_have_count(0)


def test_a_claim_by_keyboard_alone(system: System, open_page: OpenPage, part: Path) -> None:
    order = submitted(system, part, quantity=1, until="CONFIRMED")
    page = open_page("operator")
    page.goto(f"/operator/work/{order['work']}")
    page.get_by_role("button", name="Claim").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def test_what_happens_in_the_workshop_shows_on_the_customers_open_page(
    system: System, open_page: OpenPage, part: Path
) -> None:
    order = submitted(system, part, quantity=1, until="CONFIRMED")
    customer = open_page("partner")
    customer.goto(f"/orders/{order['id']}")
    expect(customer.get_by_text("Confirmed").first).to_be_visible()
    operator = open_page("operator")
    operator.goto(f"/operator/work/{order['work']}")
    operator.get_by_role("button", name="Claim").click()
    operator.get_by_role("button", name="Start").click()
    expect(customer.get_by_text("In production").first).to_be_visible()
