"""Who may look at deliveries: payloads are names, addresses and prices of customers."""

from shared.graphql.context import Info
from shared.identity import Identity, require


def admit(info: Info) -> Identity:
    """The manager who asks. Raises SignInRequired and Forbidden for everybody else."""
    identity = info.context.identity
    require(identity, "manager")
    return identity


def actor(identity: Identity) -> str:
    """Who did it, as it is kept: a name may change or be somebody else's, too."""
    return f"{identity.name} ({identity.email or identity.subject})".strip()
