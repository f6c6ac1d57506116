"""What was written to customers, and sending again what failed."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui.console import console
from ui.crm import documents
from ui.flash import Flash, remember
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
    response = RedirectResponse("/crm/mailbox", 303)
    remember(response, Flash("It is being sent again."))
    return response
