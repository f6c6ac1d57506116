from uuid import uuid4

import pytest

from shared.identity import Identity
from subgraphs.accounts.account.access import sees_account, sees_name

ACCOUNT = uuid4()


def somebody(*roles: str) -> Identity:
    return Identity(subject=uuid4(), roles=frozenset(roles))


def test_everybody_sees_their_own_account() -> None:
    assert sees_account(Identity(subject=ACCOUNT, roles=frozenset({"customer"})), ACCOUNT)


@pytest.mark.parametrize("role", ["crm", "manager"])
def test_who_looks_after_customers_sees_every_account(role: str) -> None:
    assert sees_account(somebody(role), ACCOUNT)


@pytest.mark.parametrize("role", ["visitor", "customer", "partner", "operator", "gateway"])
def test_nobody_else_sees_an_account(role: str) -> None:
    assert not sees_account(somebody(role), ACCOUNT)


@pytest.mark.parametrize(
    ("role", "sees"),
    [("operator", True), ("visitor", False), ("customer", False), ("partner", False)],
)
def test_operators_see_the_name_alone(role: str, sees: bool) -> None:
    assert sees_name(somebody(role), ACCOUNT) is sees


def test_the_visitor_that_became_an_account_does_not_see_it_without_signing_in() -> None:
    visitor = Identity(subject=ACCOUNT, roles=frozenset({"visitor"}))
    assert not sees_account(visitor, ACCOUNT)
    assert not sees_name(visitor, ACCOUNT)
