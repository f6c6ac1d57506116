"""What travels: an event with all that is needed to deliver it once and in order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from shared.messaging.event import Event, event_class

MAX_BODY_BYTES: Final = 8 * 2**20
MAX_PAYLOAD_BYTES: Final = MAX_BODY_BYTES - 2**16
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")


class NotAnEvent(ValueError):
    """A body that no producer can have sent, or that was harmed on its way."""


class ForbiddenEvent(NotAnEvent):
    """An event that its producer may not send: nothing of it may take effect."""


class CannotTravel(ValueError):
    """An event that no reader could take: once committed, it would stop its producer's relay."""


class Aggregate(NamedTuple):
    """Whose events are applied one after the other."""

    producer: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Envelope:
    """One row of a producer's outbox on its way.

    `aggregate_version` counts 1..n within (`producer`, `aggregate_id`), without gap or repeat.
    `correlation_id` is the order's id (for files the model's), the same on its whole journey.
    """

    id: UUID
    producer: str
    type: str
    schema_version: int
    aggregate_type: str
    aggregate_id: UUID
    aggregate_version: int
    correlation_id: UUID
    occurred_at: datetime
    payload: Mapping[str, Any]
    headers: Mapping[str, Any]

    @property
    def aggregate(self) -> Aggregate:
        return Aggregate(self.producer, self.aggregate_id)

    def event(self) -> Event:
        """The payload as its class.

        Raises UnknownEvent, pydantic's ValidationError, or ForbiddenEvent for one that is not its
        producer's to send or speaks of another aggregate: all are permanent faults.
        """
        event = event_class(self.type).model_validate(self.payload)
        if event.producer not in {"", self.producer}:
            raise ForbiddenEvent(f"{self.producer} may send no {self.type}: {event.producer} may")
        if event.subject not in {None, self.aggregate_id}:
            raise ForbiddenEvent(f"{self.type} of one aggregate speaks of another")
        return event

    def encode(self) -> bytes:
        return orjson.dumps(self, default=_plain)

    @classmethod
    def decode(cls, raw: bytes, producer: str | None = None) -> "Envelope":
        """Raises NotAnEvent when `raw` is no envelope, or not one of `producer` where it is given.

        Nothing but what an outbox can hold is taken, so whatever is taken can be kept as a row.
        """
        try:
            return cls._of(_Fields(_parsed(raw)), producer)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise NotAnEvent(f"{type(error).__name__}: {error}"[:500]) from error

    @classmethod
    def _of(cls, fields: "_Fields", producer: str | None) -> "Envelope":
        named = fields.name("producer")
        if producer is not None and named != producer:
            raise ValueError(f"it claims to come from {named}")
        return cls(
            id=fields.uuid("id"),
            producer=named,
            type=fields.name("type"),
            schema_version=fields.count("schema_version", 2**31),
            aggregate_type=fields.name("aggregate_type"),
            aggregate_id=fields.uuid("aggregate_id"),
            aggregate_version=fields.count("aggregate_version", 2**63),
            correlation_id=fields.uuid("correlation_id"),
            occurred_at=fields.moment("occurred_at"),
            payload=fields.mapping("payload"),
            headers=fields.mapping("headers"),
        )


def payload_of(event: Event) -> Mapping[str, Any]:
    """The event's fields as they travel. Raises CannotTravel for what `decode` would refuse."""
    payload = event.model_dump(mode="json")
    try:
        size = len(orjson.dumps(payload))
    except TypeError as error:
        raise CannotTravel(f"{type(event).__name__}: {error}") from error
    if size > MAX_PAYLOAD_BYTES:
        raise CannotTravel(f"{type(event).__name__} has {size:,} bytes: store them, and send where")
    return payload


def _parsed(raw: bytes) -> Mapping[str, Any]:
    if len(raw) > MAX_BODY_BYTES:
        raise ValueError(f"{len(raw)} bytes are too many")
    fields = orjson.loads(raw)
    if not isinstance(fields, dict):
        raise TypeError("no object")
    if b"\\u0000" in raw and _has_nul(fields):
        raise ValueError("PostgreSQL's text has no NUL")
    return fields


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_has_nul(part) for part in value)


class _Fields:
    """Each field as its type. Raises ValueError or TypeError, or KeyError when it is missing."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def name(self, field: str) -> str:
        value = self._fields[field]
        if not (isinstance(value, str) and _NAME.fullmatch(value)):
            raise ValueError(f"{field} is no name")
        return value

    def uuid(self, field: str) -> UUID:
        value = self._fields[field]
        if not isinstance(value, str):
            raise TypeError(f"{field} is no id")
        return UUID(value)

    def count(self, field: str, below: int) -> int:
        value = self._fields[field]
        if type(value) is not int or not 1 <= value < below:
            raise ValueError(f"{field} does not count from 1")
        return value

    def moment(self, field: str) -> datetime:
        value = self._fields[field]
        if not isinstance(value, str):
            raise TypeError(f"{field} is no time")
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None or not 1970 <= moment.year < 9999:
            raise ValueError(f"{field} is no time in any zone")
        return moment

    def mapping(self, field: str) -> Mapping[str, Any]:
        value = self._fields[field]
        if not isinstance(value, dict):
            raise TypeError(f"{field} is no object")
        return value


def _plain(value: object) -> str:
    if isinstance(value, UUID):  # asyncpg's own subclass, which orjson does not know
        return str(value)
    raise TypeError(f"{type(value).__name__} is no part of an event")
