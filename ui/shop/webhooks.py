"""A partner's webhooks: addresses of theirs that are told what happens to their orders."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ui.console import console
from ui.document import Document
from ui.flash import on_to
from ui.forms import Form
from ui.frame import frame
from ui.problems import Problem
from ui.repetition import FIELD, command_key
from ui.shop import documents

EVENTS = {
    "PRICED": "has a price",
    "PRICING_FAILED": "cannot be priced",
    "PLACED": "is placed",
    "CONFIRMED": "is confirmed",
    "REJECTED": "is rejected",
    "PRODUCTION_STARTED": "is being made",
    "PROBLEM": "has a problem in production",
    "MANUFACTURED": "is made",
    "SHIPPED": "is shipped",
    "DELIVERED": "is delivered",
    "CANCELLED": "is cancelled",
    "EXPIRED": "has expired",
    "CLOSED": "is closed",
}

_CHANGES: dict[str, tuple[Document, str]] = {
    "test": (documents.TEST_WEBHOOK, "A test is on its way. Look below what came of it."),
    "enable": (documents.ENABLE_WEBHOOK, "It is called again, first with what has waited."),
    "disable": (documents.DISABLE_WEBHOOK, "It is not called. What comes is kept for 30 days."),
}


async def show_webhooks(
    request: Request, *, form: Form | None = None, created: dict[str, Any] | None = None
) -> Response:
    """``created`` is a webhook just made, whose secret is shown this once."""
    answer = await console(request).gateway.query(request, documents.WEBHOOKS)
    held = form or Form()
    webhooks = answer.part("webhooks")
    return console(request).pages.render(
        request,
        "shop/webhooks.html",
        frame("shop", "account", answer.data, answer.problems),
        {
            "webhooks": webhooks,
            "events": EVENTS,
            "form": held,
            "created": created,
        },
        status=200 if held.is_good else 422,
    )


async def create_webhook(request: Request) -> Response:
    form = await Form.read(request)
    form.require({"url": "the address that is to be called"})
    if not form.is_good:
        return await show_webhooks(request, form=form)
    variables: dict[str, Any] = {
        "url": form.text("url"),
        "description": form.text("description"),
        "events": [event for event in EVENTS if form.text(event)],
    }
    variables["key"] = command_key(form.text(FIELD), variables)
    data = await console(request).gateway.attempt(request, documents.CREATE_WEBHOOK, variables)
    if isinstance(data, Problem):
        form.refuse(data, ("url",))
        return await show_webhooks(request, form=form)
    return await show_webhooks(request, created=data["createWebhook"])


async def show_webhook(
    request: Request, *, secret: str | None = None, deleting: bool = False
) -> Response:
    """One of them, with what was sent; ``secret`` is a new one, shown this once."""
    variables = {"after": request.query_params.get("after")}
    answer = await console(request).gateway.query(request, documents.WEBHOOK, variables)
    webhooks = answer.part("webhooks")
    wanted = request.path_params["webhook"]
    webhook = next((one for one in webhooks if one["id"] == wanted), None)
    if webhook is None:
        raise Problem("NOT_FOUND", "There is no such webhook. It may have been deleted.")
    return console(request).pages.render(
        request,
        "shop/webhook.html",
        frame("shop", "account", answer.data, answer.problems),
        {"webhook": webhook, "events": EVENTS, "secret": secret, "deleting": deleting},
    )


async def change_webhook(request: Request) -> Response:
    """Test, enable or disable it."""
    webhook, change = request.path_params["webhook"], request.path_params["change"]
    if change not in _CHANGES:
        raise HTTPException(404)
    document, words = _CHANGES[change]
    await console(request).gateway.command(request, document, {"id": webhook})
    return on_to(f"/account/webhooks/{webhook}", words, "note")


async def rotate_secret(request: Request) -> Response:
    form = await Form.read(request)
    variables: dict[str, Any] = {"id": request.path_params["webhook"]}
    variables["key"] = command_key(form.text(FIELD), variables)
    data = await console(request).gateway.command(request, documents.ROTATE_WEBHOOK, variables)
    return await show_webhook(request, secret=data["rotateWebhookSecret"]["secret"])


async def ask_delete(request: Request) -> Response:
    return await show_webhook(request, deleting=True)


async def delete_webhook(request: Request) -> Response:
    variables = {"id": request.path_params["webhook"]}
    await console(request).gateway.command(request, documents.DELETE_WEBHOOK, variables)
    return on_to("/account/webhooks", "The webhook is deleted.", "note")


async def send_again(request: Request) -> Response:
    variables = {"id": request.path_params["delivery"]}
    await console(request).gateway.command(request, documents.RESEND_WEBHOOK, variables)
    return on_to(
        f"/account/webhooks/{request.path_params['webhook']}",
        "It is sent again, with the same id.",
        "note",
    )
