"""Who may see the price of an order."""

from uuid import UUID

from shared.identity import STAFF, Identity


def may_see(identity: Identity, owner: UUID, partner: UUID | None) -> bool:
    """The owner, everybody of the partner that it belongs to, and staff."""
    return identity.has(*STAFF) or identity.owns(owner) or identity.owns(partner)
