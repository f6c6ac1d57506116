"""What travels: what an outbox can hold is read back, and nothing else is taken for an event."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.envelope import (
    MAX_BODY_BYTES,
    MAX_PAYLOAD_BYTES,
    CannotTravel,
    Envelope,
    NotAnEvent,
    payload_of,
)
from shared.messaging.event import Event

SOME_ID = UUID("0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000")
WHOLE: Mapping[str, Any] = {
    "id": str(SOME_ID),
    "producer": "shop",
    "type": "OrderExpired",
    "schema_version": 1,
    "aggregate_type": "order",
    "aggregate_id": str(SOME_ID),
    "aggregate_version": 3,
    "correlation_id": str(SOME_ID),
    "occurred_at": "2026-02-03T04:05:06+00:00",
    "payload": {"reason": "too late"},
    "headers": {},
}
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda parts: st.lists(parts) | st.dictionaries(st.text("abc"), parts),
    max_leaves=10,
)


@given(st.dictionaries(st.text("abcdef", min_size=1), _json), st.integers(1, 2**63 - 1))
def test_what_an_outbox_holds_is_read_back_as_it_was(
    payload: Mapping[str, Any], version: int
) -> None:
    sent = Envelope(
        id=SOME_ID,
        producer="shop",
        type="OrderExpired",
        schema_version=1,
        aggregate_type="order",
        aggregate_id=SOME_ID,
        aggregate_version=version,
        correlation_id=SOME_ID,
        occurred_at=datetime(2026, 2, 3, tzinfo=UTC),
        payload=payload,
        headers={"actor": "ada"},
    )
    assert Envelope.decode(sent.encode(), "shop") == sent


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", 5),
        ("id", "5"),
        ("producer", None),
        ("producer", "shop\0"),
        ("type", ["OrderExpired"]),
        ("type", "x" * 101),
        ("type", ""),
        ("schema_version", "1"),
        ("schema_version", True),
        ("schema_version", 2**31),
        ("aggregate_type", {}),
        ("aggregate_id", None),
        ("aggregate_version", 0),
        ("aggregate_version", -1),
        ("aggregate_version", 1.0),
        ("aggregate_version", 2**63),
        ("correlation_id", {}),
        ("occurred_at", 0),
        ("occurred_at", "yesterday"),
        ("occurred_at", "2026-02-03T04:05:06"),
        ("occurred_at", "0001-01-01T00:00:00+14:00"),
        ("payload", []),
        ("payload", None),
        ("payload", {"name": "with a NUL: \0"}),
        ("payload", {"with a NUL: \0": [1]}),
        ("headers", "none"),
    ],
)
def test_a_field_of_another_kind_makes_it_no_event(field: str, value: object) -> None:
    assert Envelope.decode(orjson.dumps(WHOLE)).aggregate_version == 3
    with pytest.raises(NotAnEvent):
        Envelope.decode(orjson.dumps({**WHOLE, field: value}))


@pytest.mark.parametrize("field", WHOLE)
def test_an_event_without_one_of_its_fields_is_none(field: str) -> None:
    rest = {name: value for name, value in WHOLE.items() if name != field}
    with pytest.raises(NotAnEvent):
        Envelope.decode(orjson.dumps(rest))


def test_an_event_that_claims_to_come_from_another_producer_is_none() -> None:
    assert Envelope.decode(orjson.dumps(WHOLE), "shop").producer == "shop"
    with pytest.raises(NotAnEvent, match="it claims to come from shop"):
        Envelope.decode(orjson.dumps(WHOLE), "crm")


def test_a_backslash_that_somebody_typed_is_no_nul() -> None:
    body = orjson.dumps({**WHOLE, "payload": {"name": "\\u0000"}})
    assert Envelope.decode(body).payload == {"name": "\\u0000"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        b"\xff\xfe",
        b"null",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'"\\ud800"',
        b"1e999",
        b" " * (MAX_BODY_BYTES + 1),
    ],
)
def test_rubbish_is_no_event(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        Envelope.decode(body)


@given(st.binary() | _json.map(orjson.dumps))
def test_nothing_but_that_it_is_no_event_is_said_of_whatever_comes(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        Envelope.decode(body)


@given(st.sampled_from(sorted(WHOLE)), _json)
def test_one_field_of_anything_is_taken_or_refused_and_never_fails_otherwise(
    field: str, value: object
) -> None:
    try:
        taken = Envelope.decode(orjson.dumps({**WHOLE, field: value}))
    except NotAnEvent:
        return
    assert Envelope.decode(taken.encode()) == taken


class Weighed(Event):
    """Whatever a test puts into it."""

    grams: int = 0
    note: str = ""


def test_the_largest_event_that_is_written_is_also_read() -> None:
    note = "ü" * ((MAX_PAYLOAD_BYTES - len(orjson.dumps({"grams": 0, "note": ""}))) // 2)
    payload = payload_of(Weighed(note=note))
    assert Envelope.decode(orjson.dumps({**WHOLE, "payload": payload})).payload == payload


@pytest.mark.parametrize("event", [Weighed(note="x" * MAX_PAYLOAD_BYTES), Weighed(grams=2**64)])
def test_what_no_reader_would_take_is_not_written(event: Weighed) -> None:
    with pytest.raises(CannotTravel, match="Weighed"):
        payload_of(event)
