"""Who sees what of a work order."""

from uuid import uuid4

from shared.identity import Identity
from subgraphs.operator.work.access import Sight, sight

OWNER, PARTNER = uuid4(), uuid4()


def seen_by(*roles: str, **more: object) -> Sight:
    fields = {"subject": uuid4()} | more
    return sight(Identity(roles=frozenset(roles), **fields), OWNER, PARTNER)  # type: ignore[arg-type]


def test_operators_and_managers_see_everything_and_crm_all_but_pay() -> None:
    assert seen_by("operator") is Sight.FULL
    assert seen_by("manager") is Sight.FULL
    assert seen_by("crm") is Sight.STAFF


def test_the_owner_and_his_partner_see_how_far_it_is() -> None:
    assert seen_by("customer", subject=OWNER) is Sight.OWNER
    assert seen_by("partner", partner=PARTNER) is Sight.OWNER
    assert seen_by("customer", also=frozenset({OWNER})) is Sight.OWNER


def test_for_anybody_else_it_does_not_exist() -> None:
    assert seen_by("customer") is Sight.NONE
    assert seen_by("visitor") is Sight.NONE
    assert seen_by("partner", partner=uuid4()) is Sight.NONE
