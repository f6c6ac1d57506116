"""The basket: the order that is not placed yet, its lines and its address."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui.asked import asked
from ui.breakdown import sums
from ui.configuration import LARGEST_QUANTITY, STANDARD
from ui.console import console
from ui.flash import Flash, Undo, on_to, remember
from ui.forms import Form, written
from ui.frame import frame
from ui.problems import Missing, Problem
from ui.repetition import FIELD, command_key, form_key
from ui.shop import documents

ADDRESS = {
    "name": "the name of who receives it",
    "street": "the street and number",
    "postalCode": "the postal code",
    "city": "the city",
    "country": "the country",
}


async def show_basket(
    request: Request, *, form: Form | None = None, problem: Problem | None = None
) -> Response:
    answer = await console(request).gateway.query(request, documents.BASKET)
    basket = answer.data["basket"]
    around = frame("shop", "basket", answer.data, answer.problems)
    if form is None:
        known = (basket or {}).get("shippingAddress") or {}
        name = around.person.name if around.person else ""
        form = Form({"name": name, **{key: value or "" for key, value in known.items()}})
    status = problem.status if problem else 200 if form.is_good else 422
    return console(request).pages.render(
        request,
        "shop/basket.html",
        around,
        {
            "basket": basket,
            "materials": answer.data["materials"] or [],
            "lead_times": answer.data["leadTimes"] or [],
            "sums": sums(basket) if basket else [],
            "asked": asked(basket),
            "form": form,
            "refused": problem.message if problem else None,
            "largest_quantity": LARGEST_QUANTITY,
        },
        status=status,
    )


async def add_line(request: Request) -> Response:
    """Adds what the product or editor form describes; a refusal shows in the basket."""
    form = await Form.read(request)
    line = _line(form.values)
    key = command_key(form.text(FIELD), line)
    done = await console(request).gateway.attempt(
        request, documents.ADD_LINE, {"line": line, "key": key}
    )
    if isinstance(done, Problem):
        return await show_basket(request, problem=done)
    return on_to("/basket", f"{form.text('fileName') or 'The part'} is in your basket.")


async def change_line(request: Request) -> Response:
    form = await Form.read(request)
    change: dict[str, Any] = {
        "quantity": form.whole("quantity", least=1, most=LARGEST_QUANTITY),
        "material": form.text("material") or None,
    }
    if lead_time := form.text("leadTime"):
        change["leadTime"] = lead_time
    if form.errors:
        return await show_basket(request, problem=Problem("INVALID", form.errors["quantity"]))
    basket = await _basket(request)
    change["finish"] = _finish(basket, change["material"], form.text("finish")) or None
    done = await console(request).gateway.attempt(
        request,
        documents.CHANGE_LINE,
        {
            "order": basket["basket"]["id"],
            "line": request.path_params["line"],
            "change": change,
        },
    )
    if isinstance(done, Problem):
        return await show_basket(request, problem=done)
    return RedirectResponse("/basket", 303)


async def remove_line(request: Request) -> Response:
    """Takes a line out; the message that follows offers to put it back."""
    basket = (await _basket(request))["basket"]
    line_id = request.path_params["line"]
    line = next((entry for entry in basket["lines"] if entry["id"] == line_id), None)
    if line is None:
        raise Missing("line in your basket")
    await console(request).gateway.command(
        request, documents.REMOVE_LINE, {"order": basket["id"], "line": line_id}
    )
    response = RedirectResponse("/basket", 303)
    undo = Undo("/basket/lines", _fields(line))
    remember(response, Flash(f"{line['fileName']} was taken out.", "note", undo))
    return response


async def place_order(request: Request) -> Response:
    form = await Form.read(request)
    form.require(ADDRESS)
    accepted = written(form.text("acceptedTotal"))
    if form.errors or accepted is None:
        return await show_basket(request, form=form)
    order = form.text("order")
    done = await console(request).gateway.attempt(
        request,
        documents.PLACE,
        {
            "order": order,
            "address": {name: form.text(name) for name in ADDRESS},
            "total": accepted,
        },
    )
    if isinstance(done, Problem):
        form.refuse(done, ADDRESS)
        if form.errors:
            return await show_basket(request, form=form)
        return await show_basket(request, form=form, problem=done)
    return on_to(f"/orders/{order}", "Thank you. Your order is placed; follow it here.")


async def _basket(request: Request) -> dict[str, Any]:
    answer = await console(request).gateway.query(request, documents.BASKET)
    answer.subject("basket", "basket; it may have been placed already")
    return answer.data


def _finish(data: dict[str, Any], material: str | None, finish: str) -> str:
    """The wanted finish if the material takes it, else the material's first."""
    for entry in data["materials"] or []:
        if entry["code"] == material:
            codes = [option["code"] for option in entry["finishes"]]
            return finish if finish in codes else str(codes[0])
    return finish


def _line(values: Any) -> dict[str, Any]:
    def number(name: str, default: float) -> float:
        try:
            return float(values.get(name) or default)
        except ValueError:
            return default

    return {
        "modelId": values.get("modelId", ""),
        "material": values.get("material", ""),
        "finish": values.get("finish", ""),
        "quantity": int(min(max(number("quantity", 1), 1), LARGEST_QUANTITY)),
        "scale": number("scale", 100) / 100,
        "units": values.get("units") or "MM",
        "rotation": [number("rx", 0), number("ry", 0), number("rz", 0)],
        "leadTime": values.get("leadTime") or STANDARD,
    }


def _fields(line: dict[str, Any]) -> dict[str, str]:
    turned = dict(zip(("rx", "ry", "rz"), (f"{a:g}" for a in line["rotation"]), strict=True))
    return {
        FIELD: form_key(),
        "modelId": line["model"]["id"],
        "fileName": line["fileName"],
        "material": line["material"]["code"],
        "finish": line["finish"]["code"],
        "quantity": str(line["quantity"]),
        "scale": f"{line['scale'] * 100:g}",
        "units": line["units"],
        "leadTime": line["leadTime"],
        **turned,
    }
