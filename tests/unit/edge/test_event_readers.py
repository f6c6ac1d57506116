"""Reading events however the network cuts them."""

from collections.abc import AsyncIterator

import pytest

from gateway.edge.event_sources.base import EventTooLarge, StreamBrokenOff
from gateway.edge.event_sources.parts import read_parts
from gateway.edge.event_sources.server_sent_events import Event, read_events
from gateway.edge.graphql.streams.framing import EventFraming, SubscriptionFraming

EVENTS = b': hello\n\nevent: next\ndata: {"a":\ndata: 1}\n\nid: 4\n\nevent: complete\n\n'
READ = [Event("next", b'{"a":\n1}'), Event("complete", b"")]
PARTS = (
    b"preamble\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{}\r\n"
    b'--graphql\r\ncontent-type: application/json\r\n\r\n{"payload": {"data": {"a": 1}}}\r\n'
    b'--graphql\r\n\r\n{"payload": {"data": {"a": "}"}}}\r\n--graphql--\r\n'
)
PAYLOADS = [{}, {"payload": {"data": {"a": 1}}}, {"payload": {"data": {"a": "}"}}}]


async def cut(content: bytes, size: int) -> AsyncIterator[bytes]:
    for begin in range(0, len(content), size):
        yield content[begin : begin + size]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
async def test_events_are_read_however_they_are_cut(size: int, line_end: bytes) -> None:
    stream = cut(EVENTS.replace(b"\n", line_end) + b"\n", size)
    assert [event async for event in read_events(stream)] == READ


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
async def test_parts_are_read_however_they_are_cut(size: int) -> None:
    assert [part async for part in read_parts(cut(PARTS, size), "graphql")] == PAYLOADS


async def test_a_part_counts_before_the_next_one_begins() -> None:
    first, _, _ = PARTS.partition(b'\r\n--graphql\r\n\r\n{"payload": {"data": {"a": "}"}}}')
    parts = read_parts(cut(first, len(first)), "graphql")
    assert [await anext(parts), await anext(parts)] == PAYLOADS[:2]
    with pytest.raises(StreamBrokenOff):
        await anext(parts)


async def test_what_the_gateway_writes_the_gateway_reads() -> None:
    sse, parts = EventFraming(), SubscriptionFraming()
    written = sse.opening + sse.response(b'{"data":1}') + sse.heartbeat + sse.ending
    assert [event async for event in read_events(cut(written, 5))] == [
        Event("next", b'{"data":1}'),
        Event("complete", b""),
    ]
    written = (
        parts.opening
        + parts.heartbeat
        + parts.response(b'{"data":1}')
        + parts.broken_off(b'{"errors":[]}')
        + parts.ending
    )
    assert [part async for part in read_parts(cut(written, 5), "graphql")] == [
        {},
        {"payload": {"data": 1}},
        {"payload": None, "errors": []},
    ]


@pytest.mark.parametrize("content", [b"data: " + b"x" * 200, (b"data: " + b"x" * 40 + b"\n") * 5])
async def test_an_event_that_never_ends_is_not_gathered(content: bytes) -> None:
    with pytest.raises(EventTooLarge):
        [event async for event in read_events(cut(content, 10), largest=100)]
    with pytest.raises(EventTooLarge):
        [part async for part in read_parts(cut(content, 10), "graphql", largest=100)]
