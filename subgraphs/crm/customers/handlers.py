"""What CRM does when somebody registers."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging import Envelope
from shared.messaging.events import AccountRegistered
from subgraphs.crm.customers import repository
from subgraphs.crm.customers.kind import kind_of


async def account_registered(
    session: AsyncSession, event: AccountRegistered, envelope: Envelope
) -> None:
    """Customers and partners become customers; accounts of staff do not."""
    kind = kind_of(event.roles)
    if kind is not None:
        await repository.register(
            session,
            event.account_id,
            name=event.name,
            email=event.email,
            kind=kind,
            since=envelope.occurred_at,
        )
