"""The HTTP face of a subgraph that runs in a process of its own."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.graphql.endpoint import Answer, GraphQLEndpoint
from shared.graphql.event_stream import MEDIA_TYPE, EventStream
from shared.headers import REQUEST_ID_HEADER, TOKEN_HEADER

MAX_BODY_BYTES = 8 * 1024 * 1024


def subgraph_app(endpoint: GraphQLEndpoint) -> Starlette:
    """`POST /graphql` for the gateway and `GET /health` for the supervisor."""

    async def graphql(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return JSONResponse(
                    {"errors": [{"message": "The request is too large."}]}, status_code=413
                )
        token, request_id = (
            request.headers.get(name) for name in (TOKEN_HEADER, REQUEST_ID_HEADER)
        )
        if request.headers.get("accept", "").startswith(MEDIA_TYPE):
            events = endpoint.subscribe(body, token, request_id)
            if not isinstance(events, Answer):
                return EventStream(events)
            return Response(events.body, events.status, media_type="application/json")
        answer = await endpoint.answer(body, token, request_id)
        return Response(answer.body, answer.status, media_type="application/json")

    async def health(_: Request) -> Response:
        healthy = await endpoint.healthy()
        return JSONResponse(
            {"service": endpoint.name, "status": "ok" if healthy else "database is away"},
            200 if healthy else 503,
        )

    return Starlette(
        routes=[
            Route("/graphql", graphql, methods=["POST"]),
            Route("/health", health),
        ]
    )
