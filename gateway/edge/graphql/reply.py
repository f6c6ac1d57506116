"""One GraphQL response over HTTP."""

from starlette.responses import Response

from gateway.edge.graphql.media import Media
from gateway.edge.graphql.streams.framing import framing_of
from gateway.federation import Answer

_NO_STORE = {"cache-control": "no-store"}


def reply(answer: Answer, media: Media) -> Response:
    """200 for the older media type whatever happened; for the others the status tells it."""
    return encoded_reply(answer.encode(), media, refused=not answer.executed)


def encoded_reply(body: bytes, media: Media, *, refused: bool = False) -> Response:
    """As `reply`, for a response that is JSON already.

    Who takes nothing but a stream is given one that holds a single response; a refused operation
    has none.
    """
    if media in (Media.JSON, Media.GRAPHQL):
        status = 400 if refused and media is Media.GRAPHQL else 200
        return Response(body, status, headers=_NO_STORE, media_type=media.value)
    if refused:
        return Response(body, 400, headers=_NO_STORE, media_type=Media.GRAPHQL.value)
    framing = framing_of(media)
    return Response(
        framing.opening + framing.response(body) + framing.ending,
        headers={**_NO_STORE, "content-type": framing.content_type},
    )
