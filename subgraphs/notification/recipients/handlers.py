"""What accounts and the shop say of people."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.envelope import Envelope
from shared.messaging.events import (
    AccountRegistered,
    OrderCreated,
    OrderPricingRequested,
    OrderSnapshot,
)
from subgraphs.notification.recipients import repository
from subgraphs.notification.recipients.tables import OrderContact


async def account_registered(session: AsyncSession, event: AccountRegistered, _: Envelope) -> None:
    await repository.keep_account(session, event.account_id, event.email, event.name)


async def pricing_requested(
    session: AsyncSession, event: OrderPricingRequested, _: Envelope
) -> None:
    contact = {
        "order_id": event.order_id,
        "owner_id": event.owner_id,
        "partner_id": event.partner_id,
        "reference": event.reference,
        "channel": event.channel,
        "email": event.customer_email,
        "name": event.customer_name,
        "revision": event.revision,
    }
    await repository.keep_order(session, contact)


async def order_created(session: AsyncSession, event: OrderCreated, _: Envelope) -> None:
    await keep_snapshot(session, event.order)


async def keep_snapshot(session: AsyncSession, order: OrderSnapshot) -> OrderContact:
    """Keep what a placed order says of its customer."""
    contact = {
        "order_id": order.order_id,
        "owner_id": order.owner_id,
        "partner_id": order.partner_id,
        "reference": order.reference,
        "channel": order.channel,
        "partner_reference": order.partner_reference,
        "email": order.customer_email,
        "name": order.customer_name,
        "revision": order.revision,
    }
    return await repository.keep_order(session, contact)
