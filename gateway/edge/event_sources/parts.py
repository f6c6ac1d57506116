"""Reading multipart/mixed as it arrives, as Apollo's multipart subscription protocol has it."""

from collections.abc import AsyncIterator

import orjson

from gateway.edge.event_sources.base import LARGEST_EVENT, EventTooLarge, StreamBrokenOff

_CLOSING = b"--"


async def read_parts(
    chunks: AsyncIterator[bytes], boundary: str, largest: int = LARGEST_EVENT
) -> AsyncIterator[object]:
    """The JSON values of the parts, each as soon as it is whole.

    Some servers write the delimiter of a part only when they begin the next; so a part whose
    bytes are a whole JSON value counts at once. Raises `EventTooLarge` and `StreamBrokenOff`.
    """
    delimiter = b"--" + boundary.encode()
    buffer, taken = b"", False
    async for chunk in chunks:
        buffer += chunk
        while True:
            part, found, rest = buffer.partition(b"\n" + delimiter)
            if not found and buffer.startswith(delimiter):
                part, found, rest = b"", delimiter, buffer[len(delimiter) :]
            if not found:
                break
            if not taken and (value := _value(part)) is not None:
                yield value
                taken = True
            if len(rest) < len(_CLOSING):
                break
            if rest.startswith(_CLOSING):
                return
            buffer, taken = rest, False
        if not taken and (value := _value(buffer)) is not None:
            yield value
            taken = True
        if len(buffer) > largest:
            raise EventTooLarge
    raise StreamBrokenOff


def _value(part: bytes) -> object | None:
    """The JSON after the part's headers; None while it is not all there."""
    headers, _, body = part.replace(b"\r\n", b"\n").partition(b"\n\n")
    del headers
    body = body.strip()
    if not body.endswith(b"}"):
        return None
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value
