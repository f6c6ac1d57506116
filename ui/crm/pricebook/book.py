"""The price book that counts, its older versions, and beginning a draft."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui.console import console
from ui.crm.pricebook import documents
from ui.flash import on_to
from ui.forms import Form, written
from ui.frame import frame
from ui.problems import Problem
from ui.repetition import FIELD, command_key

BOOK, DRAFT = "/crm/pricebook", "/crm/pricebook/draft"
FIRST = "materials"


async def show_book(request: Request, *, problem: Problem | None = None) -> Response:
    """The version in force, or the one of ``?version=``; one section at a time."""
    variables = {"version": written(request.query_params.get("version", ""))}
    answer = await console(request).gateway.query(request, documents.BOOK, variables)
    book = answer.subject("priceBook", "version of the price book")
    return console(request).pages.render(
        request,
        "crm/pricebook.html",
        frame("crm", "pricebook", answer.data, answer.problems),
        {
            "book": book,
            "in_force": answer.data["inForce"] or book,
            "versions": answer.data["priceBookVersions"] or [],
            "draft": answer.data["priceBookDraft"],
            "section": section_of(book["sections"], request.query_params.get("section")),
            "refused": problem.message if problem else None,
        },
        status=problem.status if problem else 200,
    )


async def begin(request: Request) -> Response:
    """A draft of the version in force, or of an older one to publish that again."""
    form = await Form.read(request)
    version = written(form.text("version"))
    variables = {"version": version}
    key = command_key(form.text(FIELD), variables)
    done = await console(request).gateway.attempt(
        request, documents.BEGIN, {**variables, "key": key}
    )
    if isinstance(done, Problem):
        return await show_book(request, problem=done)
    if version is None:
        return RedirectResponse(DRAFT, 303)
    text = f"The draft has all that version {version} says. Look at the difference, then publish."
    return on_to(DRAFT, text, "note")


def section_of(sections: Sequence[Mapping[str, Any]], code: str | None) -> Mapping[str, Any]:
    """The section that the address names, else the materials."""
    by_code = {section["code"]: section for section in sections}
    return by_code.get(code or FIRST) or by_code[FIRST]
