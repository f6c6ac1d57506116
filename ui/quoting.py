"""Asking what a part costs; used by the shop's product page and the editor."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ui.breakdown import Explained, explained
from ui.configuration import Configuration
from ui.console import console
from ui.documents import QUOTE
from ui.formats import link
from ui.pages import is_live, target
from ui.problems import Problem


async def quote(request: Request, model_id: str, chosen: Configuration) -> dict[str, Any]:
    """The price, or how far it is; a refusal of pricing becomes a quote that says why."""
    try:
        data = await console(request).gateway.command(
            request, QUOTE, {"input": chosen.line(model_id)}
        )
    except Problem as problem:
        if problem.needs_sign_in or problem.is_refusal:
            raise
        return {
            "status": "UNAVAILABLE",
            "problem": {"code": problem.code, "message": problem.message},
        }
    found: dict[str, Any] = data["requestQuote"]
    return found


def explain(found: dict[str, Any]) -> Explained | None:
    """The quote's breakdown, if it has come to one."""
    lines = found.get("breakdown") or []
    return explained(lines, found.get("unit"), found.get("total")) if lines else None


def with_address(
    request: Request, response: Response, path: str, chosen: Configuration | None
) -> Response:
    """Keeps the choices in the browser's address when only a part of the page was replaced."""
    if chosen is not None and target(request) in ("configure", "quote") and not is_live(request):
        response.headers["HX-Replace-Url"] = link(path, **chosen.query())
    return response
