"""Who sees what of customers, reviews and journeys. What is not allowed here is denied."""

from uuid import UUID

from shared.identity import STAFF, Identity, Role

CARERS: tuple[Role, ...] = ("crm", "manager")
"""Those who look after customers: they read and decide everything here."""


def cares(identity: Identity) -> bool:
    """Whether the caller looks after customers."""
    return identity.has(*CARERS)


def sees_customer(identity: Identity, customer_id: UUID) -> bool:
    """Carers, and oneself."""
    return cares(identity) or identity.owns(customer_id)


def sees_review(identity: Identity, owner_id: UUID | None, partner_id: UUID | None) -> bool:
    """How a review ended: carers, the owner and its partner. Carers alone see more than that."""
    return cares(identity) or identity.owns(owner_id) or identity.owns(partner_id)


def sees_journey(identity: Identity, owner_id: UUID | None, partner_id: UUID | None) -> bool:
    """What happened to an order: staff, the owner and its partner. Staff alone see who did it."""
    return identity.has(*STAFF) or identity.owns(owner_id) or identity.owns(partner_id)
