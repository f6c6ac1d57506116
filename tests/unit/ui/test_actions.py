"""Forms, sent as a browser without JavaScript sends them, and as htmx does."""

import pytest
from httpx import AsyncClient

from tests.unit.ui import world
from tests.unit.ui.conftest import SignIn, htmx
from tests.unit.ui.gateway_commands import refusal
from tests.unit.ui.gateway_double import GatewayDouble

LINE = {
    "modelId": "m1",
    "fileName": "bracket.stl",
    "material": "pla",
    "finish": "raw",
    "quantity": "3",
    "scale": "150",
    "units": "MM",
    "rx": "90",
    "ry": "0",
    "rz": "0",
}
PLACE = {"order": "b001", "acceptedTotal": "2840", **world.ADDRESS}


async def test_signing_in_keeps_the_token_from_scripts_and_returns(browser: AsyncClient) -> None:
    form = {"email": "sam@x", "password": "partline-demo", "next": "/basket?x=1"}
    form["email"] = "shopper@partline.example"
    answer = await browser.post("/sign-in", data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/basket?x=1"
    cookie = next(
        c for c in answer.headers.get_list("set-cookie") if c.startswith("partline_session")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test", "/\\evil", "evil"])
async def test_signing_in_never_leads_to_another_site(browser: AsyncClient, elsewhere: str) -> None:
    form = {
        "email": "shopper@partline.example",
        "password": "partline-demo",
        "next": elsewhere,
    }
    assert (await browser.post("/sign-in", data=form)).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("who", "front"),
    [("shopper", "/"), ("crm", "/crm"), ("manager", "/crm"), ("operator", "/operator")],
)
async def test_who_signs_in_from_the_front_comes_to_their_own_console(
    browser: AsyncClient, who: str, front: str
) -> None:
    form = {"email": f"{who}@partline.example", "password": "partline-demo", "next": "/"}
    assert (await browser.post("/sign-in", data=form)).headers["Location"] == front


async def test_a_wrong_password_keeps_the_email(browser: AsyncClient) -> None:
    form = {"email": "shopper@partline.example", "password": "no"}
    answer = await browser.post("/sign-in", data=form)
    assert answer.status_code == 422
    assert "do not go together" in answer.text
    assert 'value="shopper@partline.example"' in answer.text
    assert 'value="no"' not in answer.text


async def test_an_empty_form_names_each_field(browser: AsyncClient) -> None:
    answer = await browser.post("/register", data={"name": "", "email": "", "password": "short"})
    assert answer.status_code == 422
    assert "Enter your name." in answer.text
    assert "Enter your email address." in answer.text
    assert 'aria-describedby="name-error"' in answer.text


async def test_a_domain_error_stands_at_its_field(browser: AsyncClient) -> None:
    form = {"name": "Sam", "email": "sam@partline.example", "password": "long enough"}
    answer = await browser.post("/register", data=form)
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


async def test_signing_out_forgets_the_token(signed_in: SignIn) -> None:
    answer = await signed_in("shopper").post("/sign-out")
    assert answer.status_code == 303
    assert 'partline_session=""' in "".join(answer.headers.get_list("set-cookie"))


async def test_adding_to_the_basket_sends_scale_as_a_factor_and_says_so(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    answer = await browser.post("/basket/lines", data=LINE)
    assert answer.status_code == 303
    line = gateway.asked("addToBasket")["line"]
    assert isinstance(line, dict)
    assert (line["scale"], line["quantity"], line["rotation"]) == (1.5, 3, [90.0, 0.0, 0.0])
    shown = await browser.get("/basket")
    assert "bracket.stl is in your basket." in shown.text
    assert "bracket.stl is in your basket." not in (await browser.get("/basket")).text


async def test_a_live_refetch_leaves_the_message_to_the_page(browser: AsyncClient) -> None:
    await browser.post("/basket/lines", data=LINE)
    live = await browser.get("/basket", headers=htmx("summary", **{"X-Live": "1"}))
    assert "is in your basket." not in live.text
    assert "is in your basket." in (await browser.get("/basket")).text


async def test_a_line_taken_out_can_be_put_back(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    answer = await browser.post("/basket/lines/l1/remove")
    assert answer.status_code == 303
    shown = (await browser.get("/basket")).text
    assert "Undo" in shown
    assert '<input type="hidden" name="modelId" value="m1">' in shown


async def test_a_new_material_brings_its_own_finish(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    form = {"quantity": "5", "material": "pa12", "finish": "raw"}
    assert (await browser.post("/basket/lines/l1", data=form)).status_code == 303
    assert gateway.asked("changeLine")["change"] == {
        "quantity": 5,
        "material": "pa12",
        "finish": "blasted",
    }


async def test_a_senseless_quantity_is_told(browser: AsyncClient) -> None:
    form = {"quantity": "many", "material": "pla", "finish": "raw"}
    answer = await browser.post("/basket/lines/l1", data=form)
    assert answer.status_code == 422
    assert "Enter a whole number." in answer.text


async def test_placing_sends_the_total_that_was_shown(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    answer = await signed_in("shopper").post("/basket/place", data=PLACE)
    assert answer.headers["Location"] == "/orders/b001"
    assert gateway.asked("placeOrder")["total"] == 2840


async def test_a_total_that_changed_is_asked_again(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.refusals["placeOrder"] = refusal("PRICE_CHANGED", "The price is now € 30.00.")
    answer = await signed_in("shopper").post("/basket/place", data=PLACE)
    assert answer.status_code == 409
    assert "The price is now € 30.00." in answer.text
    assert "Werkstraße 12" in answer.text, "what was typed stays"


async def test_an_address_error_stands_at_its_field(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.refusals["placeOrder"] = refusal("ADDRESS", "Too long.", field="postal_code")
    answer = await signed_in("shopper").post("/basket/place", data=PLACE)
    assert answer.status_code == 422
    assert 'id="postalCode-error"' in answer.text


async def test_a_partner_accepts_a_price_on_the_order_itself(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.orders["o001"].update(state="PRICED", channel="PARTNER", allowed=["PLACE", "CANCEL"])
    partner = signed_in("partner")
    shown = (await partner.get("/orders/o001")).text
    assert "Place for € 16.47" in shown
    form = {"acceptedTotal": "1647", **world.ADDRESS}
    answer = await partner.post("/orders/o001/place", data=form)
    assert answer.headers["Location"] == "/orders/o001"
    assert gateway.asked("placeOrder") == {
        "order": "o001",
        "address": world.ADDRESS,
        "total": 1647,
    }


async def test_a_visitor_who_places_an_order_signs_in_first(
    browser: AsyncClient, gateway: GatewayDouble
) -> None:
    gateway.refusals["placeOrder"] = refusal("SIGN_IN_REQUIRED", "Sign in.")
    headers = {"Referer": "http://ui.test/basket"}
    answer = await browser.post("/basket/place", data=PLACE, headers=headers)
    assert answer.headers["Location"] == "/sign-in?next=%2Fbasket"


async def test_a_key_is_shown_once(signed_in: SignIn) -> None:
    partner = signed_in("partner")
    answer = await partner.post("/account/keys", data={"name": "Production"})
    assert "plk_secret_once" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "plk_secret_once" not in (await partner.get("/account")).text


async def test_a_webhooks_secret_is_shown_once(signed_in: SignIn, gateway: GatewayDouble) -> None:
    partner = signed_in("partner")
    form = {"url": "https://bracket.example/new", "SHIPPED": "1", "DELIVERED": "1"}
    answer = await partner.post("/account/webhooks", data=form)
    assert "whsec_once" in answer.text
    assert gateway.asked("createWebhook")["events"] == ["SHIPPED", "DELIVERED"]
    assert "whsec_once" not in (await partner.get("/account/webhooks")).text
    answer = await partner.post("/account/webhooks/h1/secret")
    assert "whsec_another" in answer.text
    assert "whsec_another" not in (await partner.get("/account/webhooks/h1")).text


async def test_a_webhook_that_is_refused_comes_back_as_it_was_typed(signed_in: SignIn) -> None:
    form = {"url": "http://bracket.example", "description": "Mine", "PRICED": "1"}
    answer = await signed_in("partner").post("/account/webhooks", data=form)
    assert answer.status_code == 422
    assert "Give an address that begins with https://" in answer.text
    assert 'value="http://bracket.example"' in answer.text
    assert 'name="PRICED" value="1" checked' in answer.text


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ("test", "testWebhook"),
        ("enable", "enableWebhook"),
        ("disable", "disableWebhook"),
        ("delete", "deleteWebhook"),
    ],
)
async def test_a_webhook_is_looked_after_without_javascript(
    signed_in: SignIn, gateway: GatewayDouble, action: str, field: str
) -> None:
    answer = await signed_in("partner").post(f"/account/webhooks/h1/{action}")
    assert answer.status_code == 303
    assert gateway.asked(field) == {"id": "h1"}


async def test_one_webhook_delivery_is_sent_again(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    await signed_in("partner").post("/account/webhooks/h1/deliveries/d2/resend")
    assert gateway.asked("resendWebhookDelivery") == {"id": "d2"}


async def test_a_price_that_broke_down_is_computed_again_from_its_orders_page(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    crm, retry = signed_in("crm"), "/crm/orders/o001/pricing/job/retry"
    assert retry not in (await crm.get("/crm/orders/o001")).text
    gateway.orders["o001"]["pricing"] = {**world.pricing_job(), "stage": "NEEDS_ATTENTION"}
    assert f'action="{retry}"' in (await crm.get("/crm/orders/o001")).text
    answer = await crm.post(retry)
    assert answer.headers["Location"] == "/crm/orders/o001"
    assert gateway.asked("retryPricing") == {"id": "job"}


async def test_what_cannot_be_computed_again_is_told_on_the_orders_page(signed_in: SignIn) -> None:
    answer = await signed_in("crm").post("/crm/orders/o001/pricing/ended/retry")
    assert answer.status_code == 409
    assert "nothing is left to compute" in answer.text
    assert "P-O001" in answer.text


async def test_a_rejection_needs_a_reason(signed_in: SignIn, gateway: GatewayDouble) -> None:
    crm = signed_in("crm")
    answer = await crm.post("/crm/reviews/r1/reject", data={"reason": " "})
    assert answer.status_code == 422
    assert "Enter the reason" in answer.text
    answer = await crm.post("/crm/reviews/r1/reject", data={"reason": "Too thin."})
    assert answer.headers["Location"] == "/crm"
    assert gateway.reviews["r1"]["state"] == "REJECTED"


async def test_approving_sends_the_note(signed_in: SignIn, gateway: GatewayDouble) -> None:
    await signed_in("crm").post("/crm/reviews/r1/approve", data={"note": "Fine."})
    assert gateway.asked("approveReview") == {"id": "r1", "note": "Fine."}


@pytest.mark.parametrize(
    ("work", "action", "state"),
    [
        ("w001", "claim", "CLAIMED"),
        ("w002", "release", "AVAILABLE"),
        ("w002", "start", "IN_PRODUCTION"),
        ("w003", "finish", "MANUFACTURED"),
        ("w004", "deliver", "DELIVERED"),
    ],
)
async def test_an_operator_needs_no_javascript(
    signed_in: SignIn, gateway: GatewayDouble, work: str, action: str, state: str
) -> None:
    answer = await signed_in("operator").post(f"/operator/work/{work}/{action}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/operator/work/{work}"
    assert gateway.work[work]["state"] == state


async def test_claiming_from_the_board_gives_the_row_back(signed_in: SignIn) -> None:
    operator = signed_in("operator")
    operator.follow_redirects = True
    answer = await operator.post("/operator/work/w001/claim", headers=htmx("row-w001"))
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<li class="work" id="row-w001"')
    assert "Give back" in answer.text
    assert "It is yours." in answer.text


async def test_who_loses_the_race_gets_the_fresh_row_and_is_told(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    operator = signed_in("operator")
    gateway.work["w001"].update(state="CLAIMED", claimedBy="Olga Ott", allowed=[])
    answer = await operator.post("/operator/work/w001/claim", headers=htmx("row-w001"))
    assert answer.status_code == 409
    assert 'id="row-w001"' in answer.text
    assert "Claimed" in answer.text
    assert "Olga Ott was faster." in answer.text
    whole = await operator.post("/operator/work/w001/claim")
    assert whole.status_code == 409
    assert "<html" in whole.text
    assert "Olga Ott was faster." in whole.text


async def test_a_problem_needs_a_kind_and_a_reason(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    operator = signed_in("operator")
    answer = await operator.post("/operator/work/w003/problem", data={"kind": "", "reason": ""})
    assert answer.status_code == 422
    assert "Choose what happens to the part." in answer.text
    form = {"kind": "REWORK", "reason": "A layer shifted."}
    answer = await operator.post("/operator/work/w003/problem", data=form)
    assert answer.status_code == 303
    assert gateway.work["w003"]["problem"] == "A layer shifted."


async def test_shipping_needs_carrier_and_number(signed_in: SignIn, gateway: GatewayDouble) -> None:
    operator = signed_in("operator")
    answer = await operator.post("/operator/work/w004/ship", data={"carrier": "DHL"})
    assert answer.status_code == 422
    assert "Enter the tracking number." in answer.text
    form = {"carrier": "DHL", "tracking": "00340"}
    await operator.post("/operator/work/w004/ship", data=form)
    assert gateway.work["w004"]["trackingNumber"] == "00340"
