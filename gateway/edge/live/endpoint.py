"""Live hints as Server-Sent Events."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.edge.live.topics import allowed_topics
from gateway.edge.open_streams import OpenStreams, StreamOwner
from shared.identity import Identity
from shared.live.hub import LiveHub
from shared.live.recent_changes import now_in_milliseconds, told_from

_HEARTBEAT_SECONDS = 15.0
_RETRY_MILLISECONDS = 2000
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class LiveEndpoint:
    """GET /live?topic=order:ID&topic=board: hints as Server-Sent Events.

    Every change is sent twice: as `changed` with the topic as data, and as an event named
    after the topic, which HTMX can wait for by name. The id of an event is its time in
    milliseconds, so a browser that comes back (Last-Event-ID), or a page that says when it was
    made (`since`), is told what it missed. Who says nothing is told of the last two seconds: a
    page is older than its stream, and a price may have come in between.
    """

    def __init__(self, hub: LiveHub, streams: OpenStreams) -> None:
        self._hub = hub
        self._streams = streams

    def answer(self, request: Request, identity: Identity, owner: StreamOwner) -> Response:
        """The open stream. Raises `Refusal` for topics that are not the caller's."""
        topics = allowed_topics(request.query_params.getlist("topic"), identity)
        return _CountedStream(self._streams, owner, self._events(topics, _moment(request)))

    async def _events(self, topics: frozenset[str], since: int) -> AsyncIterator[str]:
        yield f"retry: {_RETRY_MILLISECONDS}\nid: {now_in_milliseconds()}\n\n"
        async with self._hub.follow(topics, since) as follower:
            while (changed := await follower.next(_HEARTBEAT_SECONDS)) is not None:
                yield "".join(map(_event, changed)) or ": still here\n\n"


class _CountedStream(StreamingResponse):
    """A stream that counts among those of its owner. Raises `Refusal` when these are too many."""

    def __init__(
        self, streams: OpenStreams, owner: StreamOwner, events: AsyncIterator[str]
    ) -> None:
        super().__init__(events, media_type="text/event-stream", headers=_HEADERS)
        self._streams = streams
        self._owner = owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The hub ends its followers itself when a shutdown begins.
        with self._streams.opened(self._owner, lambda: None):
            await super().__call__(scope, receive, send)


def _event(topic: str) -> str:
    stamp = f"id: {now_in_milliseconds()}\ndata: {topic}\n\n"
    return f"event: changed\n{stamp}event: {topic}\n{stamp}"


def _moment(request: Request) -> int:
    said = request.headers.get("last-event-id") or request.query_params.get("since")
    return told_from(said, now_in_milliseconds())
