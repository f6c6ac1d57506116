"""The board: what there is to make, newest first. One request to the gateway brings it all."""

from starlette.requests import Request
from starlette.responses import Response

from ui.console import console
from ui.frame import frame
from ui.operator import documents
from ui.states import WORK

FIRST = "AVAILABLE"


async def show_board(request: Request) -> Response:
    """What is available unless the query says another state, ``ALL`` or ``mine``.

    What the search refuses, too few letters, stands where the board would be.

    The newest page refetches itself as a whole, since work comes and goes there; on an older one
    each row refetches only itself.
    """
    show = request.query_params.get("show", FIRST)
    mine = show == "mine"
    variables = {
        "states": [show] if show in WORK else None,
        "mine": True if mine else None,
        "search": request.query_params.get("search") or None,
        "after": request.query_params.get("after"),
    }
    answer = await console(request).gateway.query(request, documents.BOARD, variables)
    board, problems = answer.data["board"], answer.problems
    refused = next((p for p in problems if p.field == "board" and p.belongs_on_the_page), None)
    if refused is not None:
        problems = tuple(p for p in problems if p is not refused)
    elif board is None and problems:
        raise problems[0]
    return console(request).pages.render(
        request,
        "operator/board.html",
        frame("operator", "board", answer.data, problems),
        {
            "board": board or {"nodes": []},
            "refused": refused.message if refused else None,
            "counts": {e["state"]: e["count"] for e in answer.data["boardCounts"] or ()},
            "rows_live": variables["after"] is not None,
            "show": show if mine or show in WORK else "ALL",
        },
    )
