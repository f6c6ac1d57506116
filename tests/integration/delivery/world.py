"""Services on their own databases, with events between them that went wrong."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from db.engine import Database
from shared.errors import Conflict
from shared.identity import Identity
from shared.ids import new_id
from shared.messaging import Consumer, publish
from shared.messaging.bus import Delivery
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.envelope import Envelope
from shared.messaging.events import OrderExpired
from shared.messaging.failures import Failures
from shared.messaging.outbox_rows import envelope_of
from shared.messaging.receiver import Receiver
from shared.messaging.tables import outbox, retry
from tests.integration.messaging.world import count, during, until
from tests.integration.subgraph import Subgraph

MANAGER = Identity(
    new_id(), frozenset({"manager"}), name="Mina Moss", email="mina@partline.example"
)


class Silence:
    """A bus that brings nothing: what is applied came from the database."""

    async def publish(self, producer: str, bodies: Sequence[bytes]) -> None:
        raise AssertionError("nobody publishes here")

    async def deliveries(
        self, consumer: str, producers: Sequence[str]
    ) -> AsyncIterator[Sequence[Delivery]]:
        await asyncio.Event().wait()
        yield ()

    async def acknowledge(self, consumer: str, deliveries: Sequence[Delivery]) -> None:
        raise AssertionError("there is nothing to acknowledge")

    async def close(self) -> None:
        """There is no connection."""


@dataclass
class World:
    """`shop` sends; `crm.journey` at `crm` listens and fails while `broken`."""

    shop: Database
    crm: Database
    graph: Subgraph
    broken: bool = True

    @property
    def consumer(self) -> Consumer:
        return Consumer("crm.journey", ("shop",), every=self._handle)

    async def _handle(self, _: object, told: Sequence[tuple[Any, Envelope]]) -> None:
        for event, _envelope in told:
            if self.broken:
                raise fault(event.order_id)

    async def send(self, order: UUID, *reasons: str) -> list[Envelope]:
        """Events of an order, committed to the shop's outbox; all there are of the order."""
        for reason in reasons:
            async with self.shop.transaction() as session:
                await publish(
                    session,
                    OrderExpired(order_id=order, reference="PL-1", reason=reason),
                    aggregate_type="order",
                    aggregate_id=order,
                    correlation_id=order,
                )
        async with self.shop.reading() as session:
            query = sa.select(outbox).where(outbox.c.correlation_id == order)
            rows = (await session.execute(query.order_by(outbox.c.seq))).all()
        return [envelope_of("shop", row) for row in rows]

    async def bury(self, order: UUID | None = None) -> Envelope:
        """The first event of an order: dead at `crm.journey`. A second one waits behind it."""
        first, second = await self.send(order or new_id(), "first", "second")
        await self._receiver().deliver_all([first, second])
        await self.try_again()
        return first

    async def garble(self) -> UUID:
        """A message that is no event, dead at `crm.journey`; gives its id."""
        await Failures(self.crm, "crm.journey").reject("shop", b"\x00 rubbish", ValueError("no"))
        async with self.crm.reading() as session:
            [letter] = await DeadLetters(session).list(type="unreadable")
        return letter.event_id

    async def try_again(self) -> None:
        """The receiver's own loop, until nothing is left to be tried."""
        async with during(self._receiver().run):
            await until(self._nothing_is_retried)

    async def _nothing_is_retried(self) -> bool:
        return await count(self.crm, retry) == 0

    def _receiver(self) -> Receiver:
        return Receiver(self.crm, Silence(), self.consumer)

    async def ask(self, query: str, who: Identity = MANAGER, **variables: object) -> Any:
        """The data of an answer without errors."""
        return await self.graph.data(who, query, **variables)


def fault(order: UUID) -> Conflict:
    """What the consumer says of an event that it does not like."""
    return Conflict(f"order {order} is not liked")
