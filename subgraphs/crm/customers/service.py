"""What staff do with customers, in the caller's transaction."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Invalid, NotFound
from shared.idempotency import claim
from shared.idempotency.claim import hash_of
from shared.identity import Identity, require
from subgraphs.crm.access import CARERS
from subgraphs.crm.clock import now
from subgraphs.crm.customers import repository
from subgraphs.crm.customers.tables import CustomerNoteRow, CustomerRow

_MAX_NOTE = 4_000


async def add_note(
    session: AsyncSession,
    identity: Identity,
    customer_id: UUID,
    text: str,
    *,
    key: str | None = None,
) -> CustomerRow:
    """Write down something about a customer, once for each idempotency `key`.

    Raises NotFound, Invalid and Forbidden, and what `claim` raises.
    """
    require(identity, *CARERS)
    words = text.strip()
    if not 1 <= len(words) <= _MAX_NOTE:
        raise Invalid(f"Write a note of 1 to {_MAX_NOTE:,} characters.", "NOTE")
    body = hash_of({"customer": customer_id, "text": words})
    claimed = await claim(session, identity.subject, "addCustomerNote", key, body)
    customers = await repository.by_ids(session, [customer_id])
    if customer_id not in customers:
        raise NotFound("There is no such customer. Choose one from the list.")
    if claimed.answer is not None:
        return customers[customer_id]
    session.add(
        CustomerNoteRow(customer_id=customer_id, at=now(), author=identity.name, text=words)
    )
    await claimed.keep({"customerId": str(customer_id)})
    return customers[customer_id]
