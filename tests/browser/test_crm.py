"""CRM staff in a browser."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.orders import submitted
from tests.system import System


def test_an_order_is_approved_and_its_journey_shows_it(
    system: System, open_page: OpenPage, part: Path
) -> None:
    order = submitted(system, part, quantity=20, until="PLACED")
    page = open_page("crm")
    page.goto("/crm")
    page.get_by_role("link", name=order["reference"]).first.click()
    expect(page.get_by_role("heading", name=order["reference"])).to_be_visible()
    page.get_by_label("Note for colleagues").fill("Looks good.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved").first).to_be_visible()
    page.goto(f"/crm/orders/{order['id']}")
    expect(page.get_by_text("Cleo Carr").first).to_be_visible()


def test_an_order_is_rejected_with_a_reason_and_the_customer_gets_a_mail(
    system: System, open_page: OpenPage, part: Path
) -> None:
    order = submitted(system, part, quantity=20, until="PLACED")
    page = open_page("crm")
    page.goto(f"/crm/reviews/{order['review']}")
    page.get_by_role("link", name="Reject…").click()
    page.get_by_label("Why").fill("The wall is too thin for this material.")
    page.get_by_role("button", name="Reject the order").click()
    expect(page.get_by_text("Rejected").first).to_be_visible()

    def mailed() -> bool:
        page.goto("/crm/mailbox")
        return page.get_by_text(order["reference"]).count() > 0

    for _ in range(100):
        if mailed():
            break
        page.wait_for_load_state("networkidle")
    expect(page.get_by_text(order["reference"]).first).to_be_visible()


def test_a_new_review_shows_by_itself(system: System, open_page: OpenPage, part: Path) -> None:
    page = open_page("crm")
    page.goto("/crm")
    order = submitted(system, part, quantity=20, until="PLACED")
    expect(page.get_by_text(order["reference"]).first).to_be_visible()


def test_filters_are_in_the_address_and_find_an_order(
    system: System, open_page: OpenPage, part: Path
) -> None:
    order = submitted(system, part, quantity=20, until="PLACED")
    page = open_page("crm")
    page.goto(f"/crm?search={order['reference']}")
    expect(page.get_by_text(order["reference"]).first).to_be_visible()
    page.goto("/crm?search=PL-NOSUCHXX")
    expect(page.get_by_text(order["reference"])).to_have_count(0)
