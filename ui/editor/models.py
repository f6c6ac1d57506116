"""One model: what it looks like, how it is to be made, what it costs."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui.configuration import Configuration, configuration
from ui.console import console
from ui.editor import documents
from ui.editor.laying import laying
from ui.editor.orientation import sizes, turned_box
from ui.flash import on_to
from ui.formats import link
from ui.forms import Form
from ui.frame import frame
from ui.pages import target
from ui.problems import Problem
from ui.quoting import explain, quote, with_address
from ui.repetition import FIELD, command_key


async def show_model(
    request: Request, *, asking: bool = False, problem: Problem | None = None
) -> Response:
    """The model with its price for the choices in the query; ``asking`` opens the question
    whether to delete it."""
    model_id = request.path_params["model"]
    answer = await console(request).gateway.query(request, documents.MODEL, {"id": model_id})
    model, materials = answer.subject("model", "model"), answer.data["materials"]
    report = model["report"]
    chosen = found = lies = None
    if model["status"] == "READY" and report and materials:
        chosen = configuration(
            request.query_params, materials, answer.data["leadTimes"], units=report["units"]
        )
        if "turn" in request.query_params and target(request) is None:
            return RedirectResponse(link(f"/editor/{model_id}", **chosen.query()), 303)
        found = await quote(request, model_id, chosen)
        if found["status"] == "READY":
            lies = await laying(request, model_id, chosen)
    context = {
        "model": model,
        "materials": materials or [],
        "lead_times": answer.data["leadTimes"] or [],
        "chosen": chosen,
        "quote": found,
        "laying": lies,
        "explained": explain(found) if found else None,
        "address": f"/editor/{model_id}",
        "asks_units": bool(chosen and not report["unitsCertain"] and not chosen.units_chosen),
        "box": _box(report, chosen),
        "sizes": sizes(report["boxMm"], report["units"]) if report else {},
        "asking": asking and model["mine"],
        "refused": problem.message if problem else None,
    }
    around = frame("editor", "upload", answer.data, answer.problems)
    status = problem.status if problem else 200
    response = console(request).pages.render(
        request, "editor/model.html", around, context, status=status
    )
    return with_address(request, response, f"/editor/{model_id}", chosen)


async def repair_model(request: Request) -> Response:
    """Accept the repair that the check offers, and go to the model that it gives."""
    model_id, form = request.path_params["model"], await Form.read(request)
    variables = {"id": model_id, "key": command_key(form.text(FIELD), {"id": model_id})}
    data = await console(request).gateway.attempt(request, documents.REPAIR_MODEL, variables)
    if isinstance(data, Problem):
        return await show_model(request, problem=data)
    return on_to(
        f"/editor/{data['repairModel']['id']}",
        "The part is being repaired. The original stays as it is.",
    )


async def ask_delete(request: Request) -> Response:
    return await show_model(request, asking=True)


async def delete_model(request: Request) -> Response:
    done = await console(request).gateway.attempt(
        request, documents.DELETE_MODEL, {"id": request.path_params["model"]}
    )
    if isinstance(done, Problem):
        return await show_model(request, problem=done)
    return on_to("/editor", "The model is deleted.", "note")


def _box(report: dict[str, Any] | None, chosen: Configuration | None) -> list[float] | None:
    if report is None or chosen is None:
        return None
    return turned_box(
        report["boxMm"],
        guessed=report["units"],
        units=chosen.units,
        scale=chosen.scale,
        rotation=chosen.rotation,
    )
