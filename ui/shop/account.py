"""A person's account; partners find their API keys here."""

from starlette.requests import Request
from starlette.responses import Response

from ui.console import console
from ui.documents import ME
from ui.flash import on_to
from ui.forms import Form
from ui.frame import frame
from ui.problems import Problem
from ui.repetition import FIELD, command_key
from ui.shop import documents


async def show_account(
    request: Request, *, form: Form | None = None, created: str | None = None
) -> Response:
    """``created`` is a key just made: it is shown this once and kept nowhere."""
    me = (await console(request).gateway.query(request, ME)).data["me"]
    if me is None:
        raise Problem("SIGN_IN_REQUIRED", "Sign in to see your account.")
    partner = "PARTNER" in me["roles"]
    answer = await console(request).gateway.query(request, documents.ACCOUNT, {"partner": partner})
    held = form or Form()
    return console(request).pages.render(
        request,
        "shop/account.html",
        frame("shop", "account", answer.data, answer.problems),
        {
            "partner": partner,
            "keys": answer.data.get("apiKeys") or [],
            "mails": answer.data["myNotifications"] or [],
            "form": held,
            "created": created,
            "public_url": console(request).public_url.rstrip("/"),
        },
        status=200 if held.is_good else 422,
    )


async def create_key(request: Request) -> Response:
    form = await Form.read(request)
    form.require({"name": "a name that tells you where the key is used"})
    if not form.is_good:
        return await show_account(request, form=form)
    name = form.text("name")
    key = command_key(form.text(FIELD), {"name": name})
    data = await console(request).gateway.attempt(
        request, documents.CREATE_KEY, {"name": name, "key": key}
    )
    if isinstance(data, Problem):
        form.refuse(data, ("name",))
        return await show_account(request, form=form)
    return await show_account(request, created=data["createApiKey"]["key"])


async def revoke_key(request: Request) -> Response:
    variables = {"id": request.path_params["key"]}
    data = await console(request).gateway.command(request, documents.REVOKE_KEY, variables)
    name = data["revokeApiKey"]["name"]
    return on_to("/account", f"The key “{name}” no longer works.", "note")
