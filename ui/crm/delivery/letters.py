"""Dead letters that are alike, one letter, and what a manager does with them."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.settings import SERVICES
from ui.console import console
from ui.crm.delivery import documents
from ui.crm.delivery.acts import deeds
from ui.flash import Flash, remember
from ui.formats import link, many
from ui.forms import Form
from ui.frame import frame
from ui.problems import Missing, Problem

_FILTERS = ("consumer", "type", "error")
_Page = Callable[..., Awaitable[Response]]
_TOO_LATE = "There was nothing left to do: it was done already, by you or by somebody else."


async def show_letters(
    request: Request, *, asking: str = "", form: Form | None = None, problem: str | None = None
) -> Response:
    """The letters of a service that the query chooses; ``asking`` opens the dialog of an act."""
    service = _service(request)
    chosen = _chosen(request)
    variables = {
        **chosen,
        "discarded": request.query_params.get("discarded") == "1",
        "after": request.query_params.get("after"),
    }
    answer = await console(request).gateway.query(request, documents.LETTERS[service], variables)
    standing = answer.subject(f"{service}Delivery", "service")
    held = form or Form()
    return console(request).pages.render(
        request,
        "crm/delivery_letters.html",
        frame("crm", "delivery", answer.data, answer.problems),
        {
            "service": service,
            "letters": standing["deadLetters"],
            "chosen": chosen,
            "open": sum(
                group["count"]
                for group in standing["deadLetterGroups"]
                if all(value in (None, group[name]) for name, value in chosen.items())
            ),
            "discarded": variables["discarded"],
            "asking": asking,
            "form": held,
            "refused": problem,
        },
        status=200 if held.is_good and problem is None else 422,
    )


async def show_letter(
    request: Request, *, asking: str = "", form: Form | None = None, problem: str | None = None
) -> Response:
    """One letter with all that a decision needs."""
    service = _service(request)
    variables = {"consumer": request.path_params["consumer"], "event": request.path_params["event"]}
    answer = await console(request).gateway.query(request, documents.LETTER[service], variables)
    standing = answer.subject(f"{service}Delivery", "service")
    letter = standing["deadLetter"]
    if letter is None:
        raise Missing("dead letter")
    held = form or Form()
    return console(request).pages.render(
        request,
        "crm/delivery_letter.html",
        frame("crm", "delivery", answer.data, answer.problems),
        {
            "service": service,
            "letter": letter,
            "address": _address(request),
            "deeds": deeds({service: standing["acts"]}),
            "asking": asking if letter["state"] == "DEAD" else "",
            "form": held,
            "refused": problem,
        },
        status=200 if held.is_good and problem is None else 422,
    )


async def ask(request: Request) -> Response:
    """The dialog of an act, with an address of its own."""
    act = request.url.path.rpartition("/")[2]
    return await _page(request)(request, asking=act)


async def redrive(request: Request) -> Response:
    service = _service(request)
    done = await console(request).gateway.attempt(
        request, documents.REDRIVE[service], _wanted(request)
    )
    if isinstance(done, Problem):
        return await _page(request)(request, problem=done.message)
    return _after(
        request, done[f"{service}Redrive"], "is on its way again", "are on their way again"
    )


async def discard(request: Request) -> Response:
    service, form = _service(request), await Form.read(request)
    form.require({"reason": "the reason; it stays with the letter"})
    if not form.is_good:
        return await _page(request)(request, asking="discard", form=form)
    variables = {**_wanted(request), "reason": form.text("reason")}
    done = await console(request).gateway.attempt(request, documents.DISCARD[service], variables)
    if isinstance(done, Problem):
        form.refuse(done, ("reason",))
        return await _page(request)(request, asking="discard", form=form)
    return _after(request, done[f"{service}Discard"], "is discarded", "are discarded")


def _service(request: Request) -> str:
    service: str = request.path_params["service"]
    if service not in SERVICES:
        raise Missing("service")
    return service


def _chosen(request: Request) -> dict[str, str | None]:
    return {name: request.query_params.get(name) or None for name in _FILTERS}


def _page(request: Request) -> _Page:
    return show_letter if "event" in request.path_params else show_letters


def _address(request: Request) -> str:
    """The page of the letter, or of the letters, without the act behind it."""
    parts = request.path_params
    if "event" in parts:
        return f"/crm/delivery/{parts['service']}/{parts['consumer']}/{parts['event']}"
    return f"/crm/delivery/{parts['service']}"


def _wanted(request: Request) -> dict[str, Any]:
    parts = request.path_params
    if "event" in parts:
        key = {"consumer": parts["consumer"], "eventId": parts["event"]}
        return {"letters": [key], "group": None}
    chosen = _chosen(request)
    if chosen["consumer"] is None:
        raise Missing("group of letters")
    return {"letters": None, "group": chosen}


def _after(request: Request, done: dict[str, int], one: str, more: str) -> Response:
    count, left = done["letters"], done["left"]
    one_letter = "event" in request.path_params
    flash = Flash(_TOO_LATE, "note")
    if count:
        text = f"{many(count, 'letter')} {one if count == 1 else more}."
        flash = Flash(text + (f" {left:,} more are left: do it once more." if left else ""))
    to = _address(request) if one_letter or left else "/crm/delivery"
    response = RedirectResponse(link(to, **_chosen(request)) if left else to, 303)
    remember(response, flash)
    return response


ACTS: dict[str, _Page] = {"redrive": redrive, "discard": discard}
