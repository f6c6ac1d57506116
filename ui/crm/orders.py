"""Any order: found, followed step by step, and told when it is stuck."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ui.console import console
from ui.crm import documents
from ui.flash import on_to
from ui.frame import frame
from ui.problems import Problem
from ui.states import OPEN_ORDER, ORDER

TABS: dict[str, tuple[str, ...]] = {
    "": (),
    "open": OPEN_ORDER,
    "unplaced": ("DRAFT", "PRICING", "PRICED", "NEEDS_ATTENTION"),
    "problem": ("PROBLEM", "NEEDS_ATTENTION"),
    "done": ("DELIVERED", "CLOSED"),
    "ended": ("REJECTED", "CANCELLED", "EXPIRED"),
}


async def show_orders(request: Request) -> Response:
    show = request.query_params.get("show", "")
    states = (show,) if show in ORDER else TABS.get(show, ())
    variables = {
        "states": list(states) or None,
        "search": request.query_params.get("search") or None,
        "after": request.query_params.get("after"),
    }
    answer = await console(request).gateway.query(request, documents.ORDERS, variables)
    orders = answer.part("orders")
    return console(request).pages.render(
        request,
        "crm/orders.html",
        frame("crm", "orders", answer.data, answer.problems),
        {"orders": orders, "show": show if states else ""},
    )


async def show_journey(request: Request, *, problem: Problem | None = None) -> Response:
    variables = {"id": request.path_params["order"]}
    answer = await console(request).gateway.query(request, documents.JOURNEY, variables)
    order = answer.subject("order", "order")
    return console(request).pages.render(
        request,
        "crm/journey.html",
        frame("crm", "orders", answer.data, answer.problems),
        {
            "order": order,
            "steps": [_step(entry) for entry in order["journey"] or ()],
            "refused": problem.message if problem else None,
        },
        status=problem.status if problem else 200,
    )


async def retry_pricing(request: Request) -> Response:
    """Have a price that nobody could compute computed once more."""
    variables = {"id": request.path_params["job"]}
    done = await console(request).gateway.attempt(request, documents.RETRY_PRICING, variables)
    if isinstance(done, Problem):
        return await show_journey(request, problem=done)
    return on_to(
        f"/crm/orders/{request.path_params['order']}", "The price is being computed again."
    )


async def show_stuck(request: Request) -> Response:
    answer = await console(request).gateway.query(request, documents.STUCK)
    stuck = answer.part("stuckOrders")
    return console(request).pages.render(
        request,
        "crm/stuck.html",
        frame("crm", "stuck", answer.data, answer.problems),
        {"stuck": stuck},
    )


def _step(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": entry["summary"],
        "tag": f"{entry['service']} · {entry['event']}",
        "delta": entry["secondsSincePrevious"],
        "text": None,
        "at": entry["at"],
        "by": entry["actor"],
    }
