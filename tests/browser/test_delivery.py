"""A manager in a browser, with events that a service cannot apply."""

import json
import re
from uuid import UUID, uuid4

import asyncpg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.integration.messaging.world import until
from tests.servers import complete
from tests.system import System

_IS_DEAD = "select exists (select from dead_letter where consumer = 'shop' and event_id = $1)"


def poisoned(system: System, carrier: str = "DHL") -> UUID:
    """An event that the shop's state table cannot allow, dead there: it tells of a parcel of an
    order that nobody ever placed. Gives its id.
    """
    event, order = uuid4(), uuid4()
    addresses = json.loads(
        json.loads((system.home / "environment.json").read_text())["PARTLINE_DATABASE_URLS"]
    )
    payload = {
        "order_id": str(order),
        "operator_id": str(uuid4()),
        "operator_name": "Otis Orr",
        "carrier": carrier,
        "tracking_number": "1Z-<b>9</b>",
    }

    async def put_and_wait() -> None:
        operator = await asyncpg.connect(addresses["operator"])
        shop = await asyncpg.connect(addresses["shop"])
        try:
            await operator.execute(
                """insert into outbox (id, type, schema_version, aggregate_type, aggregate_id,
                     aggregate_version, correlation_id, payload, headers)
                   values ($1, 'OrderShipped', 1, 'work', $2, 1, $2, $3, '{}')""",
                event,
                order,
                json.dumps(payload),
            )
            await until(lambda: shop.fetchval(_IS_DEAD, event))
        finally:
            await operator.close()
            await shop.close()

    complete(put_and_wait)
    return event


def to_the_letter(page: Page, event: UUID) -> None:
    page.goto(f"/crm/delivery/shop/shop/{event}")


def test_a_dead_letter_is_counted_opened_redriven_and_discarded(
    system: System, open_page: OpenPage
) -> None:
    event = poisoned(system)
    page = open_page("manager")
    page.goto("/crm")
    expect(page.locator("#delivery-count")).to_have_text(re.compile(r"^\d+ dead letters$"))
    page.get_by_role("link", name="Delivery").click()
    expect(page.get_by_role("heading", name="Delivery", exact=True)).to_be_visible()
    expect(page.get_by_text("NotFound: There is no order ….").first).to_be_visible()
    to_the_letter(page, event)
    expect(page.get_by_label("Payload")).to_contain_text("1Z-<b>9</b>")
    expect(page.get_by_role("link", name="The order's journey")).to_be_visible()

    page.get_by_role("link", name="Redrive…").click()
    expect(page).to_have_url(re.compile("/redrive$"))
    expect(page.get_by_text("It cannot be taken back")).to_be_visible()
    page.get_by_role("button", name="Redrive it").click()
    expect(page.get_by_text("1 letter is on its way again.")).to_be_visible()
    # The order still does not exist, so it comes back, and the page follows it there by itself.
    expect(page.get_by_text("Waits for a person")).to_be_visible()
    expect(page.get_by_text("redrove 1 letter of shop")).to_be_visible()

    page.get_by_role("link", name="Discard…").click()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_role("dialog")).to_be_visible()  # the browser asks for the reason
    page.get_by_label("Why").fill("The parcel was a test.")
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_text("Why: The parcel was a test.")).to_be_visible()
    expect(page.get_by_text("discarded 1 letter of shop")).to_be_visible()
    expect(page.get_by_role("link", name="Redrive…")).to_have_count(0)
    assert str(event) not in system.command("dlq", "list").stdout


def test_a_group_is_discarded_without_javascript(system: System, open_page: OpenPage) -> None:
    event = poisoned(system)
    page = open_page("manager", scripts=False)
    page.goto("/crm/delivery?service=shop")
    group = page.locator("li", has_text="OrderShipped").filter(has_text="There is no order")
    group.get_by_role("link", name=re.compile("^Discard")).click()
    page.get_by_label("Why").fill("Parcels of a test.")
    page.get_by_role("button", name=re.compile("^Discard")).click()
    expect(page).to_have_url(re.compile("/crm/delivery$"))
    expect(page.get_by_text(re.compile(r"letters? (is|are) discarded\."))).to_be_visible()
    to_the_letter(page, event)
    expect(page.get_by_text("Why: Parcels of a test.")).to_be_visible()


def test_a_new_dead_letter_shows_by_itself(system: System, open_page: OpenPage) -> None:
    page = open_page("manager")
    page.goto("/crm/delivery/shop?discarded=1&consumer=shop")
    event = poisoned(system)
    expect(page.locator(f"#letter-{event}")).to_be_visible()


def test_escape_closes_the_question_and_nothing_is_done(
    system: System, open_page: OpenPage
) -> None:
    event = poisoned(system)
    page = open_page("manager")
    to_the_letter(page, event)
    page.get_by_role("link", name="Redrive…").click()
    expect(page.locator("dialog:modal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"{event}$"))
    assert str(event) in system.command("dlq", "list").stdout


def test_what_is_unfolded_stays_so_while_the_page_follows_the_letter(
    system: System, open_page: OpenPage
) -> None:
    event = poisoned(system)
    page = open_page("manager")
    to_the_letter(page, event)
    page.get_by_text("Where in the code").click()
    trace = page.get_by_label("Trace")
    expect(trace).to_be_visible()
    with page.expect_response(lambda answer: answer.request.headers.get("x-live") == "1"):
        poisoned(system)
    expect(trace).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_stands_out_of_the_page(system: System, open_page: OpenPage, width: int) -> None:
    event = poisoned(system)
    page = open_page("manager", width=width)
    for path in ("", "?readers=1", "/shop", f"/shop/shop/{event}", f"/shop/shop/{event}/discard"):
        page.goto("/crm/delivery" + path)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, path


def test_other_staff_neither_see_the_page_nor_ask_for_the_count(
    system: System, open_page: OpenPage
) -> None:
    page = open_page("crm")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/crm")
    expect(page.get_by_role("heading", name="Reviews")).to_be_visible()
    expect(page.get_by_role("link", name="Delivery")).to_have_count(0)
    assert not any("/crm/delivery" in url for url in asked)
    page.goto("/crm/delivery")
    expect(page.get_by_text("This page needs another role")).to_be_visible()
