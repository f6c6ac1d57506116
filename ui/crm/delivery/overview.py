"""The page that says whether events arrive, and the count of dead letters in the navigation."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from shared.settings import SERVICES
from ui.console import console
from ui.crm.delivery import documents
from ui.crm.delivery.acts import deeds
from ui.crm.delivery.health import headline, pairs, rows
from ui.frame import frame
from ui.gateway_client import Data
from ui.problems import GatewayUnavailable, Problem

_DEEDS = 12


async def show_delivery(request: Request) -> Response:
    """All services; ``?service=`` shows the dead letters of one of them."""
    answer = await console(request).gateway.query(request, documents.OVERVIEW)
    services = {name: answer.data[f"{name}Delivery"] for name in SERVICES}
    if not any(services.values()) and answer.problems:
        raise answer.problems[0]
    present = {name: found for name, found in services.items() if found is not None}
    found = rows(services, datetime.now(UTC))
    tone, sentence = headline(found)
    chosen = request.query_params.get("service", "")
    return console(request).pages.render(
        request,
        "crm/delivery.html",
        # What is missing is told by the table itself.
        frame("crm", "delivery", answer.data),
        {
            "rows": found,
            "tone": tone,
            "sentence": sentence,
            "pairs": pairs(present),
            "tabs": [
                ("", "All services", None),
                *((row.name, row.name, row.dead) for row in found if row.dead),
            ],
            "troubles": [
                concern for row in found for concern in row.concerns if concern.tone == "warn"
            ],
            "groups": _groups(present, chosen if chosen in present else ""),
            "chosen": chosen if chosen in present else "",
            "deeds": deeds({name: standing["acts"] for name, standing in present.items()})[:_DEEDS],
        },
    )


async def show_count(request: Request) -> Response:
    """The count alone, for the navigation of pages that are about something else."""
    try:
        answer = await console(request).gateway.query(request, documents.COUNT)
    except (Problem, GatewayUnavailable):
        # Nobody asked for it, so nobody is told: it asks again by itself.
        return Response(status_code=204)
    return console(request).pages.fragment(
        request, "crm/delivery_count.html", frame("crm", ""), {"dead": dead_letters(answer.data)}
    )


def _groups(services: dict[str, Data], chosen: str) -> list[Data]:
    groups = [
        {"service": name, **group}
        for name, standing in services.items()
        for group in standing["deadLetterGroups"]
        if chosen in ("", name)
    ]
    return sorted(groups, key=lambda group: (-group["count"], group["type"]))


def dead_letters(data: Data) -> int:
    """How many there are in the services that answered."""
    found = (data.get(f"{name}Delivery") for name in SERVICES)
    return sum(standing["dead"] for standing in found if standing)
