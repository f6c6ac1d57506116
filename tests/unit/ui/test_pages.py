"""Every page, as a whole document and as the part that htmx asks for."""

import re

import pytest
from httpx import AsyncClient

from tests.unit.ui.conftest import SignIn, htmx
from tests.unit.ui.gateway_commands import refusal
from tests.unit.ui.gateway_double import GatewayDouble

PAGES = [
    ("visitor", "/", "Ready-made products"),
    ("visitor", "/products/angle-bracket?quantity=3&material=pla", "€ 42.60"),
    ("visitor", "/materials", "Nylon PA12"),
    ("visitor", "/basket", "Sign in to place the order"),
    ("shopper", "/basket", "Place the order for € 30.67"),
    ("visitor", "/sign-in?next=/basket", "Sign in"),
    ("visitor", "/register", "At least 10 characters"),
    ("visitor", "/help", "Keyboard"),
    ("shopper", "/orders", "P-O001"),
    ("shopper", "/orders/o001", "What happened"),
    ("shopper", "/orders/o002", "place 3 in line"),
    ("shopper", "/orders/o001/cancel", "This cannot be taken back"),
    ("shopper", "/account", "Mails to you"),
    ("partner", "/account", "Order with one request"),
    ("partner", "/account/webhooks", "https://bracket.example/h1"),
    ("partner", "/account/webhooks/h1", "told when an order has a price, is shipped"),
    ("partner", "/account/webhooks/h2", "24 attempts failed."),
    ("partner", "/account/webhooks/h1/delete", "Delete this webhook?"),
    ("visitor", "/editor", "Upload a model"),
    ("visitor", "/editor/m1", "60 × 40 × 45 mm"),
    ("visitor", "/editor/guess", "Some walls are thinner"),
    ("visitor", "/editor/open", "This part can be repaired"),
    ("visitor", "/editor/fresh", "Checking the part"),
    ("visitor", "/editor/bad", "Export the part again as STL"),
    ("visitor", "/editor/m1/delete", "Delete bracket.stl?"),
    ("crm", "/crm", "The part has thin walls"),
    ("crm", "/crm?state=ALL&search=nothing", "No review fits"),
    ("crm", "/crm/reviews/r1", "Approve"),
    ("crm", "/crm/reviews/r1/reject", "The customer reads this"),
    ("crm", "/crm/offers", "2 pieces of ALU-6082"),
    ("crm", "/crm/offers/o005", "Give this price"),
    ("crm", "/crm/offers/o005/decline", "Decline to price"),
    ("crm", "/crm/orders/o005", "Offer: waiting for you"),
    ("shopper", "/orders/o005", "Price on request"),
    ("crm", "/crm/customers", "Sam Shopper"),
    ("crm", "/crm/customers/account-sam", "Prefers a call before 10."),
    ("crm", "/crm/orders", "P-O003"),
    ("crm", "/crm/orders/o001", "+4.2 s"),
    ("crm", "/crm/stuck", "no operator has claimed it"),
    ("crm", "/crm/mailbox", "The mail server is not there."),
    ("operator", "/operator", "Claim"),
    ("operator", "/operator?show=mine", "P-W003"),
    ("operator", "/operator/work/w001", "Pay"),
    ("operator", "/operator/work/w003/problem", "Scrap"),
    ("operator", "/operator/work/w004/ship", "Tracking number"),
    ("operator", "/operator/work/w002/label", "Werkstraße 12"),
    ("operator", "/operator/earnings?day=2026-01-31", "2026-01-30"),
    ("manager", "/crm", "Reviews"),
    ("manager", "/crm/delivery", "3 events wait for a person"),
    ("manager", "/crm/delivery?service=mes", "No dead letters at mes"),
    ("manager", "/crm/delivery/shop", "Conflict: order e1"),
    ("manager", "/crm/delivery/shop?consumer=shop&type=OrderShipped", "2 letters wait"),
    ("manager", "/crm/delivery/shop/redrive?consumer=shop", "2 letters"),
    ("manager", "/crm/delivery/shop/discard?consumer=shop", "in a year"),
    ("manager", "/crm/delivery/shop/shop/e1", "tracking_number"),
    ("manager", "/crm/delivery/shop/shop/e1/redrive", "up to ten times"),
    ("manager", "/crm/delivery/shop/shop/e1/discard", "without it"),
    ("manager", "/crm/delivery/crm/crm.journey/e3", "no text: in hexadecimals"),
    ("manager", "/operator", "Board"),
]


