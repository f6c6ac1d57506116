"""A manager's draft of the next price book: what is different, what it changes, publishing."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ui.console import console
from ui.crm.pricebook import documents
from ui.crm.pricebook.book import BOOK, DRAFT, section_of
from ui.document import Document
from ui.flash import on_to
from ui.forms import Form, written
from ui.frame import frame
from ui.problems import Problem
from ui.repetition import FIELD, command_key


async def show_draft(
    request: Request,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
    asking: str = "",
) -> Response:
    """One section at a time beside the differences; without a draft, the way to begin one."""
    answer = await console(request).gateway.query(request, documents.DRAFT)
    draft = answer.data["priceBookDraft"]
    if draft is None:
        return _no_draft(answer.problems)
    held = form or Form()
    return console(request).pages.render(
        request,
        "crm/pricebook_draft.html",
        frame("crm", "pricebook", answer.data, answer.problems),
        {
            "draft": draft,
            "section": section_of(draft["sections"], request.query_params.get("section")),
            "changed": {(one["section"], one["code"]) for one in draft["changes"]},
            "form": held,
            "refused": problem.message if problem else None,
            "asking": asking,
        },
        status=problem.status if problem else 200 if held.is_good else 422,
    )


async def show_preview(request: Request) -> Response:
    """What the draft changes for last month's orders: a page, or a part of the draft's page."""
    answer = await console(request).gateway.query(request, documents.PREVIEW)
    draft = answer.data["priceBookDraft"]
    if draft is None:
        return _no_draft(answer.problems)
    if draft["preview"] is None and answer.problems:
        raise answer.problems[0]
    return console(request).pages.render(
        request,
        "crm/pricebook_preview.html",
        frame("crm", "pricebook", answer.data, answer.problems),
        {"draft": draft, "preview": draft["preview"]},
    )


async def publish(request: Request) -> Response:
    form = await Form.read(request)
    form.require({"reason": "why the prices change; colleagues read it"})
    if not form.is_good:
        return await show_draft(request, form=form)
    return await _command(
        request, form, documents.PUBLISH, {"reason": form.text("reason")}, _published
    )


async def carry_over(request: Request) -> Response:
    form = await Form.read(request)
    text = "Your changes are carried over. Look at the difference before you publish."
    return await _command(request, form, documents.CARRY_OVER, {}, lambda _: (DRAFT, text))


async def ask_discard(request: Request) -> Response:
    return await show_draft(request, asking="discard")


async def discard(request: Request) -> Response:
    form = await Form.read(request)
    await console(request).gateway.command(
        request, documents.DISCARD, {"draft": form.text("draft")}
    )
    return on_to(BOOK, "The draft is discarded. Prices stay as they are.", "note")


async def change(
    request: Request, document: Document, variables: dict[str, Any]
) -> dict[str, Any] | Problem | Response:
    """What a command on the draft did, or what to mend. When another window published, discarded
    or took out meanwhile what it is about, the way to what there is now."""
    try:
        return await console(request).gateway.attempt(request, document, variables)
    except Problem as problem:
        if not problem.is_missing:
            raise
        return on_to(DRAFT, problem.message, "note")


def sent_draft(form: Form) -> dict[str, Any]:
    """The draft and the revision of it that the form was made for."""
    return {"draft": form.text("draft"), "revision": written(form.text("revision")) or 0}


def _published(done: dict[str, Any]) -> tuple[str, str]:
    version = done["publishPriceBookDraft"]["version"]
    return (
        BOOK,
        f"Version {version} counts from now on. Prices that were given stay.",
    )


async def _command(
    request: Request,
    form: Form,
    document: Document,
    more: dict[str, Any],
    then: Callable[[dict[str, Any]], tuple[str, str]],
) -> Response:
    variables = {**sent_draft(form), **more}
    key = command_key(form.text(FIELD), variables)
    done = await change(request, document, {**variables, "key": key})
    if isinstance(done, Response):
        return done
    if isinstance(done, Problem):
        return await show_draft(request, form=form, problem=done)
    return on_to(*then(done))


def _no_draft(problems: tuple[Problem, ...]) -> Response:
    if problems:
        raise problems[0]
    return on_to(
        BOOK, "You have no draft: it was published or discarded, or none was begun.", "note"
    )
