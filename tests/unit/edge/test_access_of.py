"""What callers of the public door may see of parts that the schema guards."""

from uuid import uuid4

from gateway.edge.authentication.access import access_of
from gateway.edge.authentication.caller import Caller, Known
from gateway.federation import Access
from shared.identity import Identity


def caller(roles: set[str], scopes: set[str] | None = None) -> Caller:
    identity = Identity(uuid4(), frozenset(roles), scopes=frozenset(scopes or ()))
    return Caller(identity, Known.SESSION)


def test_visitors_are_strangers_whatever_they_bring() -> None:
    assert access_of(caller({"visitor"}, {"orders"})) == Access()
    assert access_of(caller(set())) == Access()


def test_people_have_their_scopes_and_their_roles_as_policies() -> None:
    access = access_of(caller({"crm", "manager"}, {"orders:write"}))
    assert access.authenticated
    assert access.scopes == {"orders:write"}
    assert access.policies == {"crm", "manager"}
