"""Who may see, change and submit orders, and order which models."""

from uuid import UUID, uuid4

import pytest

from shared.errors import Forbidden, SignInRequired
from shared.identity import Identity
from subgraphs.shop.models.access import may_order
from subgraphs.shop.orders.access import (
    WRITE_SCOPE,
    Ownership,
    may_cancel,
    may_read,
    may_see_customer,
    owns,
    require_submitter,
    require_write,
)

OWNER, PARTNER = uuid4(), uuid4()
ORDER = Ownership(OWNER, PARTNER)


def who(
    role: str,
    subject: UUID | None = None,
    *,
    partner: UUID | None = None,
    also: frozenset[UUID] = frozenset(),
    scopes: frozenset[str] = frozenset({WRITE_SCOPE}),
) -> Identity:
    return Identity(
        subject or uuid4(), frozenset({role}), also=also, partner=partner, scopes=scopes
    )


@pytest.mark.parametrize(
    ("identity", "own", "read", "cancel", "customer"),
    [
        (who("visitor", OWNER), True, True, True, True),
        (who("customer", OWNER), True, True, True, True),
        (who("customer", also=frozenset({OWNER})), True, True, True, True),
        (who("partner", partner=PARTNER), True, True, True, True),
        (who("customer"), False, False, False, False),
        (who("partner", partner=uuid4()), False, False, False, False),
        (who("operator"), False, True, False, False),
        (who("crm"), False, True, True, True),
        (who("manager"), False, True, True, True),
        (who("gateway"), False, False, False, False),
    ],
)
def test_an_order_answers_its_owner_its_partner_and_staff(
    identity: Identity, own: bool, read: bool, cancel: bool, customer: bool
) -> None:
    assert owns(identity, ORDER) is own
    assert may_read(identity, ORDER) is read
    assert may_cancel(identity, ORDER) is cancel
    assert may_see_customer(identity, ORDER) is customer


def test_an_order_without_a_partner_is_not_everybodys() -> None:
    assert not owns(who("customer"), Ownership(OWNER))


def test_writing_needs_the_scope_unless_one_is_a_visitor() -> None:
    require_write(who("visitor", scopes=frozenset()))
    require_write(who("customer"))
    with pytest.raises(Forbidden):
        require_write(who("customer", scopes=frozenset({"orders:read"})))


def test_only_a_partner_with_the_scope_submits() -> None:
    assert require_submitter(who("partner", partner=PARTNER)) == PARTNER
    with pytest.raises(SignInRequired):
        require_submitter(who("visitor"))
    for stranger in (
        who("manager"),
        who("partner"),
        who("partner", partner=PARTNER, scopes=frozenset({"orders:read"})),
    ):
        with pytest.raises(Forbidden):
            require_submitter(stranger)


def test_a_model_is_ordered_by_its_owner_and_a_products_by_everyone() -> None:
    assert may_order(OWNER, public=False, owners=[OWNER])
    assert not may_order(OWNER, public=False, owners=[uuid4()])
    assert not may_order(None, public=False, owners=[OWNER])
    assert may_order(OWNER, public=True, owners=[])
