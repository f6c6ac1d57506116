"""The form of one entry of the draft: a material, a machine, an agreement, or a new one."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui.console import console
from ui.crm.pricebook import documents
from ui.crm.pricebook.accounts import SECTION, show_accounts
from ui.crm.pricebook.book import DRAFT
from ui.crm.pricebook.draft import change, sent_draft
from ui.flash import on_to
from ui.formats import link
from ui.forms import Form
from ui.frame import frame
from ui.problems import Missing, Problem
from ui.repetition import FIELD, command_key

_KNOWN_CODES = {"machines": "machines", "finishes": "finishes"}


async def show_entry(
    request: Request, *, form: Form | None = None, problem: Problem | None = None
) -> Response:
    """The entry of the address, filled; without a code, an empty one. Whom a new agreement is with
    is chosen on a page of its own."""
    account = _account(request, form)
    if account is None and (accounts := await show_accounts(request)):
        return accounts
    variables = {"account": account or "", "agreement": bool(account)}
    answer = await console(request).gateway.query(request, documents.ENTRY, variables)
    draft, customer = answer.data["priceBookDraft"], answer.data.get("customer")
    if draft is None:
        return RedirectResponse(DRAFT, 303)
    sections = {section["code"]: section for section in draft["sections"]}
    section = sections.get(request.path_params["section"])
    if section is None:
        raise Missing("section of the price book")
    entry = _entry(section, request.path_params.get("code"))
    held = form or Form(_filled(section, entry) if entry else _begun(customer))
    return console(request).pages.render(
        request,
        "crm/pricebook_entry.html",
        frame("crm", "pricebook", answer.data),
        {
            "draft": draft,
            "section": section,
            "entry": entry,
            "fields_shown": [_shown(field, sections) for field in section["fields"]],
            "customer": customer,
            "form": held,
            "refused": problem.message if problem and not held.errors else None,
        },
        status=problem.status if problem else 200 if held.is_good else 422,
    )


async def keep(request: Request) -> Response:
    """Writes the fields into the draft; what is wrong comes back on its field."""
    form = await Form.read(request)
    section, code = request.path_params["section"], request.path_params.get("code")
    names = [name for name in form.values if name not in (FIELD, "draft", "revision")]
    variables = {
        **sent_draft(form),
        "section": section,
        "code": code,
        "values": [{"field": name, "text": form.text(name)} for name in names],
    }
    key = command_key(form.text(FIELD), variables)
    done = await change(request, documents.CHANGE, {**variables, "key": key})
    if isinstance(done, Response):
        return done
    if isinstance(done, Problem):
        wrong = done.details.get("problems")
        found = wrong if isinstance(wrong, dict) else {}
        form.errors.update({name: str(found[name]) for name in names if name in found})
        return await show_entry(request, form=form, problem=done)
    return _back(section, "The draft has it. Nothing counts before you publish.")


async def remove(request: Request) -> Response:
    """Takes the entry out of the draft."""
    form = await Form.read(request)
    section, code = request.path_params["section"], request.path_params["code"]
    variables = {**sent_draft(form), "section": section, "code": code}
    key = command_key(form.text(FIELD), variables)
    done = await change(request, documents.REMOVE, {**variables, "key": key})
    if isinstance(done, Response):
        return done
    if isinstance(done, Problem):
        return await show_entry(request, problem=done)
    return _back(section, f"{code} is out of the draft. Nothing counts before you publish.")


def _back(section: str, text: str) -> Response:
    return on_to(link(DRAFT, section=section), text, "note")


def _entry(section: Mapping[str, Any], code: str | None) -> Mapping[str, Any] | None:
    if code is None:
        if not section["extensible"]:
            raise Missing("entry of the price book")
        return None
    found = next((entry for entry in section["entries"] if entry["code"] == code), None)
    if found is None:
        raise Missing("entry of the draft")
    entry: Mapping[str, Any] = found
    return entry


def _account(request: Request, form: Form | None) -> str | None:
    """Whom a new agreement is with: "" for other entries, None while nobody is chosen."""
    if request.path_params["section"] != SECTION or "code" in request.path_params:
        return ""
    return (form.text("account") if form else request.query_params.get("account")) or None


def _filled(section: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, str]:
    names = [field["name"] for field in section["fields"]]
    return dict(zip(names, entry["values"], strict=True))


def _begun(customer: Mapping[str, Any] | None) -> dict[str, str]:
    return {"account": customer["id"], "name": customer["name"]} if customer else {}


def _shown(field: Mapping[str, Any], sections: Mapping[str, Any]) -> dict[str, Any]:
    """A field with what may be chosen."""
    known = sections.get(_KNOWN_CODES.get(field["name"], "")) if field["kind"] == "LISTED" else None
    choices, hint = _choices(field), field["hint"]
    if known is not None:
        hint = f"{hint} There are: {', '.join(entry['code'] for entry in known['entries'])}."
    return {**field, "hint": hint, "choices": choices}


def _choices(field: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    if field["kind"] == "YES_NO":
        return [("yes", "Yes"), ("no", "No")]
    options = [(option, option) for option in field["options"]]
    return options if field["required"] or not options else [("", "None"), *options]
