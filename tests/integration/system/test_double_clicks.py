"""A button that is clicked twice, through the consoles, the gateway and the services."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.system import System

LINE = {"material": "PLA", "finish": "raw", "quantity": "1", "scale": "100", "units": "MM"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, f"the page has no field {name}"
    return found[1]


def test_a_part_that_is_added_by_two_clicks_at_once_is_in_the_basket_once(system: System) -> None:
    with httpx.Client(base_url=system.address, headers={"Origin": system.address}) as browser:
        home = browser.get("/").text
        product = re.search(r'href="(/products/[^"?]+)', home)
        assert product
        page = browser.get(product[1]).text
        form = LINE | {name: hidden(page, name) for name in ("once", "modelId", "fileName")}
        with ThreadPoolExecutor(4) as clicks:
            sent = [clicks.submit(browser.post, "/basket/lines", data=form) for _ in range(4)]
            assert {click.result().status_code for click in sent} == {303}
        assert count(browser) == 1
        browser.post("/basket/lines", data=form)
        assert count(browser) == 1
        browser.post("/basket/lines", data=form | {"quantity": "2"})
        assert count(browser) == 2


def test_a_price_that_is_given_by_two_clicks_at_once_is_given_once(system: System) -> None:
    order = waiting(system)
    with httpx.Client(base_url=system.address, headers=system.signed_in("crm").headers) as browser:
        page = browser.get(f"/crm/offers/{order}").text
        (field,) = re.findall(r'name="(net-[^"]+)"', page)
        form = {name: hidden(page, name) for name in ("once", "revision")}
        form |= {field: "420.00", "reason": "Two clampings"}
        with ThreadPoolExecutor(4) as clicks:
            sent = [clicks.submit(browser.post, f"/crm/offers/{order}", data=form) for _ in "1234"]
            assert {click.result().status_code for click in sent} == {303}
        other = browser.post(f"/crm/offers/{order}", data=form | {field: "1.00"})
        assert other.status_code == 409
        assert "has already made this offer" in other.text
        made = browser.get(f"/crm/offers/{order}").text
        assert "€ 420.00" in made
        assert "by Cleo Carr" in made


def waiting(system: System) -> str:
    """A visitor's order of a milled part, once a person is asked for its price."""
    browser = httpx.Client(base_url=system.address, headers={"Origin": system.address})
    staff = system.signed_in("crm")
    query = "{ offersToMake(first: 100) { nodes { orderId } } }"

    def listed() -> set[str]:
        return {node["orderId"] for node in staff.data(query)["offersToMake"]["nodes"]}

    before = listed()
    with browser:
        home = browser.get("/").text
        product = re.search(r'href="(/products/[^"?]+)', home)
        assert product
        page = browser.get(product[1]).text
        form = LINE | {name: hidden(page, name) for name in ("once", "modelId", "fileName")}
        browser.post("/basket/lines", data=form | {"material": "ALU-6082", "finish": "milled"})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := listed() - before:
            return found.pop()
        time.sleep(0.05)
    raise AssertionError("nobody was asked for the price")


def count(browser: httpx.Client) -> int:
    return len(re.findall(r'action="/basket/lines/[^"]+/remove"', browser.get("/basket").text))
