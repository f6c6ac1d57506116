"""Confirmed orders, operators and their calls, for the operator's tests."""

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
    OrderCancelled,
    OrderConfirmed,
    OrderedLine,
    OrderSnapshot,
    PostalAddress,
)
from shared.messaging.inbox import Inbox
from shared.service import Runtime
from shared.settings import Settings
from subgraphs.operator.main import create
from subgraphs.operator.schema import schema
from tests.envelopes import sent

OTIS = Identity(subject=uuid4(), roles=frozenset({"operator"}), name="Otis Orr")
OLGA = Identity(subject=uuid4(), roles=frozenset({"operator"}), name="Olga Ott")
MINA = Identity(subject=uuid4(), roles=frozenset({"manager"}), name="Mina Moss")


def envelope(producer: str, order_id: UUID, event: Event) -> Envelope:
    """The first event that `producer` sends about the order."""
    return sent(producer, event, order_id)


async def receive(database: Database, producer: str, order_id: UUID, event: Event) -> None:
    """Through the service's own consumer and a real inbox."""
    (consumer,) = create(runtime(database)).consumers
    await Inbox(database, consumer).receive(envelope(producer, order_id, event))


def runtime(database: Database) -> Runtime:
    return Runtime(settings=Settings(), database=database, storage=None, queue=None)  # type: ignore[arg-type]


def snapshot(order_id: UUID, owner: UUID | None = None, total: int = 10_000) -> OrderSnapshot:
    line = OrderedLine(
        line_id=uuid4(),
        model_id=uuid4(),
        material="pla-black",
        finish="raw",
        quantity=3,
        rotation=(90, 0, 180),
        file_name="bracket.stl",
        unit=total // 3,
        total=total,
    )
    return OrderSnapshot(
        order_id=order_id,
        reference=order_reference(order_id),
        channel="SHOP",
        owner_id=owner or uuid4(),
        customer_name="Sam Shopper",
        customer_email="shopper@partline.example",
        revision=1,
        lines=(line,),
        total=total,
        tax=1_900,
        currency="EUR",
        address=PostalAddress(
            name="Sam Shopper", street="Way 1", city="Town", postal_code="12345", country="DE"
        ),
    )


async def confirm(database: Database, order: OrderSnapshot | None = None) -> UUID:
    """A confirmed order on the board; gives its id."""
    order = order or snapshot(new_id())
    event = OrderConfirmed(order=order, automatic=True, decided_by="rule")
    await receive(database, "crm", order.order_id, event)
    return order.order_id


async def cancel(database: Database, order_id: UUID) -> None:
    event = OrderCancelled(
        order_id=order_id, reference=order_reference(order_id), by="Sam", reason="changed my mind"
    )
    await receive(database, "shop", order_id, event)


async def outbox(database: Database, order_id: UUID) -> list[str]:
    """The types of the events written about an order, in their order."""
    async with database.reading() as session:
        query = sa.text("select type from outbox where aggregate_id = :id order by seq")
        return list((await session.scalars(query, {"id": order_id})).all())


async def ask(
    database: Database, identity: Identity, query: str, **variables: object
) -> tuple[dict[str, Any] | None, list[str]]:
    """The answer to a GraphQL request, and the codes of its errors."""
    context = Context(identity, "test", runtime(database))
    result = await schema.execute(query, variable_values=variables, context_value=context)
    codes = [
        getattr(error.original_error, "error_code", repr(error)) for error in result.errors or ()
    ]
    return result.data, codes
