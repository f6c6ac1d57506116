"""Who may read a message: they may name prices, so operators may not."""

from uuid import UUID

from shared.identity import Identity, Role

READERS: tuple[Role, ...] = ("crm", "manager")


def may_read(identity: Identity, account_id: UUID) -> bool:
    """Staff who deal with customers, and whoever the message was written to."""
    return identity.has(*READERS) or identity.owns(account_id)
