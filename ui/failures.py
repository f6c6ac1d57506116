"""The pages for what did not work, each with its right status and a way on."""

from collections.abc import Mapping
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui.console import console
from ui.documents import ME
from ui.flash import Flash
from ui.frame import frame
from ui.pages import is_live, target
from ui.problems import GatewayUnavailable, Problem
from ui.session import sign_in_url

log = structlog.get_logger("ui")

NEEDED = {"crm": "CRM or manager", "operator": "operator or manager"}
MANAGERS_ALONE = ("/crm/delivery", "/crm/pricebook")
WAIT_SECONDS = 5


async def on_problem(request: Request, error: Exception) -> Response:
    problem = error if isinstance(error, Problem) else Problem("INTERNAL", str(error))
    if problem.needs_sign_in:
        return _to_sign_in(request)
    person = await _person(request)
    if problem.is_refusal:
        if person.get("me") is None:
            return _to_sign_in(request)
        context = {"needed": _needed(request), "message": problem.message}
        return _page(request, "components/forbidden.html", 403, context, person)
    if problem.is_missing:
        context = {"message": problem.message}
        return _page(request, "components/missing.html", 404, context, person)
    if problem.status == 503:
        return _unavailable(request, problem.message, person)
    if problem.status >= 500:
        log.warning("page failed", path=request.url.path, code=problem.code, why=problem.message)
    context = {"message": problem.message, "code": problem.code}
    return _page(request, "components/refused.html", problem.status, context, person)


async def on_unavailable(request: Request, error: Exception) -> Response:
    return _unavailable(request, str(error))


def _unavailable(request: Request, why: str, person: Mapping[str, Any] | None = None) -> Response:
    log.warning("page cannot be shown now", path=request.url.path, why=why)
    response = _page(request, "components/unavailable.html", 503, {"wait": WAIT_SECONDS}, person)
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    if request.method == "GET" and target(request) is None:
        response.headers["Refresh"] = str(WAIT_SECONDS)
    return response


async def on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    person = {} if request.url.path.startswith("/static/") else await _person(request)
    if status == 404:
        message = "There is nothing at this address. It may have been mistyped."
        return _page(request, "components/missing.html", 404, {"message": message}, person)
    message = "This address does not take that kind of request. Go back and use the page's buttons."
    if isinstance(error, HTTPException) and status != 405:
        message = error.detail
    context = {"message": message, "code": ""}
    return _page(request, "components/refused.html", status, context, person)


def _to_sign_in(request: Request) -> Response:
    url = sign_in_url(request)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)


async def _person(request: Request) -> dict[str, Any]:
    try:
        return (await console(request).gateway.query(request, ME)).data
    except (Problem, GatewayUnavailable) as error:
        log.info("could not tell who is asking", why=str(error))
        return {}


def _page(
    request: Request,
    template: str,
    status: int,
    context: Mapping[str, Any],
    person: Mapping[str, Any] | None = None,
) -> Response:
    wanted = target(request)
    pages, around = console(request).pages, frame(_console(request), "", person)
    if wanted is not None and wanted != "main":
        # A small part failed: it stays as it was, and only a person who asked is told.
        text = str(context.get("message") or "Partline cannot be reached. Try again in a moment.")
        said = None if is_live(request) else Flash(text, "bad")
        response = pages.fragment(
            request, "components/nothing.html", around, {}, status=status, flash=said
        )
        response.headers["HX-Reswap"] = "none"
        return response
    return pages.render(request, template, around, context, status=status)


def _console(request: Request) -> str:
    first = request.url.path.split("/")[1]
    return first if first in ("editor", "crm", "operator") else "shop"


def _needed(request: Request) -> str | None:
    managers_alone = request.url.path.startswith(MANAGERS_ALONE)
    return "manager" if managers_alone else NEEDED.get(_console(request))


HANDLERS: dict[Any, Any] = {
    Problem: on_problem,
    GatewayUnavailable: on_unavailable,
    HTTPException: on_http,
}
