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


@pytest.mark.parametrize("path", ["", "no\0name", "missing"])
def test_what_is_no_file_is_told(path: str) -> None:
    with pytest.raises(SourceError):
        read_text(Path(path))