@pytest.mark.parametrize(("who", "path", "words"), PAGES)
async def test_a_page_shows_as_a_whole_document(
    signed_in: SignIn, who: str, path: str, words: str
) -> None:
    answer = await signed_in(who).get(path)
    assert answer.status_code == 200
    assert answer.text.startswith("<!doctype html>")
    assert words in answer.text
    assert answer.text.count("<h1") == 1
    assert 'href="#main"' in answer.text


@pytest.mark.parametrize(("who", "path", "words"), PAGES)
async def test_the_same_page_shows_as_a_fragment(
    signed_in: SignIn, who: str, path: str, words: str
) -> None:
    answer = await signed_in(who).get(path, headers=htmx("main"))
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="header"' in answer.text
    assert words in answer.text
    assert "HX-Target" in answer.headers["Vary"]


@pytest.mark.parametrize(("who", "path", "words"), PAGES)
async def test_coming_back_by_history_gets_the_whole_document(
    signed_in: SignIn, who: str, path: str, words: str
) -> None:
    headers = htmx("main", **{"HX-History-Restore-Request": "true"})
    answer = await signed_in(who).get(path, headers=headers)
    assert "<html" in answer.text


@pytest.mark.parametrize(("who", "path", "words"), PAGES)
async def test_no_id_is_given_twice(signed_in: SignIn, who: str, path: str, words: str) -> None:
    text = (await signed_in(who).get(path)).text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("who", "path", "words"), PAGES)
async def test_each_field_has_a_label(signed_in: SignIn, who: str, path: str, words: str) -> None:
    text = (await signed_in(who).get(path)).text
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", text):
        if re.search(r'type="(hidden|radio)"|aria-labelledby', field):
            continue
        found = re.search(r'id="([^"]+)"', field)
        assert found, field
        assert found.group(1) in labelled


@pytest.mark.parametrize(
    ("who", "path", "target", "inside", "outside"),
    [
        ("visitor", "/editor/m1?quantity=3", "quote", "€ 42.60", 'id="choices"'),
        ("visitor", "/editor/m1?material=pa12", "configure", "Dyed black", "<h1"),
        ("visitor", "/products/angle-bracket?quantity=2", "quote", "€ 28.40", "<h1"),
        ("shopper", "/basket", "summary", "€ 30.67", "<h1"),
        ("shopper", "/orders/o001", "order", "In production", 'class="header"'),
        ("crm", "/crm/reviews/r1/reject", "dialog", "Reject the order", "Sam Shopper"),
        ("operator", "/operator", "list", "P-W001", "<h1"),
        ("manager", "/crm/delivery", "delivery", "Dead letters", 'class="header"'),
        (
            "manager",
            "/crm/delivery/shop/shop/e1/discard",
            "dialog",
            "Discard it",
            "tracking_number",
        ),
        ("operator", "/operator/work/w003", "row-w003", "Finish", "Mine"),
        ("operator", "/operator/work/w003/problem", "dialog", "Rework", "<h1"),
    ],
)
async def test_an_element_gets_itself_and_no_more(
    signed_in: SignIn, who: str, path: str, target: str, inside: str, outside: str
) -> None:
    answer = await signed_in(who).get(path, headers=htmx(target))
    assert answer.status_code == 200
    assert inside in answer.text
    assert outside not in answer.text
    assert "<html" not in answer.text


async def test_the_choices_stay_in_the_browsers_address(browser: AsyncClient) -> None:
    answer = await browser.get("/editor/m1?quantity=7&turn=rx", headers=htmx("configure"))
    assert "quantity=7" in answer.headers["HX-Replace-Url"]
    assert "rx=90" in answer.headers["HX-Replace-Url"]
    assert "turn=" not in answer.headers["HX-Replace-Url"]
    live = await browser.get("/editor/m1?quantity=7", headers=htmx("quote", **{"X-Live": "1"}))
    assert "HX-Replace-Url" not in live.headers


