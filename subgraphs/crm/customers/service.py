"""What staff do with customers, in the caller's transaction."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid, NotFound
from shared.identity import Identity, require
from subgraphs.crm.access import CARERS
from subgraphs.crm.clock import now
from subgraphs.crm.customers import repository
from subgraphs.crm.customers.tables import CustomerNoteRow, CustomerRow

_MAX_NOTE = 4_000


async def add_note(
    session: AsyncSession, identity: Identity, customer_id: UUID, text: str
) -> CustomerRow:
    """Write down something about a customer. Raises NotFound, Invalid and Forbidden."""
    require(identity, *CARERS)
    words = text.strip()
    if not 1 <= len(words) <= _MAX_NOTE:
        raise Invalid(f"Write a note of 1 to {_MAX_NOTE:,} characters.", "NOTE")
    customers = await repository.by_ids(session, [customer_id])
    if customer_id not in customers:
        raise NotFound("There is no such customer. Choose one from the list.")
    session.add(
        CustomerNoteRow(customer_id=customer_id, at=now(), author=identity.name, text=words)
    )
    return customers[customer_id]
