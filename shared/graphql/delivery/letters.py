"""Dead letters in the graph."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry
from strawberry import federation

from shared.delivery.letters import Letter, LetterState
from shared.delivery.payload import Form, readable
from shared.graphql.types import PageInfo
from shared.messaging.dead_letters import Act, DeadLetterGroup

strawberry.enum(LetterState, name="DeadLetterState")
strawberry.enum(Form, name="PayloadForm")


@federation.type(name="DeadLetterPayload", shareable=True)
class Payload:
    """What travelled. `size` is in bytes; `cut` says that `text` is only its beginning."""

    form: Form
    text: str
    size: int
    cut: bool


@federation.type(shareable=True)
class DeliveryAct:
    """Somebody redrove or discarded a letter, or replayed the events of an outbox."""

    id: strawberry.ID
    at: datetime
    act: str
    actor: str
    consumer: str
    event_id: strawberry.ID | None
    reason: str | None

    @classmethod
    def of(cls, found: Act) -> Self:
        return cls(
            id=strawberry.ID(str(found.id)),
            at=found.at,
            act=found.act,
            actor=found.actor,
            consumer=found.consumer,
            event_id=_id(found.event_id),
            reason=found.reason,
        )


@federation.type(name="DeadLetterGroup", shareable=True)
class Group:
    """Letters that are alike. `error` leaves out the ids and numbers in which they differ."""

    consumer: str
    type: str
    error: str
    count: int
    first_at: datetime
    last_at: datetime

    @classmethod
    def of(cls, found: DeadLetterGroup) -> Self:
        return cls(
            consumer=found.consumer,
            type=found.type,
            error=found.error,
            count=found.count,
            first_at=found.first_at,
            last_at=found.last_at,
        )


@federation.type(name="DeadLetter", shareable=True)
class DeadLetterType:
    """An event that a consumer could not apply. `waiting` are the events held back behind it."""

    consumer: str
    event_id: strawberry.ID
    state: LetterState
    type: str | None
    producer: str | None
    aggregate_id: strawberry.ID | None
    version: int | None
    correlation_id: strawberry.ID | None = strawberry.field(
        description="The order whose journey it is part of; for files the model."
    )
    attempts: int | None
    error: str | None
    trace: str | None
    failed_at: datetime | None
    next_attempt_at: datetime | None
    applied_at: datetime | None
    discarded_at: datetime | None
    discarded_by: str | None
    discard_reason: str | None
    waiting: int
    body: strawberry.Private[bytes | None]

    @strawberry.field(description="Null for one that was applied: it is the producer's again.")
    def payload(self) -> Payload | None:
        if self.body is None:
            return None
        found = readable(self.body)
        return Payload(form=found.form, text=found.text, size=found.size, cut=found.cut)

    @classmethod
    def of(cls, found: Letter) -> Self:
        return cls(
            consumer=found.consumer,
            event_id=strawberry.ID(str(found.event_id)),
            state=found.state,
            type=found.type,
            producer=found.producer,
            aggregate_id=_id(found.aggregate_id),
            version=found.version,
            correlation_id=_id(found.correlation_id),
            attempts=found.attempts,
            error=found.error,
            trace=found.trace,
            failed_at=found.failed_at,
            next_attempt_at=found.next_attempt_at,
            applied_at=found.applied_at,
            discarded_at=found.discarded_at,
            discarded_by=found.discarded_by,
            discard_reason=found.discard_reason,
            waiting=found.waiting,
            body=found.body,
        )


@federation.type(shareable=True)
class DeadLetterConnection:
    """A page of dead letters, newest first."""

    nodes: list[DeadLetterType]
    page_info: PageInfo


def _id(value: UUID | None) -> strawberry.ID | None:
    return None if value is None else strawberry.ID(str(value))
