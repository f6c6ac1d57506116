"""From a subscription to the stream of its responses."""

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
from gateway.federation import Answer, Engine, OperationError


class Subscribing:
    """Opens the streams of subscriptions."""

    def __init__(self, streams: OpenStreams, settings: StreamSettings, mask: ErrorMask) -> None:
        self._streams = streams
        self._settings = settings
        self._mask = mask

    def response(
        self, accepted: tuple[Media, ...], operation: GraphQLRequest, engine: Engine, asker: Asker
    ) -> Response:
        """The stream, in the form that the client takes. Raises `Refusal` if it takes none."""
        media = stream_media(accepted)
        if media is None:
            raise Refusal(
                406,
                "SUBSCRIPTION_NEEDS_STREAM",
                "A subscription is answered as a stream: accept text/event-stream, or "
                "multipart/mixed;subscriptionSpec=1.0.",
            )

        def failure(code: str, message: str) -> bytes:
            error = {
                "message": message,
                "extensions": {"code": code, "reference": asker.reference},
            }
            return orjson.dumps({"errors": [error]})

        return StreamedResponse(
            self._responses(operation, engine, asker),
            framing_of(media),
            failure=failure,
            streams=self._streams,
            owner=asker.stream_owner,
            settings=self._settings,
            allowed=asker.still_allowed,
        )

    async def _responses(
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

    def _encoded(self, answer: Answer, asker: Asker) -> bytes:
        if answer.errors:
            answer.errors = self._mask.public(answer.errors, asker.reference)
        return answer.encode()
