"""Customers and partners, with what colleagues noted."""

from starlette.requests import Request
from starlette.responses import Response

from ui.console import console
from ui.crm import documents
from ui.flash import on_to
from ui.forms import Form
from ui.frame import frame
from ui.problems import Problem
from ui.repetition import FIELD, command_key

KINDS = ("PERSON", "PARTNER")


async def show_customers(request: Request) -> Response:
    kind = request.query_params.get("kind", "")
    variables = {
        "search": request.query_params.get("search") or None,
        "kind": kind if kind in KINDS else None,
        "after": request.query_params.get("after"),
    }
    answer = await console(request).gateway.query(request, documents.CUSTOMERS, variables)
    customers = answer.part("customers")
    return console(request).pages.render(
        request,
        "crm/customers.html",
        frame("crm", "customers", answer.data, answer.problems),
        {"customers": customers, "kind": kind if kind in KINDS else ""},
    )


async def show_customer(request: Request, *, form: Form | None = None) -> Response:
    variables = {"id": request.path_params["customer"]}
    answer = await console(request).gateway.query(request, documents.CUSTOMER, variables)
    customer = answer.subject("customer", "customer")
    held = form or Form()
    return console(request).pages.render(
        request,
        "crm/customer.html",
        frame("crm", "customers", answer.data, answer.problems),
        {"customer": customer, "reviews": answer.data["reviews"], "form": held},
        status=200 if held.is_good else 422,
    )


async def add_note(request: Request) -> Response:
    form = await Form.read(request)
    form.require({"text": "the note"})
    if not form.is_good:
        return await show_customer(request, form=form)
    customer = request.path_params["customer"]
    variables = {"id": customer, "text": form.text("text")}
    key = command_key(form.text(FIELD), variables)
    done = await console(request).gateway.attempt(
        request, documents.ADD_NOTE, {**variables, "key": key}
    )
    if isinstance(done, Problem):
        form.refuse(done, ("text",))
        return await show_customer(request, form=form)
    return on_to(f"/crm/customers/{customer}", "The note is kept.")
