"""One work order: its page, its row on the board, and what an operator does with it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui.console import console
from ui.document import Document
from ui.flash import Flash, remember
from ui.forms import Form
from ui.frame import frame
from ui.operator import documents
from ui.pages import target
from ui.problems import Missing, Problem

DONE = {
    "claim": "It is yours. Nobody else can claim it now.",
    "release": "It is back on the board.",
    "start": "Production has started.",
    "resume": "Production goes on.",
    "finish": "Made. The pay is booked; ship it next.",
    "deliver": "Delivered. The order is done.",
}
KINDS = ("REWORK", "SCRAP")


async def show_work(
    request: Request,
    *,
    asking: str = "",
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response:
    """The page, or only its row when a row asks for itself. ``asking`` names the open dialog."""
    if (target(request) or "").startswith("row-"):
        return await _show_row(request, problem)
    work, data, problems = await _work(request, documents.WORK)
    held = form or Form()
    return console(request).pages.render(
        request,
        "operator/work.html",
        frame("operator", "board", data, problems),
        {
            "work": work,
            "asking": asking,
            "form": held,
            "kinds": KINDS,
            "refused": problem.message if problem else None,
        },
        status=problem.status if problem else 200 if held.is_good else 422,
    )


async def show_label(request: Request) -> Response:
    """The address alone, made to be printed and put on the parcel."""
    work, data, problems = await _work(request, documents.WORK)
    around = frame("operator", "board", data, problems)
    return console(request).pages.render(request, "operator/label.html", around, {"work": work})


async def ask_problem(request: Request) -> Response:
    return await show_work(request, asking="problem")


async def ask_ship(request: Request) -> Response:
    return await show_work(request, asking="ship")


async def act(request: Request) -> Response:
    """The steps that need no more than a press. Who loses a race sees the fresh state and why."""
    action = request.path_params["action"]
    document = documents.MUTATIONS.get(action)
    if document is None:
        raise Missing("action")
    return await _command(request, document, {}, Flash(DONE[action]))


async def report_problem(request: Request) -> Response:
    form = await Form.read(request)
    form.require({"reason": "what is wrong"})
    kind = form.text("kind")
    if kind not in KINDS:
        form.errors["kind"] = "Choose what happens to the part."
    if not form.is_good:
        return await show_work(request, asking="problem", form=form)
    said = "Back on the board, to be made anew." if kind == "SCRAP" else "Noted. Go on when ready."
    variables = {"kind": kind, "reason": form.text("reason")}
    return await _command(request, documents.REPORT, variables, Flash(said, "note"))


async def ship(request: Request) -> Response:
    form = await Form.read(request)
    form.require({"carrier": "the carrier", "tracking": "the tracking number"})
    if not form.is_good:
        return await show_work(request, asking="ship", form=form)
    variables = {"carrier": form.text("carrier"), "tracking": form.text("tracking")}
    flash = Flash("Shipped. The pay is booked and the customer gets a mail.")
    return await _command(request, documents.SHIP, variables, flash)


async def _command(
    request: Request, document: Document, variables: dict[str, Any], flash: Flash
) -> Response:
    work_id = request.path_params["work"]
    done = await console(request).gateway.attempt(request, document, {"id": work_id, **variables})
    if isinstance(done, Problem):
        return await show_work(request, problem=done)
    response = RedirectResponse(f"/operator/work/{work_id}", 303)
    remember(response, flash)
    return response


async def _show_row(request: Request, problem: Problem | None) -> Response:
    work, data, problems = await _work(request, documents.ROW)
    return console(request).pages.fragment(
        request,
        "operator/row.html",
        frame("operator", "board", data, problems),
        {"work": work, "rows_live": "after=" in request.headers.get("hx-current-url", "")},
        status=problem.status if problem else 200,
        flash=Flash(problem.message, "bad") if problem else None,
    )


async def _work(
    request: Request, document: Document
) -> tuple[dict[str, Any], dict[str, Any], tuple[Problem, ...]]:
    variables = {"id": request.path_params["work"]}
    answer = await console(request).gateway.query(request, document, variables)
    return answer.subject("workOrder", "work order"), answer.data, answer.problems
