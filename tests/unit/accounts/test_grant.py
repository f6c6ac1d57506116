from uuid import uuid4

from subgraphs.accounts.identity.grant import (
    MANAGE_ACCOUNT,
    WRITE_ORDERS,
    grant_to_key,
    grant_to_person,
    session_in,
)

ACCOUNT, SESSION, VISITOR = uuid4(), uuid4(), uuid4()


def test_who_signs_in_keeps_what_they_made_as_a_visitor() -> None:
    grant = grant_to_person(
        ACCOUNT, "Ada", "a@example.com", ("customer",), session_id=SESSION, visitors=(VISITOR,)
    )
    assert grant.also == (VISITOR,)


def test_a_session_can_be_found_again_to_be_closed() -> None:
    grant = grant_to_person(
        ACCOUNT, "Ada", "a@example.com", ("customer",), session_id=SESSION, visitors=()
    )
    assert session_in(grant.scopes) == SESSION


def test_a_key_writes_orders_but_looks_after_no_account() -> None:
    grant = grant_to_key(ACCOUNT, "Bracket", "b@example.com", ("partner",))
    assert WRITE_ORDERS in grant.scopes
    assert MANAGE_ACCOUNT not in grant.scopes
    assert session_in(grant.scopes) is None
    assert grant.partner == ACCOUNT


def test_a_key_of_a_partner_who_is_also_staff_is_only_a_partner() -> None:
    assert grant_to_key(ACCOUNT, "B", "b@example.com", ("manager", "partner")).roles == ("partner",)
