"""How the door words a refusal: for a person and for a program."""

from collections.abc import Mapping
from html import escape

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.edge.request_id import request_id_of

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{title}</h1><p>{message}</p>
<p><a href="/">Back to the start</a></p><p><small>Reference {reference}</small></p></main></body>
</html>
"""
_NEWER = "application/graphql-response+json"
_TITLES = {
    400: "That did not work",
    401: "Please sign in",
    403: "Not allowed",
    404: "Nothing here",
    413: "Too large",
    429: "Too many requests",
    502: "Out of reach for a moment",
    503: "Not ready yet",
}


def problem(
    request: Request,
    status: int,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that says what went wrong: a page for a person, a GraphQL error for a program.

    The reference in it is the request's id, which finds it in the log.
    """
    reference = request_id_of(request.scope)
    if "text/html" in request.headers.get("accept", "") and request.url.path != "/graphql":
        page = _PAGE.format(
            title=_TITLES.get(status, "Something went wrong"),
            message=escape(message),
            reference=reference,
        )
        return HTMLResponse(page, status, headers=dict(headers or {}))
    body = {"errors": [{"message": message, "extensions": {"code": code, "reference": reference}}]}
    newer = _NEWER in request.headers.get("accept", "")
    return Response(
        orjson.dumps(body),
        status,
        headers={"cache-control": "no-store", **(headers or {})},
        media_type=_NEWER if newer else "application/json",
    )
