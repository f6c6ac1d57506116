"""Double clicks, reloads and the page from the history: a form is sent once in effect."""

import asyncio
import re

import pytest
from httpx import AsyncClient

from tests.unit.ui.conftest import SignIn
from tests.unit.ui.gateway_double import GatewayDouble
from tests.unit.ui.test_actions import LINE
from ui.repetition import command_key

FORMS = [
    ("shopper", "/products/angle-bracket", "/basket/lines", "addToBasket", LINE),
    ("partner", "/account", "/account/keys", "createApiKey", {"name": "Till"}),
    (
        "partner",
        "/account/webhooks",
        "/account/webhooks",
        "createWebhook",
        {"url": "https://example.com/x"},
    ),
    ("partner", "/account/webhooks/h1", "/account/webhooks/h1/secret", "rotateWebhookSecret", {}),
    (
        "crm",
        "/crm/customers/account-sam",
        "/crm/customers/account-sam/notes",
        "addCustomerNote",
        {"text": "Late."},
    ),
]


def keys(gateway: GatewayDouble, field: str) -> list[str]:
    """The idempotency keys with which a mutation was asked for."""
    return [
        variables["key"] for document, variables, _ in gateway.requests if f"{field}(" in document
    ]


def form_key(page: str) -> str:
    found = re.search(r'name="once" value="([0-9a-f-]{36})"', page)
    assert found, "the form has no key"
    return found[1]


@pytest.mark.parametrize(("who", "page", "action", "field", "content"), FORMS)
async def test_a_form_that_is_clicked_twice_sends_one_command(
    browser: AsyncClient,
    gateway: GatewayDouble,
    signed_in: SignIn,
    who: str,
    page: str,
    action: str,
    field: str,
    content: dict[str, str],
) -> None:
    signed_in(who)
    first, second = [form_key((await browser.get(page)).text) for _ in range(2)]
    twice = [browser.post(action, data={**content, "once": first}) for _ in range(2)]
    answers = await asyncio.gather(*twice)
    assert all(answer.status_code in {200, 303} for answer in answers)
    assert len(set(keys(gateway, field))) == 1
    await browser.post(action, data={**content, "once": second})
    assert len(set(keys(gateway, field))) == 2


async def test_another_content_on_the_page_from_the_history_is_another_command(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    once = form_key((await browser.get("/products/angle-bracket")).text)
    for quantity in ("1", "2", "1"):
        await browser.post("/basket/lines", data={**LINE, "quantity": quantity, "once": once})
    first, second, again = keys(gateway, "addToBasket")
    assert first == again != second


async def test_an_upload_without_javascript_carries_its_forms_key(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    once = form_key((await browser.get("/editor")).text)
    for _ in range(2):
        file = {"file": ("part.stl", b"solid", "model/stl")}
        await browser.post("/editor", files=file, data={"once": once})
    assert len(set(keys(gateway, "createUpload"))) == 1


async def test_an_upload_by_the_script_is_tried_again_with_its_key(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    form = {"fileName": "a.stl", "size": "5", "contentType": "", "once": "a-b-c"}
    for _ in range(2):
        await browser.post("/editor/uploads", data=form)
    assert len(set(keys(gateway, "createUpload"))) == 1


def test_a_key_is_long_enough_to_seal_a_secret_and_short_enough_to_be_kept() -> None:
    for sent in ("1", "x" * 10_000):
        key = command_key(sent, {"name": "Till"})
        assert key is not None
        assert 20 <= len(key) <= 200
    assert command_key("", {}) is None