async def test_turning_without_javascript_ends_at_an_address_that_can_be_reloaded(
    browser: AsyncClient,
) -> None:
    answer = await browser.get("/editor/m1?rx=90&turn=rx")
    assert answer.status_code == 303
    assert "rx=180" in answer.headers["Location"]


async def test_the_page_asks_for_the_units_until_somebody_chose_them(browser: AsyncClient) -> None:
    question = "The file does not say its units"
    form = "quantity=7&units=MM&guessed=MM"
    answer = await browser.get(f"/editor/guess?{form}", headers=htmx("configure"))
    assert question in answer.text
    kept = answer.headers["HX-Replace-Url"]
    assert "units=" not in kept
    again = (await browser.get(kept)).text
    assert question in again
    assert 'name="guessed" value="MM"' in again
    assert "quantity=7&amp;scale=100&amp;units=INCH" in again
    for chosen in ("units=MM&quantity=7", "units=CM&guessed=MM"):
        answer = await browser.get(f"/editor/guess?{chosen}", headers=htmx("configure"))
        assert question not in answer.text
        assert 'id="units-question" hx-swap-oob="true"' in answer.text
        assert "units=" in answer.headers["HX-Replace-Url"]


async def test_the_question_tells_how_large_the_part_is_in_each_unit(browser: AsyncClient) -> None:
    text = (await browser.get("/editor/guess")).text
    for size in ("60 × 40 × 45 mm", "600 × 400 × 450 mm", "1,524 × 1,016 × 1,143 mm"):
        assert size in text


