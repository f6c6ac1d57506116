"""Who may see and change a model."""

from uuid import uuid4

import pytest

from shared.identity import Identity
from subgraphs.editor.models.access import may_change, may_read

OWNER = uuid4()


def somebody(*roles: str) -> Identity:
    return Identity(subject=uuid4(), roles=frozenset(roles))


@pytest.mark.parametrize("role", ["crm", "operator", "manager"])
def test_staff_see_every_model_and_change_none(role: str) -> None:
    assert may_read(somebody(role), OWNER, public=False)
    assert not may_change(somebody(role), OWNER, public=False)


@pytest.mark.parametrize("role", ["visitor", "customer", "partner"])
def test_others_see_only_the_models_of_products(role: str) -> None:
    assert not may_read(somebody(role), OWNER, public=False)
    assert may_read(somebody(role), OWNER, public=True)
    assert not may_change(somebody(role), OWNER, public=True)


def test_a_model_of_a_visitor_stays_theirs_after_signing_in() -> None:
    signed_in = Identity(subject=uuid4(), roles=frozenset({"customer"}), also=frozenset({OWNER}))
    assert may_read(signed_in, OWNER, public=False)
    assert may_change(signed_in, OWNER, public=False)
