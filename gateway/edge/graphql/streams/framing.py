"""How the responses of a stream are written: Server-Sent Events, and multipart in two dialects."""

from typing import Protocol

from gateway.edge.graphql.media import Media


class Framing(Protocol):
    """The bytes around the responses of one stream."""

    content_type: str
    opening: bytes
    heartbeat: bytes

    def response(self, encoded: bytes) -> bytes:
        """One GraphQL response, which is JSON."""
        ...

    def broken_off(self, encoded: bytes) -> bytes:
        """A last response that says why the stream ends before its time."""
        ...

    @property
    def ending(self) -> bytes:
        """What tells that nothing more comes."""
        ...


class EventFraming:
    """graphql-sse in its distinct connections mode: events `next`, then `complete`."""

    content_type = "text/event-stream"
    opening = b":\n\n"
    heartbeat = b":\n\n"
    ending = b"event: complete\ndata:\n\n"

    def response(self, encoded: bytes) -> bytes:
        return b"event: next\ndata: " + encoded + b"\n\n"

    def broken_off(self, encoded: bytes) -> bytes:
        return self.response(encoded)


class PartFraming:
    """multipart/mixed. The delimiter follows each part at once, so that it is seen to be whole."""

    def __init__(self, boundary: str, specification: str) -> None:
        self.content_type = f'multipart/mixed;boundary="{boundary}";{specification}'
        self.opening = b"--" + boundary.encode()
        self._delimiter = b"\r\n--" + boundary.encode()
        self.ending = b"--\r\n"

    def part(self, encoded: bytes) -> bytes:
        """One JSON value as a part."""
        return (
            b"\r\ncontent-type: application/json; charset=utf-8\r\n\r\n" + encoded + self._delimiter
        )


class SubscriptionFraming(PartFraming):
    """Apollo's multipart subscription protocol: each response is the payload of a part."""

    def __init__(self) -> None:
        super().__init__("graphql", "subscriptionSpec=1.0")
        self.heartbeat = self.part(b"{}")

    def response(self, encoded: bytes) -> bytes:
        return self.part(b'{"payload":' + encoded + b"}")

    def broken_off(self, encoded: bytes) -> bytes:
        return self.part(b'{"payload":null,' + encoded[1:])


class IncrementFraming(PartFraming):
    """Incremental delivery as of deferSpec 20220824: each response is a part as it is."""

    heartbeat = b""

    def __init__(self) -> None:
        super().__init__("-", "deferSpec=20220824")

    def response(self, encoded: bytes) -> bytes:
        return self.part(encoded)

    def broken_off(self, encoded: bytes) -> bytes:
        return self.part(b'{"hasNext":false,' + encoded[1:])


def framing_of(media: Media) -> Framing:
    """The framing of a media type that can carry more than one response."""
    if media is Media.PARTS:
        return SubscriptionFraming()
    if media is Media.DEFERRED:
        return IncrementFraming()
    return EventFraming()
