"""The reviews that wait for a decision, and deciding one."""

from starlette.requests import Request
from starlette.responses import Response

from ui.breakdown import breakdowns, sums
from ui.console import console
from ui.crm import documents
from ui.flash import on_to
from ui.forms import Form
from ui.frame import frame
from ui.problems import Problem
from ui.states import REVIEW


async def show_reviews(request: Request) -> Response:
    """Pending ones unless the query says another state, or ``ALL``."""
    wanted = request.query_params.get("state", "PENDING")
    state = wanted if wanted in REVIEW else None
    least = request.query_params.get("min", "").replace(",", ".")
    variables = {
        "state": state,
        "search": request.query_params.get("search") or None,
        "minTotal": _minor_units(least),
        "after": request.query_params.get("after"),
    }
    answer = await console(request).gateway.query(request, documents.REVIEWS, variables)
    reviews = answer.part("reviews")
    return console(request).pages.render(
        request,
        "crm/reviews.html",
        frame("crm", "reviews", answer.data, answer.problems),
        {"reviews": reviews, "state": state or "ALL"},
    )


async def show_review(
    request: Request,
    *,
    asking: bool = False,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response:
    """The review with all that a decision needs; ``asking`` opens the rejection's reason."""
    variables = {"id": request.path_params["review"]}
    answer = await console(request).gateway.query(request, documents.REVIEW, variables)
    review = answer.subject("review", "review")
    held = form or Form()
    return console(request).pages.render(
        request,
        "crm/review.html",
        frame("crm", "reviews", answer.data, answer.problems),
        {
            "review": review,
            "order": review["order"],
            "breakdowns": breakdowns(review["order"]),
            "sums": sums(review["order"]),
            "asking": asking,
            "form": held,
            "refused": problem.message if problem else None,
        },
        status=problem.status if problem else 200 if held.is_good else 422,
    )


async def ask_reject(request: Request) -> Response:
    return await show_review(request, asking=True)


async def approve(request: Request) -> Response:
    form = await Form.read(request)
    variables = {"id": request.path_params["review"], "note": form.text("note") or None}
    done = await console(request).gateway.attempt(request, documents.APPROVE, variables)
    if isinstance(done, Problem):
        return await show_review(request, problem=done)
    return on_to("/crm", "Approved. The order is on its way to the operators.")


async def reject(request: Request) -> Response:
    form = await Form.read(request)
    form.require({"reason": "the reason; the customer reads it"})
    if not form.is_good:
        return await show_review(request, asking=True, form=form)
    variables = {"id": request.path_params["review"], "reason": form.text("reason")}
    done = await console(request).gateway.attempt(request, documents.REJECT, variables)
    if isinstance(done, Problem):
        return await show_review(request, problem=done)
    return on_to("/crm", "Rejected. The customer gets a mail with your reason.", "note")


def _minor_units(text: str) -> int | None:
    """An amount as typed, in cents; what is not a number filters nothing."""
    try:
        return round(float(text) * 100) if text else None
    except (ValueError, OverflowError):
        return None
