"""Whom an agreement is with: a page of customers to choose from, searched by name or email."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui.console import console
from ui.crm.pricebook import documents
from ui.crm.pricebook.book import DRAFT
from ui.frame import frame

SECTION = "agreements"
PARTNERS, PEOPLE = "PARTNER", "PERSON"


async def show_accounts(request: Request) -> Response | None:
    """The customers, partners first; None when they cannot be listed, so that their id is typed."""
    query = request.query_params
    kind = PEOPLE if query.get("kind") == PEOPLE else PARTNERS
    variables = {"search": query.get("search") or None, "kind": kind, "after": query.get("after")}
    answer = await console(request).gateway.query(request, documents.ACCOUNTS, variables)
    draft, customers = answer.data["priceBookDraft"], answer.data["customers"]
    if draft is None:
        return RedirectResponse(DRAFT, 303)
    if customers is None:
        return None
    return console(request).pages.render(
        request,
        "crm/pricebook_accounts.html",
        frame("crm", "pricebook", answer.data, answer.problems),
        {
            "draft": draft,
            "customers": customers,
            "kind": "" if kind == PARTNERS else kind,
            "people": PEOPLE,
            "agreed": _agreed(draft["sections"]),
        },
    )


def _agreed(sections: list[dict[str, Any]]) -> set[str]:
    """The accounts that the draft has an agreement with."""
    agreements = next(section for section in sections if section["code"] == SECTION)
    return {entry["code"] for entry in agreements["entries"]}
