"""The token between gateway and subgraphs."""

import time
from uuid import uuid4

import pytest

from shared.errors import Forbidden, SignInRequired
from shared.identity import (
    TOKEN_SECONDS,
    Identity,
    InvalidToken,
    TokenSigner,
    TokenVerifier,
    new_key_pair,
    require,
)

PRIVATE, PUBLIC = new_key_pair()
SIGNER, VERIFIER = TokenSigner(PRIVATE), TokenVerifier(PUBLIC)


def someone(*roles: str) -> Identity:
    return Identity(subject=uuid4(), roles=frozenset(roles))


def test_an_identity_survives_the_way_through_a_token() -> None:
    identity = Identity(
        subject=uuid4(),
        roles=frozenset({"partner"}),
        also=frozenset({uuid4()}),
        scopes=frozenset({"orders:write"}),
        partner=uuid4(),
        name="Bracket & Sons",
        email="partner@partline.example",
    )
    assert VERIFIER.verify(SIGNER.sign(identity)) == identity


def test_a_token_of_another_key_is_refused() -> None:
    other_private, _ = new_key_pair()
    with pytest.raises(InvalidToken):
        VERIFIER.verify(TokenSigner(other_private).sign(someone("manager")))


def test_an_expired_token_is_refused() -> None:
    token = SIGNER.sign(someone("manager"), now=time.time() - TOKEN_SECONDS - 30)
    with pytest.raises(InvalidToken):
        VERIFIER.verify(token)


def test_a_token_that_was_accepted_is_refused_once_it_expires(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = SIGNER.sign(someone("manager"))
    VERIFIER.verify(token)
    later = time.time() + TOKEN_SECONDS + 10
    monkeypatch.setattr("shared.identity.time.time", lambda: later)
    monkeypatch.setattr(TokenVerifier, "_check", refuse)
    with pytest.raises(InvalidToken):
        VERIFIER.verify(token)


def refuse(_: TokenVerifier, token: str) -> None:
    raise InvalidToken(f"{token} is old")


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_refused(token: str | None) -> None:
    with pytest.raises(InvalidToken):
        VERIFIER.verify(token)


def test_a_role_that_does_not_exist_is_dropped_from_a_token() -> None:
    assert VERIFIER.verify(SIGNER.sign(someone("crm", "root"))).roles == {"crm"}


def test_a_visitor_who_lacks_a_role_is_asked_to_sign_in_and_others_are_refused() -> None:
    with pytest.raises(SignInRequired):
        require(someone("visitor"), "crm")
    with pytest.raises(Forbidden):
        require(someone("customer"), "crm", "manager")
    require(someone("manager"), "crm", "manager")


def test_an_account_owns_what_it_made_as_a_visitor_and_nothing_of_strangers() -> None:
    visitor, partner = uuid4(), uuid4()
    identity = Identity(
        subject=uuid4(), roles=frozenset({"customer"}), also=frozenset({visitor}), partner=partner
    )
    assert identity.owns(identity.subject)
    assert identity.owns(visitor)
    assert identity.owns(partner)
    assert not identity.owns(uuid4())
    assert not identity.owns(None)
