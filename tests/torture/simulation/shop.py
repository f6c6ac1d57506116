"""The shop of the simulation: orders that walk the real state table."""

from typing import Any
from uuid import UUID

from shared.errors import Invalid
from shared.messaging import publish
from shared.messaging.envelope import Envelope
from subgraphs.shop.orders.lifecycle import (
    BEFORE_PLACING,
    OrderAction,
    OrderEvent,
    OrderState,
    allowed_actions,
    is_outdated,
)
from tests.torture.simulation.books import add_order, lock_order, move
from tests.torture.simulation.database import Client, Session
from tests.torture.simulation.traffic import (
    SimulatedNoise,
    SimulatedPriceAsked,
    SimulatedPriceGiven,
    SimulatedPricingFailed,
    SimulatedStep,
)


async def order(database: Client, order_id: UUID) -> None:
    """The command of a client, who repeats it until it is answered."""
    async with database.transaction() as session:
        if await add_order(session, order_id):
            await lock_order(session, order_id)
            await move(session, order_id, OrderEvent.PRICING_REQUESTED, revision=1)
            await _send(session, order_id, SimulatedPriceAsked(order_id=order_id, revision=1))


async def edit(database: Client, order_id: UUID) -> None:
    """Another revision, if the order is still being put together."""
    async with database.transaction() as session:
        row = await lock_order(session, order_id)
        if row is not None and row["state"] in BEFORE_PLACING:
            revision = row["revision"] + 1
            await move(session, order_id, OrderEvent.PRICING_REQUESTED, revision=revision)
            await _send(
                session, order_id, SimulatedPriceAsked(order_id=order_id, revision=revision)
            )


async def cancel(database: Client, order_id: UUID) -> None:
    """The customer changes their mind, if it is not too late."""
    async with database.transaction() as session:
        row = await lock_order(session, order_id)
        if row is not None and OrderAction.CANCEL in allowed_actions(row["state"]):
            await _step(session, order_id, OrderEvent.CANCELLED)


async def refused_command(database: Client, order_id: UUID) -> None:
    """Sends an event and is rolled back: nobody may ever hear of it."""
    async with database.transaction() as session:
        await lock_order(session, order_id)
        await _send(session, order_id, SimulatedNoise(number=-1))
        raise Invalid("This command is refused after all.")


async def noise(database: Client, aggregate: UUID, number: int) -> None:
    async with database.transaction() as session:
        await publish(
            session,  # type: ignore[arg-type]
            SimulatedNoise(number=number),
            aggregate_type="noise",
            aggregate_id=aggregate,
            correlation_id=aggregate,
        )


async def price_given(session: Any, event: SimulatedPriceGiven, _: Envelope) -> None:
    if not await _is_current(session, event.order_id, event.revision):
        return
    if await move(session, event.order_id, OrderEvent.PRICE_CALCULATED, price=event.price):
        await _step(session, event.order_id, OrderEvent.PLACED)


async def pricing_failed(session: Any, event: SimulatedPricingFailed, _: Envelope) -> None:
    if await _is_current(session, event.order_id, event.revision):
        await move(session, event.order_id, OrderEvent.PRICING_FAILED)


async def step_taken(session: Any, event: SimulatedStep, _: Envelope) -> None:
    """What CRM and the operators did; each step is told to everybody, which drives the chain on."""
    await _locked(session, event.order_id)
    await _step(session, event.order_id, OrderEvent(event.step))
    row = session.open_work.get("order", event.order_id)
    if row["state"] is OrderState.DELIVERED:
        await _step(session, event.order_id, OrderEvent.CLOSED)


async def _step(session: Session, order_id: UUID, event: OrderEvent) -> None:
    if await move(session, order_id, event):
        await _send(session, order_id, SimulatedStep(order_id=order_id, step=event))


async def _is_current(session: Session, order_id: UUID, revision: int) -> bool:
    row = await _locked(session, order_id)
    if revision > row["revision"]:
        raise Invalid(f"Revision {revision} of order {order_id} was never asked for.")
    return not is_outdated(row["revision"], revision)


async def _locked(session: Session, order_id: UUID) -> Any:
    row = await lock_order(session, order_id)
    if row is None:
        raise Invalid(f"There is no order {order_id}.")
    return row


async def _send(session: Session, order_id: UUID, event: Any) -> None:
    await publish(
        session,  # type: ignore[arg-type]
        event,
        aggregate_type="order",
        aggregate_id=order_id,
        correlation_id=order_id,
    )
