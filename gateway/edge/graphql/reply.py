"""One GraphQL response over HTTP."""

from starlette.responses import Response

from gateway.edge.graphql.media import Media
from gateway.federation.execution.answer import Answer

NO_STORE = {"cache-control": "no-store"}


def reply(answer: Answer, media: Media) -> Response:
    """200 for the older media type whatever happened; for the newer the status tells it."""
    return encoded_reply(answer.encode(), media, refused=not answer.executed)


def encoded_reply(body: bytes, media: Media, *, refused: bool = False) -> Response:
    """As `reply`, for a response that is JSON already."""
    status = 400 if refused and media is Media.GRAPHQL else 200
    return Response(body, status, headers=NO_STORE, media_type=media.value)
