"""What a person sets for their own browser, and the list of keys."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ui.console import console
from ui.forms import Form
from ui.frame import frame
from ui.session import safe_return

YEAR = 365 * 24 * 3600


async def choose_theme(request: Request) -> Response:
    form = await Form.read(request)
    response = RedirectResponse(safe_return(_came_from(request)), 303)
    if form.text("theme") in ("light", "dark"):
        response.set_cookie("partline_theme", form.text("theme"), max_age=YEAR, samesite="lax")
    return response


async def show_help(request: Request) -> Response:
    return console(request).pages.render(
        request,
        "components/help.html",
        frame("shop", ""),
        {"back": safe_return(_came_from(request))},
    )


def _came_from(request: Request) -> str | None:
    came_from = request.headers.get("hx-current-url") or request.headers.get("referer")
    if came_from is None:
        return None
    without_origin = came_from.split("://", 1)[-1]
    return "/" + without_origin.partition("/")[2]


ROUTES = [
    Route("/theme", choose_theme, methods=["POST"]),
    Route("/help", show_help),
]
