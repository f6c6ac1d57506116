"""Responses of several parts: subscriptions, and operations with `@defer`."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import orjson
from starlette.responses import Response

from gateway.edge.graphql.asker import Asker
from gateway.edge.graphql.errors import ErrorMask
from gateway.edge.graphql.media import Media, stream_media
from gateway.edge.graphql.request import GraphQLRequest
from gateway.edge.graphql.streams import StreamedResponse, StreamSettings
from gateway.edge.graphql.streams.framing import framing_of
from gateway.edge.open_streams import OpenStreams
from gateway.edge.refusal import Refusal
from gateway.federation import Answer, Engine, Increments, OperationError


class Streaming:
    """Opens the streams of responses. `mask` decides what of an error goes out."""

    def __init__(self, streams: OpenStreams, settings: StreamSettings, mask: ErrorMask) -> None:
        self._streams = streams
        self._settings = settings
        self._mask = mask

    def subscription(
        self, accepted: tuple[Media, ...], operation: GraphQLRequest, engine: Engine, asker: Asker
    ) -> Response:
        """The stream of a subscription, in the form that the client takes.

        Raises `Refusal` if it takes none.
        """
        media = stream_media(accepted)
        if media is None:
            raise Refusal(
                406,
                "SUBSCRIPTION_NEEDS_STREAM",
                "A subscription is answered as a stream: accept text/event-stream, or "
                "multipart/mixed;subscriptionSpec=1.0.",
            )
        return self._response(self._events(operation, engine, asker), media, asker)

    def deferred(
        self, operation: GraphQLRequest, engine: Engine, asker: Asker, seconds: float
    ) -> Response:
        """The parts of a response to an operation with `@defer`; all of them in `seconds`."""
        parts = self._parts(operation, engine, asker, seconds)
        return self._response(parts, Media.DEFERRED, asker)

    def _response(
        self, responses: AsyncGenerator[bytes, None], media: Media, asker: Asker
    ) -> Response:
        def failure(code: str, message: str) -> bytes:
            extensions = {"code": code, "reference": asker.reference}
            return orjson.dumps({"errors": [{"message": message, "extensions": extensions}]})

        return StreamedResponse(
            responses,
            framing_of(media),
            failure=failure,
            streams=self._streams,
            owner=asker.stream_owner,
            settings=self._settings,
            allowed=asker.still_allowed,
        )

    async def _events(
        self, operation: GraphQLRequest, engine: Engine, asker: Asker
    ) -> AsyncGenerator[bytes, None]:
        answers = engine.subscribe(
            operation.query,
            operation.variables,
            operation.operation_name,
            asker.context,
            access=asker.access,
        )
        try:
            async with aclosing(answers):
                async for answer in answers:
                    yield self._encoded(answer, asker)
        except OperationError as error:
            yield self._encoded(Answer.refusal(error), asker)

    async def _parts(
        self, operation: GraphQLRequest, engine: Engine, asker: Asker, seconds: float
    ) -> AsyncGenerator[bytes, None]:
        parts = engine.deliver(
            operation.query,
            operation.variables,
            operation.operation_name,
            asker.context,
            access=asker.access,
        )
        latest = asyncio.get_running_loop().time() + seconds
        async with aclosing(parts):
            while True:
                async with asyncio.timeout_at(latest):
                    part = await anext(parts, None)
                if part is None:
                    return
                if isinstance(part, Answer):
                    # Whoever reads parts is told by each of them whether it is the last.
                    part.has_next = bool(part.has_next)
                yield self._encoded(part, asker)

    def _encoded(self, part: Answer | Increments, asker: Asker) -> bytes:
        for one in part.items if isinstance(part, Increments) else (part,):
            if one.errors:
                one.errors = self._mask.public(one.errors, asker.reference)
        return part.encode()
