"""What browsers may do with the pages, and what the pages never contain."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import ui
from tests.unit.ui.conftest import STORAGE, SignIn, htmx
from tests.unit.ui.gateway_commands import refusal
from tests.unit.ui.gateway_double import GatewayDouble
from ui.forms import LONGEST_FIELD, MOST_FIELDS

FOLDER = Path(ui.__file__).parent
TEMPLATES = sorted(FOLDER.rglob("*.html"))


@pytest.mark.parametrize("path", ["/", "/nope", "/static/partline.css", "/editor", "/crm"])
async def test_every_answer_has_the_strict_policy(browser: AsyncClient, path: str) -> None:
    policy = (await browser.get(path)).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert f"connect-src 'self' {STORAGE}" in policy
    assert f"img-src 'self' {STORAGE}" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_script_style_or_handlers(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style|javascript:|hx-on|hx-vals='js|\|\s*safe", text) or (
        template.name == "icon.html"
    )
    assert not re.search(r"\son[a-z]+\s*=", text)
    for script in re.findall(r"<script[^>]*>(.*?)</script>", text, re.S):
        assert script.strip() == ""


@pytest.mark.parametrize(
    "sent",
    [
        {"files": {"email": ("a.txt", b"x" * 10)}},
        {"data": {"email": "x" * (LONGEST_FIELD + 1), "password": "p"}},
        {"data": {f"field{number}": "x" for number in range(MOST_FIELDS + 1)}},
    ],
    ids=["a file", "a long value", "many fields"],
)
async def test_a_form_takes_no_more_than_people_type(
    browser: AsyncClient, sent: dict[str, Any]
) -> None:
    assert (await browser.post("/sign-in", **sent)).status_code == 400


async def test_no_other_site_sends_people_back_to_itself_through_the_help(
    browser: AsyncClient,
) -> None:
    page = await browser.get("/help", headers={"Referer": "https://evil.example//evil.example/x"})
    assert "evil.example" not in page.text


def test_htmx_is_kept_from_evaluating_anything() -> None:
    document = (FOLDER / "components" / "document.html").read_text()
    for setting in (
        '"allowEval":false',
        '"includeIndicatorStyles":false',
        '"selfRequestsOnly":true',
    ):
        assert setting in document


def test_what_is_vendored_is_what_is_written_down() -> None:
    folder = FOLDER / "static" / "vendor"
    rows = re.findall(
        r"\| (\S+\.js) \|.*\| ([0-9a-f]{64}) \|", (folder / "VENDORED.md").read_text()
    )
    assert {name for name, _ in rows} == {path.name for path in folder.glob("*.js")}
    for name, written in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == written
        assert (folder / f"{name.removesuffix('.js').removesuffix('.min')}.LICENSE").exists()


async def test_what_people_type_is_text_and_never_markup(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    name = '<img src=x onerror="alert(1)">.stl'
    gateway.models["m1"]["fileName"] = name
    text = (await signed_in("operator").get("/editor/m1")).text
    assert name not in text
    assert "&lt;img" in text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_of_another_site_is_refused(
    signed_in: SignIn, gateway: GatewayDouble, site: str
) -> None:
    headers = {"Sec-Fetch-Site": site}
    answer = await signed_in("operator").post("/operator/work/w001/claim", headers=headers)
    assert answer.status_code == 403
    assert gateway.requests == []


async def test_the_browsers_cookies_and_request_id_go_along(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    await signed_in("shopper").get("/", headers={"X-Request-Id": "abc-1"})
    _, _, headers = gateway.requests[0]
    assert headers["cookie"] == "partline_session=shopper"
    assert headers["x-request-id"] == "abc-1"


async def test_who_is_not_signed_in_comes_back_after_signing_in(browser: AsyncClient) -> None:
    answer = await browser.get("/crm?state=ALL&search=ring")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=%2Fcrm%3Fstate%3DALL%26search%3Dring"
    part = await browser.get(
        "/crm", headers=htmx("list", **{"HX-Current-URL": "http://u.t/crm?a=b"})
    )
    assert part.status_code == 401
    assert part.headers["HX-Redirect"] == "/sign-in?next=%2Fcrm%3Fa%3Db"


async def test_a_wrong_role_is_told_which_one_is_needed(signed_in: SignIn) -> None:
    answer = await signed_in("shopper").get("/operator")
    assert answer.status_code == 403
    assert "operator or manager role" in answer.text
    assert "Sam Shopper" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/nope", "/products/nothing", "/orders/nothing", "/editor/nothing", "/static/nothing.css"],
)
async def test_what_is_not_there_is_a_page_that_leads_on(browser: AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


async def test_a_page_that_is_not_there_still_knows_who_asks(signed_in: SignIn) -> None:
    assert "Sam Shopper" in (await signed_in("shopper").get("/orders/nothing")).text


async def test_a_gateway_that_is_down_is_said_and_tried_again(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.down = True
    answer = await browser.get("/basket")
    assert answer.status_code == 503
    assert answer.headers["Refresh"] == answer.headers["Retry-After"] == "5"
    assert "Orders already placed are safe." in answer.text
    part = await browser.get("/basket", headers=htmx("summary"))
    assert part.status_code == 503
    assert part.headers["HX-Reswap"] == "none"
    assert "cannot be reached" in part.text
    live = await browser.get("/basket", headers=htmx("summary", **{"X-Live": "1"}))
    assert "cannot be reached" not in live.text, "a live part does not repeat itself"


async def test_a_fault_of_ours_is_a_page_with_the_policy_on_it(
    browser: AsyncClient, consoles: Starlette
) -> None:
    async def broken(request: Request) -> Response:
        raise ZeroDivisionError(request.url.path)

    consoles.router.routes.insert(0, Route("/broken", broken))
    answer = await browser.get("/broken")
    assert answer.status_code == 500
    assert "nothing you did is lost" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_one_service_down_leaves_the_rest_of_the_page(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.refusals["materials"] = refusal("SERVICE_UNAVAILABLE", "Prices cannot be reached.")
    answer = await browser.get("/products/angle-bracket")
    assert answer.status_code == 200
    assert "Angle bracket" in answer.text
    assert "Prices cannot be reached." in answer.text


@pytest.mark.parametrize("cookie", ["!!!", "e30=", "bnVsbA==", "W10=", "eyJ0ZXh0IjoxfQ=="])
async def test_a_forged_message_is_no_message(browser: AsyncClient, cookie: str) -> None:
    browser.cookies.set("partline_flash", cookie)
    assert (await browser.get("/materials")).status_code == 200


async def test_the_theme_is_remembered(browser: AsyncClient) -> None:
    headers = {"Referer": "http://ui.test/materials"}
    answer = await browser.post("/theme", data={"theme": "dark"}, headers=headers)
    assert answer.headers["Location"] == "/materials"
    assert 'data-theme="dark"' in (await browser.get("/materials")).text
