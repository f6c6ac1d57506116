"""The orders whose price a person makes, and making one or declining to."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ui.asked import FOR_A_PERSON
from ui.console import console
from ui.crm.offers import documents
from ui.flash import on_to
from ui.forms import LARGEST_INT, Form, written
from ui.frame import frame
from ui.money import minor_units
from ui.problems import Missing, Problem
from ui.repetition import FIELD, command_key

OFFERS = "/crm/offers"
_FIELD = "net-"
_CHANGED = "The customer has changed this order since: what is asked here is void."
_AMOUNT = "Enter an amount above 0 before tax, such as 420.00."


async def show_offers(request: Request) -> Response:
    """Those that wait, newest first."""
    variables = {"after": request.query_params.get("after")}
    answer = await console(request).gateway.query(request, documents.OFFERS, variables)
    offers = answer.part("offersToMake")
    return console(request).pages.render(
        request,
        "crm/offers.html",
        frame("crm", "offers", answer.data, answer.problems),
        {
            "offers": offers,
            "void": {node["orderId"]: why_void(node["order"], node) for node in offers["nodes"]},
        },
    )


async def show_offer(
    request: Request,
    *,
    asking: bool = False,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response:
    """What is asked, with all that a price needs; ``asking`` opens the question why not."""
    variables = {"id": request.path_params["order"]}
    answer = await console(request).gateway.query(request, documents.OFFER, variables)
    order = answer.subject("order", "order")
    offer = order["offer"]
    if offer is None:
        raise answer.problems[0] if answer.problems else Missing("offer")
    held = form or Form()
    return console(request).pages.render(
        request,
        "crm/offer.html",
        frame("crm", "offers", answer.data, answer.problems),
        {
            "order": order,
            "offer": offer,
            "parts": {line["id"]: line for line in order["lines"]},
            "void": why_void(order, offer),
            "asking": asking,
            "form": held,
            "refused": problem.message if problem and not held.errors else None,
        },
        status=problem.status if problem else 200 if held.is_good else 422,
    )


async def ask_decline(request: Request) -> Response:
    return await show_offer(request, asking=True)


async def make(request: Request) -> Response:
    """Gives the order its price; what is wrong comes back on its field."""
    form = await Form.read(request)
    form.require({"reason": "what the price is made of; the customer reads it"})
    amounts = []
    for name in (name for name in form.values if name.startswith(_FIELD)):
        net = minor_units(form.text(name))
        if net is None or not 0 < net <= LARGEST_INT:
            form.errors[name] = _AMOUNT
        else:
            amounts.append({"lineId": name.removeprefix(_FIELD), "net": net})
    if not form.is_good:
        return await show_offer(request, form=form)
    variables = {**_sent(request, form), "amounts": amounts, "reason": form.text("reason")}
    key = command_key(form.text(FIELD), variables)
    done = await console(request).gateway.attempt(
        request, documents.MAKE, {**variables, "key": key}
    )
    if isinstance(done, Problem):
        _put_on_fields(form, done)
        return await show_offer(request, form=form, problem=done)
    return on_to(OFFERS, "The price is with the customer. They place the order when they like it.")


async def decline(request: Request) -> Response:
    """Makes no price; the customer reads why."""
    form = await Form.read(request)
    form.require({"why": "the reason; the customer reads it"})
    if not form.is_good:
        return await show_offer(request, asking=True, form=form)
    variables = {**_sent(request, form), "reason": form.text("why")}
    key = command_key(form.text(FIELD), variables)
    done = await console(request).gateway.attempt(
        request, documents.DECLINE, {**variables, "key": key}
    )
    if isinstance(done, Problem):
        return await show_offer(request, form=form, problem=done)
    return on_to(OFFERS, "Declined. The customer gets a mail with your reason.", "note")


def why_void(order: dict[str, Any] | None, offer: dict[str, Any]) -> str | None:
    """Why a price would be of no use; None while one is wanted. The shop may know before mes."""
    if offer["state"] == "VOID":
        return f"{offer['reason'] or _CHANGED.rstrip('.')}."
    if offer["state"] != "WAITING" or order is None:
        return None
    if order["revision"] > offer["revision"]:
        return _CHANGED
    problem = order["problem"]
    if order["state"] == "NEEDS_ATTENTION" and problem and problem["code"] != FOR_A_PERSON:
        return f"A price is of no use before this is mended: {problem['message']}"
    return None


def _sent(request: Request, form: Form) -> dict[str, Any]:
    """The order of the address, and the revision that the form was made for."""
    return {
        "order": request.path_params["order"],
        "revision": written(form.text("revision")) or 0,
    }


def _put_on_fields(form: Form, problem: Problem) -> None:
    wrong = problem.details.get("problems")
    for line, sentence in (wrong if isinstance(wrong, dict) else {}).items():
        if f"{_FIELD}{line}" in form.values:
            form.errors[f"{_FIELD}{line}"] = str(sentence)
    if problem.code == "REASON":
        form.errors["reason"] = problem.message
