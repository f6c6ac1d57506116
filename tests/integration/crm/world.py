"""What tests of CRM need: people, the graph, and the events of other services."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import sqlalchemy as sa

from db.engine import Database
from shared.graphql.context import Context
from shared.identity import Identity
from shared.ids import new_id, order_reference
from shared.messaging import Consumer, Envelope, Event
from shared.messaging.events import (
    AccountRegistered,
    OrderCreated,
    OrderedLine,
    OrderPricingRequested,
    OrderSnapshot,
    PostalAddress,
    RequestedLine,
)
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.tables import outbox
from shared.service import JobQueue, Runtime
from shared.settings import Settings
from shared.storage import ObjectStorage
from subgraphs.crm.consumers import JOURNEY, decisions
from subgraphs.crm.schema import schema
from tests.envelopes import sent

LIMIT = 5_000
REVIEW = "{ id state automatic reasons decidedBy decision total { text } customer { id name } }"


def person(role: str = "customer", name: str = "Sam Shopper") -> Identity:
    account = uuid4()
    partner = account if role == "partner" else None
    return Identity(account, frozenset({role}), partner=partner, name=name, email="sam@x.example")


CRM = person("crm", "Cleo Carr")
MANAGER = person("manager", "Mina Moss")


class Refused(Exception):
    """The graph answered with an error."""

    def __init__(self, code: str, details: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class World:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.start = datetime.now(UTC)
        self._versions: dict[tuple[str, UUID], int] = {}

    async def ask(self, who: Identity, query: str, **variables: Any) -> dict[str, Any]:
        runtime = Runtime(
            Settings(_env_file=None),
            self.database,
            cast(ObjectStorage, None),
            cast(JobQueue, None),
        )
        result = await schema.execute(
            query, variable_values=variables, context_value=Context(who, "test", runtime)
        )
        for error in result.errors or ():
            original = error.original_error
            if original is None:
                raise error
            code = getattr(original, "error_code", None)
            if code is None:
                raise original
            raise Refused(code, original.details)  # type: ignore[attr-defined]
        assert result.data is not None
        return result.data

    async def approve(self, who: Identity, review: UUID, note: str = "fine") -> dict[str, Any]:
        query = f"mutation($i: ID!, $n: String) {{ approveReview(id: $i, note: $n) {REVIEW} }}"
        data = await self.ask(who, query, i=str(review), n=note)
        return cast(dict[str, Any], data["approveReview"])

    async def reject(self, who: Identity, review: UUID, reason: str = "no") -> dict[str, Any]:
        query = f"mutation($i: ID!, $r: String!) {{ rejectReview(id: $i, reason: $r) {REVIEW} }}"
        data = await self.ask(who, query, i=str(review), r=reason)
        return cast(dict[str, Any], data["rejectReview"])

    async def review(self, who: Identity, review: UUID) -> dict[str, Any] | None:
        query = f"query($id: ID!) {{ review(id: $id) {REVIEW} }}"
        data = await self.ask(who, query, id=str(review))
        return cast(dict[str, Any] | None, data["review"])

    async def journey(self, who: Identity, order: UUID) -> list[dict[str, Any]]:
        data = await self.ask(
            who,
            """query($r: [_Any!]!) { _entities(representations: $r) { ... on Order {
                journey { event service summary actor secondsSincePrevious } } } }""",
            r=[{"__typename": "Order", "id": str(order)}],
        )
        return cast(list[dict[str, Any]], data["_entities"][0]["journey"])

    def envelope(
        self,
        producer: str,
        event: Event,
        aggregate: UUID,
        *,
        seconds: float = 0,
    ) -> Envelope:
        key = (producer, aggregate)
        version = self._versions[key] = self._versions.get(key, 0) + 1
        return sent(
            producer, event, aggregate, version, occurred_at=self.start + timedelta(seconds=seconds)
        )

    async def receive(self, consumer: Consumer, envelope: Envelope) -> Outcome:
        return await Inbox(self.database, consumer).receive(envelope)

    async def hear(
        self, producer: str, event: Event, aggregate: UUID, *, seconds: float = 0
    ) -> Envelope:
        """Both consumers hear it, each if it listens to the producer."""
        envelope = self.envelope(producer, event, aggregate, seconds=seconds)
        for consumer in (decisions(LIMIT), JOURNEY):
            if producer in consumer.producers:
                await self.receive(consumer, envelope)
        return envelope

    async def register(self, who: Identity, *roles: str) -> None:
        event = AccountRegistered(
            account_id=who.subject, email=who.email, name=who.name, roles=roles or tuple(who.roles)
        )
        await self.hear("accounts", event, who.subject)

    async def placed(
        self, who: Identity, total: int = 10_000, *, warnings: tuple[str, ...] = ()
    ) -> UUID:
        order = new_id()
        await self.hear("shop", created(who, order, total, warnings), order)
        return order

    async def published(self) -> list[tuple[str, dict[str, Any]]]:
        async with self.database.reading() as session:
            rows = await session.execute(
                sa.select(outbox.c.type, outbox.c.payload).order_by(outbox.c.seq)
            )
            return [(kind, payload) for kind, payload in rows]


def asked(who: Identity, order: UUID, *models: UUID, revision: int = 1) -> OrderPricingRequested:
    lines = tuple(
        RequestedLine(line_id=new_id(), model_id=model, material="PLA", finish="raw", quantity=1)
        for model in models or (new_id(),)
    )
    return OrderPricingRequested(
        order_id=order,
        revision=revision,
        channel="SHOP",
        owner_id=who.subject,
        partner_id=who.partner,
        lines=lines,
        currency="EUR",
    )


def created(
    who: Identity, order: UUID, total: int = 10_000, warnings: tuple[str, ...] = ()
) -> OrderCreated:
    line = OrderedLine(
        line_id=new_id(),
        model_id=new_id(),
        material="PLA",
        finish="raw",
        quantity=1,
        file_name="bracket.stl",
        unit=total,
        total=total,
    )
    snapshot = OrderSnapshot(
        order_id=order,
        reference=order_reference(order),
        channel="PARTNER" if who.partner else "SHOP",
        owner_id=who.subject,
        partner_id=who.partner,
        customer_name=who.name,
        customer_email=who.email,
        revision=1,
        lines=(line,),
        total=total,
        tax=0,
        currency="EUR",
        address=PostalAddress(name="S", street="S 1", city="C", postal_code="1", country="NL"),
        warnings=warnings,
    )
    return OrderCreated(order=snapshot)
