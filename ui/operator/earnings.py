"""What an operator earned on a day."""

from datetime import UTC, date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from ui.console import console
from ui.frame import frame
from ui.operator import documents


async def show_earnings(request: Request) -> Response:
    """Today, or the ``day`` of the query (YYYY-MM-DD, UTC)."""
    day = _day(request.query_params.get("day"))
    variables = {"day": day.isoformat() if day else None}
    answer = await console(request).gateway.query(request, documents.EARNINGS, variables)
    earnings = answer.part("earnings")
    today = datetime.now(UTC).date()
    shown = day or today
    return console(request).pages.render(
        request,
        "operator/earnings.html",
        frame("operator", "earnings", answer.data, answer.problems),
        {
            "earnings": earnings,
            "shown": shown.isoformat(),
            "is_today": shown == today,
            "before": (shown - timedelta(days=1)).isoformat(),
            "after": (shown + timedelta(days=1)).isoformat() if shown < today else None,
        },
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
