"""What was written to customers, and sending again what failed."""

from starlette.requests import Request
from starlette.responses import Response

from ui.console import console
from ui.crm import documents
from ui.flash import on_to
from ui.frame import frame
from ui.states import NOTIFICATION


async def show_mailbox(request: Request) -> Response:
    state = request.query_params.get("state", "")
    variables = {"state": state if state in NOTIFICATION else None}
    answer = await console(request).gateway.query(request, documents.MAILBOX, variables)
    return console(request).pages.render(
        request,
        "crm/mailbox.html",
        frame("crm", "mailbox", answer.data, answer.problems),
        {
            "notifications": answer.data["notifications"] or [],
            "messages": answer.data["mailbox"] or [],
            "state": state if state in NOTIFICATION else "",
        },
    )


async def resend(request: Request) -> Response:
    variables = {"id": request.path_params["notification"]}
    await console(request).gateway.command(request, documents.RESEND, variables)
    return on_to("/crm/mailbox", "It is being sent again.")
