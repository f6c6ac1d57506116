"""Who may see and change a model."""

from uuid import UUID

from shared.identity import STAFF, Identity


def may_read(identity: Identity, owner: UUID, *, public: bool) -> bool:
    """The owner, staff, and everybody for the models of products."""
    return public or identity.owns(owner) or identity.has(*STAFF)


def may_change(identity: Identity, owner: UUID, *, public: bool) -> bool:
    """Only the owner; the models of products belong to nobody who signs in."""
    return not public and identity.owns(owner)
