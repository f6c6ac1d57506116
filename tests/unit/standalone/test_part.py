"""The list of subgraphs, read with the eyes of somebody who is to be trusted with nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.standalone.part import Part, SourceError, read_parts, read_text


def read(**fields: object) -> Part:
    listed = [{"name": "a", "url": "http://a", **fields}]
    (part,) = read_parts(json.dumps(listed), Path())
    return part


def test_names_of_headers_are_in_small_letters_so_that_a_clients_is_replaced() -> None:
    part = read(headers={"X-Key": "k", "Authorization": "Bearer é"})
    assert part.headers == (("authorization", "Bearer é"), ("x-key", "k"))


@pytest.mark.parametrize(
    "headers",
    [
        {"x": "a\r\nx-admin: 1"},
        {"x\ny": "1"},
        {"": "1"},
        {"x y": "1"},
        {"x": "\u2100"},
        {"x": "\0"},
    ],
)
def test_what_cannot_be_sent_as_a_header_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(SourceError, match="cannot be sent as a header"):
        read(headers=headers)


@pytest.mark.parametrize("field", ["url", "subscriptions_url"])
@pytest.mark.parametrize(
    "url",
    [
        *("x", "//x", "http:///x", "http://[", "http://x:99999", "file:///x", "gopher://x"),
        f"http://{'a' * 300}/",
    ],
)
def test_what_is_no_address_is_refused(field: str, url: str) -> None:
    with pytest.raises(SourceError, match="has to be an address"):
        read(**{field: url})


def test_subscriptions_may_go_to_a_websocket_and_requests_may_not() -> None:
    assert read(subscriptions_url="wss://a/b").events == "wss://a/b"
    with pytest.raises(SourceError):
        read(url="ws://a")


@pytest.mark.parametrize("path", ["", "no\0name", "missing"])
def test_what_is_no_file_is_told(path: str) -> None:
    with pytest.raises(SourceError):
        read_text(Path(path))
