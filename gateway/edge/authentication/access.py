"""What the access directives of the graph hold of a caller."""

from gateway.edge.authentication.caller import Caller
from gateway.federation import Access


def access_of(caller: Caller) -> Access:
    """What `@authenticated`, `@requiresScopes` and `@policy` let the caller see.

    Visitors are strangers. Scopes are those of the session or API key; each role that the
    caller holds is a policy of its name (`@policy(policies: [["crm"]])`).
    """
    identity = caller.identity
    if identity.roles <= {"visitor"}:
        return Access()
    return Access(authenticated=True, scopes=identity.scopes, policies=identity.roles)
