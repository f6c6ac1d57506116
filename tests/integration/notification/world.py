"""Events about orders, and what the notification service made of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from db.engine import Database
from shared.graphql import Context
from shared.identity import Identity
from shared.ids import new_id, order_reference
from shared.messaging.envelope import Envelope
from shared.messaging.event import Event
from shared.messaging.events import (
    AccountRegistered,
    OrderConfirmed,
    OrderCreated,
    OrderedLine,
    OrderPriceCalculated,
    OrderPricingFailed,
    OrderPricingRequested,
    OrderRejected,
    OrderShipped,
    OrderSnapshot,
    PostalAddress,
)
from shared.messaging.inbox import Inbox, Outcome
from shared.service import Runtime, Service
from shared.settings import Settings
from subgraphs.notification.main import create
from subgraphs.notification.messages.tables import Notification
from subgraphs.notification.schema import schema
from tests.envelopes import sent

CLEO = Identity(subject=uuid4(), roles=frozenset({"crm"}), name="Cleo Carr")
OTIS = Identity(subject=uuid4(), roles=frozenset({"operator"}), name="Otis Orr")


def runtime(database: Database, settings: Settings | None = None) -> Runtime:
    return Runtime(settings=settings or Settings(), database=database, storage=None, queue=None)  # type: ignore[arg-type]


def service(database: Database) -> Service:
    return create(runtime(database))


def envelope(producer: str, aggregate_id: UUID, version: int, event: Event) -> Envelope:
    return sent(producer, event, aggregate_id, version)


async def deliver(database: Database, *envelopes: Envelope) -> list[Outcome]:
    """Through the real inbox, in the order given."""
    (consumer,) = service(database).consumers
    inbox = Inbox(database, consumer)
    return [await inbox.receive(one) for one in envelopes]


class OrderStory:
    """The events of one order, numbered as their producers would."""

    def __init__(self, *, partner: bool = False, email: str = "sam@example.org") -> None:
        self.order_id, self.owner = new_id(), uuid4()
        self.partner = self.owner if partner else None
        self.email = email
        self._versions: dict[str, int] = {}

    def _told(self, producer: str, event: Event) -> Envelope:
        version = self._versions[producer] = self._versions.get(producer, 0) + 1
        return envelope(producer, self.order_id, version, event)

    def registered(self, email: str) -> Envelope:
        event = AccountRegistered(account_id=self.owner, email=email, name="Sam", roles=())
        return envelope("accounts", self.owner, 1, event)

    def pricing_requested(self, revision: int = 1) -> Envelope:
        event = OrderPricingRequested(
            order_id=self.order_id,
            revision=revision,
            channel="PARTNER" if self.partner else "SHOP",
            owner_id=self.owner,
            partner_id=self.partner,
            customer_name="Sam",
            customer_email=self.email,
            reference=order_reference(self.order_id),
            lines=(),
            currency="EUR",
        )
        return self._told("shop", event)

    def priced(self, revision: int = 1, *, by_hand: bool = False) -> Envelope:
        event = OrderPriceCalculated(
            order_id=self.order_id,
            revision=revision,
            lines=(),
            total=1_234,
            tax=197,
            currency="EUR",
            price_book=1,
            valid_until=datetime(2026, 1, 31, tzinfo=UTC),
            by_hand=by_hand,
        )
        return self._told("mes", event)

    def not_priced(self, code: str, message: str, revision: int = 1) -> Envelope:
        event = OrderPricingFailed(
            order_id=self.order_id, revision=revision, code=code, message=message
        )
        return self._told("mes", event)

    def snapshot(self) -> OrderSnapshot:
        line = OrderedLine(
            line_id=uuid4(),
            model_id=uuid4(),
            material="pla-black",
            finish="raw",
            quantity=1,
            file_name="bracket.stl",
            unit=1_037,
            total=1_037,
        )
        return OrderSnapshot(
            order_id=self.order_id,
            reference=order_reference(self.order_id),
            channel="PARTNER" if self.partner else "SHOP",
            owner_id=self.owner,
            partner_id=self.partner,
            partner_reference="PO-17" if self.partner else None,
            customer_name="Sam",
            customer_email=self.email,
            revision=1,
            lines=(line,),
            total=1_234,
            tax=197,
            currency="EUR",
            address=PostalAddress(
                name="Sam", street="Way 1", city="Town", postal_code="12345", country="DE"
            ),
        )

    def created(self) -> Envelope:
        return self._told("shop", OrderCreated(order=self.snapshot()))

    def confirmed(self) -> Envelope:
        event = OrderConfirmed(order=self.snapshot(), automatic=True, decided_by="rule")
        return self._told("crm", event)

    def rejected(self, reason: str) -> Envelope:
        event = OrderRejected(
            order_id=self.order_id,
            reference=order_reference(self.order_id),
            owner_id=self.owner,
            decided_by="Cleo",
            reason=reason,
        )
        return self._told("crm", event)

    def shipped(self) -> Envelope:
        event = OrderShipped(
            order_id=self.order_id,
            operator_id=uuid4(),
            operator_name="Otis",
            carrier="DHL",
            tracking_number="00340",
        )
        return self._told("operator", event)


async def intended(database: Database) -> Sequence[Notification]:
    """Every message, oldest first."""
    async with database.reading() as session:
        query = sa.select(Notification).order_by(Notification.created_at, Notification.id)
        return (await session.scalars(query)).all()


async def ask(
    database: Database,
    identity: Identity,
    query: str,
    settings: Settings | None = None,
    **variables: object,
) -> tuple[dict[str, Any] | None, list[str]]:
    """The answer to a GraphQL request, and the codes of its errors."""
    context = Context(identity, "test", runtime(database, settings))
    result = await schema.execute(query, variable_values=variables, context_value=context)
    codes = [
        getattr(error.original_error, "error_code", repr(error)) for error in result.errors or ()
    ]
    return result.data, codes
