"""Whom to write to about an order."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.faults import Awaited
from subgraphs.notification.recipients import repository
from subgraphs.notification.recipients.tables import OrderContact


class ContactUnknown(Awaited):
    """The shop's word about this order has not arrived yet; the event waits until it has."""

    def __init__(self, order_id: UUID) -> None:
        super().__init__(f"nothing is known of the customer of order {order_id} yet")


@dataclass(frozen=True, slots=True)
class Recipient:
    account_id: UUID
    email: str
    name: str


async def contact_of(session: AsyncSession, order_id: UUID) -> OrderContact:
    """What is known of the order's customer. Raises ContactUnknown."""
    contact = await repository.order(session, order_id)
    if contact is None:
        raise ContactUnknown(order_id)
    return contact


async def recipient_of(session: AsyncSession, contact: OrderContact) -> Recipient | None:
    """The partner, or else the order's owner, at the address of their account; else the address
    that the order carried. None for a visitor who has left no address."""
    account = await repository.first_account(session, (contact.partner_id, contact.owner_id))
    if account is not None:
        return Recipient(account.account_id, account.email, account.name)
    if contact.email:
        return Recipient(contact.owner_id, contact.email, contact.name)
    return None