async def test_an_accepted_repair_leads_to_the_new_model_and_back(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    browser = signed_in("visitor")
    page = (await browser.get("/editor/open")).text
    assert "12 open edges would be closed" in page
    assert 'action="/editor/open/repair"' in page
    answer = await browser.post("/editor/open/repair", data={"once": "1"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/editor/mended"
    made = (await browser.get("/editor/mended")).text
    assert "This is the repaired part." in made
    assert 'href="/editor/open"' in made
    original = (await browser.get("/editor/open")).text
    assert 'href="/editor/mended"' in original
    assert 'action="/editor/open/repair"' not in original


async def test_only_the_owner_of_a_model_is_offered_to_repair_it(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.models["open"]["mine"] = False
    assert "/editor/open/repair" not in (await signed_in("crm").get("/editor/open")).text


async def test_only_the_owner_of_a_model_is_offered_to_delete_it(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.models["m1"]["mine"] = False
    page = (await signed_in("crm").get("/editor/m1")).text
    asked = (await signed_in("crm").get("/editor/m1/delete")).text
    assert "/editor/m1/delete" not in page + asked


async def test_an_operator_sees_the_part_as_it_was_ordered(signed_in: SignIn) -> None:
    page = (await signed_in("operator").get("/operator/work/w001")).text
    assert 'data-rotation="90.0,0.0,0.0"' in page
    assert "90° about x" in page


async def test_an_empty_list_follows_nothing(signed_in: SignIn, gateway: GatewayDouble) -> None:
    gateway.models, gateway.orders = {}, {}
    for path in ("/editor", "/orders"):
        for headers in ({}, htmx("main")):
            page = (await signed_in("shopper").get(path, headers=headers)).text
            assert "/live" not in page
            assert 'hx-trigger=""' not in page


async def test_scale_and_units_change_the_size_that_is_shown(browser: AsyncClient) -> None:
    text = (await browser.get("/editor/m1?scale=50&units=INCH&rx=90")).text
    assert "762 × 571.5 × 508 mm" in text


async def test_a_price_on_its_way_says_where_it_stands(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.quote_status = "COMPUTING"
    text = (await browser.get("/editor/m1")).text
    assert "€ 11.00 – € 19.00" in text
    assert "place 3 in line" in text
    assert "sse:quote:m1" in text


async def test_a_choice_without_a_price_says_why_and_cannot_be_bought(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.quote_status = "UNAVAILABLE"
    text = (await browser.get("/editor/m1")).text
    assert "The part is larger than this machine." in text
    button = next(b for b in re.findall(r"<button[^>]*>", text) if "/basket/lines" in b)
    assert "disabled" in button


async def test_the_first_board_takes_one_request_to_the_gateway(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    text = (await signed_in("operator").get("/operator")).text
    assert len(gateway.requests) == 1
    assert "€ 42.80" in text, "today's earnings stand in the header"


async def test_filters_come_from_the_address_and_stay_in_it(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    path = "/crm?state=APPROVED&search=ring&min=12.50"
    text = (await signed_in("crm").get(path)).text
    _, variables, _ = gateway.requests[-1]
    assert variables == {"state": "APPROVED", "search": "ring", "minTotal": 1250, "after": None}
    assert 'value="ring"' in text
    assert 'value="12.50"' in text


async def test_each_sees_only_the_consoles_of_their_roles(signed_in: SignIn) -> None:
    shopper = (await signed_in("shopper").get("/")).text
    assert 'href="/crm"' not in shopper
    assert 'href="/operator"' not in shopper
    manager = (await signed_in("manager").get("/")).text
    assert 'href="/crm"' in manager
    assert 'href="/operator"' in manager


async def test_counts_stand_in_the_navigation(signed_in: SignIn) -> None:
    text = (await signed_in("crm").get("/crm/customers")).text
    assert re.search(r'Reviews<span class="count">1</span>', text)
    assert re.search(r'Stuck<span class="count">1</span>', text)


async def test_earnings_and_counts_go_along_with_a_part(signed_in: SignIn) -> None:
    row = await signed_in("operator").get("/operator/work/w001", headers=htmx("row-w001"))
    assert re.search(r'id="earned"[^>]*hx-swap-oob="true">€ 42.80', row.text)
    listing = await signed_in("crm").get("/crm", headers=htmx("list"))
    assert re.search(r'id="sections" hx-swap-oob="true"', listing.text)


async def test_the_newest_board_is_live_as_a_whole_and_an_older_one_row_by_row(
    signed_in: SignIn,
) -> None:
    operator = signed_in("operator")
    newest = (await operator.get("/operator?show=ALL")).text
    assert newest.count('hx-trigger="sse:') == 1
    assert "sse:board" in newest
    older = (await operator.get("/operator?show=ALL&after=next")).text
    assert "sse:board" not in older
    assert "sse:order:w001" in older
    headers = htmx("row-w001", **{"HX-Current-URL": "http://u.test/operator?after=next"})
    assert "sse:order:w001" in (await operator.get("/operator/work/w001", headers=headers)).text


async def test_typing_a_number_on_the_board_is_never_an_error(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.refusals["board"] = refusal("SEARCH_TOO_SHORT", "Type at least 4 letters.")
    answer = await signed_in("operator").get("/operator?search=PL-7")
    assert answer.status_code == 200
    assert "Type at least 4 letters." in answer.text
    assert 'value="PL-7"' in answer.text
    assert "cannot be shown right now" not in answer.text


async def test_an_error_page_leads_back_into_its_console_and_into_no_other(
    signed_in: SignIn,
) -> None:
    missing = (await signed_in("operator").get("/operator/work/none")).text
    assert "To the board" in missing
    forbidden = (await signed_in("operator").get("/crm")).text
    assert "/crm/customers" not in forbidden
    assert "Ask a manager" in forbidden


@pytest.mark.parametrize(
    ("came_from", "to", "from_the_top"),
    [
        ("/basket", "/orders/o001", True),
        ("/orders", "/orders?after=o003", True),
        ("/orders?after=o003", "/orders?after=o003&show=open", False),
        ("/orders?show=open", "/orders?show=done", False),
    ],
)
async def test_another_page_is_read_from_the_top_and_a_filtered_one_stays(
    signed_in: SignIn, came_from: str, to: str, from_the_top: bool
) -> None:
    headers = htmx("main", **{"HX-Current-URL": f"http://ui.test{came_from}"})
    answer = await signed_in("shopper").get(to, headers=headers)
    assert ("show:window:top" in answer.headers.get("HX-Reswap", "")) is from_the_top


async def test_the_question_for_the_units_is_asked_once(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    warning = {"code": "UNITS_UNCERTAIN", "severity": "WARNING", "message": "Inches, perhaps?"}
    gateway.models["guess"]["report"]["warnings"].append(warning)
    page = (await browser.get("/editor/guess")).text
    assert page.count("The file does not say its units") == 1
    assert "Inches, perhaps?" not in page
    assert "Some walls are thinner" in page
