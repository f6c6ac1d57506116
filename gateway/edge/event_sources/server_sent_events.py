"""Reading Server-Sent Events, as the HTML standard has them (section 9.2.6)."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from gateway.edge.event_sources.base import LARGEST_EVENT, EventTooLarge

_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `name` is `message` when the sender gives none."""

    name: str
    data: bytes


async def read_events(
    chunks: AsyncIterator[bytes], largest: int = LARGEST_EVENT
) -> AsyncIterator[Event]:
    """The events in a stream of bytes, whole ones only. Raises `EventTooLarge`."""
    name, data, size = "message", list[bytes](), 0
    async for line in _lines(chunks, largest):
        if line:
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if field == b"event":
                name = value.decode(errors="replace")
            elif field == b"data":
                size += len(value)
                if size > largest:
                    raise EventTooLarge
                data.append(value)
            continue
        # A comment alone, such as a sign of life, is no event; one without data still is for us,
        # since `complete` has none.
        if data or name != "message":
            yield Event(name, b"\n".join(data))
        name, data, size = "message", [], 0


async def _lines(chunks: AsyncIterator[bytes], largest: int) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in chunks:
        rest += chunk
        # The other half of a line end may be still to come.
        ready = len(rest) - 1 if rest.endswith(b"\r") else len(rest)
        begin = 0
        for found in _LINE_END.finditer(rest, 0, ready):
            yield rest[begin : found.start()]
            begin = found.end()
        rest = rest[begin:]
        if len(rest) > largest:
            raise EventTooLarge
