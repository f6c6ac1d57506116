"""What a caller sees of a work order."""

from enum import Enum
from uuid import UUID

from shared.identity import Identity


class Sight(Enum):
    """FULL: who makes the work and who manages it. STAFF: all but pay. OWNER: how far it is."""

    FULL = "full"
    STAFF = "staff"
    OWNER = "owner"
    NONE = "none"


def sight(identity: Identity, owner_id: UUID, partner_id: UUID | None) -> Sight:
    if identity.has("operator", "manager"):
        return Sight.FULL
    if identity.has("crm"):
        return Sight.STAFF
    if identity.owns(owner_id) or identity.owns(partner_id):
        return Sight.OWNER
    return Sight.NONE
