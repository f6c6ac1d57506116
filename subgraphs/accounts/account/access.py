"""Who sees what of an account. Whoever is not named here sees nothing."""

from uuid import UUID

from shared.identity import Identity


def sees_account(identity: Identity, account_id: UUID) -> bool:
    """Everything: oneself, and those who look after customers."""
    if identity.subject == account_id and not identity.has("visitor"):
        return True
    return identity.has("crm", "manager")


def sees_name(identity: Identity, account_id: UUID) -> bool:
    """The name alone: also the operators, who hand work to each other."""
    return sees_account(identity, account_id) or identity.has("operator")
