"""Who may see and change an order. What is not allowed here is denied."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Forbidden
from shared.identity import STAFF, Identity, require

WRITE_SCOPE = "orders:write"


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose an order is: a person's or visitor's, and for a partner's order the partner's."""

    owner_id: UUID
    partner_id: UUID | None = None


def owns(identity: Identity, order: Ownership) -> bool:
    """Whether the order is the caller's own, or its partner's."""
    return identity.owns(order.owner_id) or identity.owns(order.partner_id)


def may_read(identity: Identity, order: Ownership) -> bool:
    """Owners and staff."""
    return owns(identity, order) or identity.has(*STAFF)


def may_cancel(identity: Identity, order: Ownership) -> bool:
    """Owners, and those who look after customers."""
    return owns(identity, order) or identity.has("crm", "manager")


def may_search_customers(identity: Identity) -> bool:
    """Whether orders may be found by who ordered them."""
    return identity.has("crm", "manager")


def may_see_customer(identity: Identity, order: Ownership) -> bool:
    """An operator makes and ships; it knows the address and no more."""
    return owns(identity, order) or identity.has("crm", "manager")


def require_write(identity: Identity) -> None:
    """Visitors have no scopes; whoever else lacks this one may only read. Raises Forbidden."""
    if not identity.has("visitor") and WRITE_SCOPE not in identity.scopes:
        raise Forbidden(f"This needs the scope {WRITE_SCOPE}. Use an API key that has it.")


def require_submitter(identity: Identity) -> UUID:
    """The partner on whose behalf the caller submits orders.

    Raises SignInRequired or Forbidden.
    """
    require(identity, "partner")
    if identity.partner is None or WRITE_SCOPE not in identity.scopes:
        raise Forbidden(f"Submit orders with a partner's API key that has the scope {WRITE_SCOPE}.")
    return identity.partner
