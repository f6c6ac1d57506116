"""A person's own orders, and one of them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ui.asked import asked
from ui.breakdown import breakdowns, sums
from ui.console import console
from ui.flash import on_to
from ui.forms import Form, written
from ui.frame import frame
from ui.problems import Problem
from ui.shop import documents
from ui.shop.basket import ADDRESS
from ui.states import OPEN_ORDER, ORDER, look

TABS: dict[str, tuple[str, ...]] = {
    "": (),
    "open": OPEN_ORDER,
    "done": ("DELIVERED", "CLOSED"),
    "drafts": ("DRAFT", "PRICING", "PRICED", "NEEDS_ATTENTION"),
    "ended": ("REJECTED", "CANCELLED", "EXPIRED"),
}


async def show_orders(request: Request) -> Response:
    tab = request.query_params.get("show", "")
    states = TABS.get(tab, ())
    variables = {
        "states": list(states) or None,
        "after": request.query_params.get("after"),
    }
    answer = await console(request).gateway.query(request, documents.ORDERS, variables)
    orders = answer.part("myOrders")
    return console(request).pages.render(
        request,
        "shop/orders.html",
        frame("shop", "orders", answer.data, answer.problems),
        {"orders": orders, "tab": tab if tab in TABS else ""},
    )


async def show_order(
    request: Request, *, asking: bool = False, problem: Problem | None = None
) -> Response:
    """The order; ``asking`` opens the question whether to cancel it."""
    variables = {"id": request.path_params["order"]}
    answer = await console(request).gateway.query(request, documents.ORDER, variables)
    order = answer.subject("order", "order")
    return console(request).pages.render(
        request,
        "shop/order.html",
        frame("shop", "orders", answer.data, answer.problems),
        {
            "order": order,
            "breakdowns": breakdowns(order),
            "sums": sums(order),
            "asked": asked(order),
            "steps": [_step(entry) for entry in order["history"]],
            "asking": asking,
            "refused": problem.message if problem else None,
        },
        status=problem.status if problem else 200,
    )


async def ask_cancel(request: Request) -> Response:
    return await show_order(request, asking=True)


async def cancel_order(request: Request) -> Response:
    form = await Form.read(request)
    order = request.path_params["order"]
    done = await console(request).gateway.attempt(
        request, documents.CANCEL, {"id": order, "reason": form.text("reason") or None}
    )
    if isinstance(done, Problem):
        return await show_order(request, problem=done)
    return on_to(f"/orders/{order}", "The order is cancelled.", "note")


async def place_order(request: Request) -> Response:
    """A partner accepts the price of an order that did not place itself."""
    form = await Form.read(request)
    order, accepted = request.path_params["order"], written(form.text("acceptedTotal"))
    if accepted is None:
        raise Problem("INVALID", "The order has no price yet. Wait for it, then place the order.")
    variables = {
        "order": order,
        "address": {name: form.text(name) for name in ADDRESS},
        "total": accepted,
    }
    done = await console(request).gateway.attempt(request, documents.PLACE, variables)
    if isinstance(done, Problem):
        return await show_order(request, problem=done)
    return on_to(f"/orders/{order}", "The order is placed.")


def _step(entry: dict[str, Any]) -> dict[str, Any]:
    note = entry["note"] or ""
    return {
        "title": look(ORDER, entry["to"]).words,
        "tag": None,
        "delta": None,
        "text": note[:1].upper() + note[1:],
        "at": entry["at"],
        "by": None,
    }
