"""A button that is clicked twice, through the consoles, the gateway and the services."""

import re
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


def count(browser: httpx.Client) -> int:
    return len(re.findall(r'action="/basket/lines/[^"]+/remove"', browser.get("/basket").text))
