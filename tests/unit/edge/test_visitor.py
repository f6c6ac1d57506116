import pytest

from gateway.edge.authentication.visitor import VisitorCookies
from shared.identity import Identity, InvalidToken, TokenSigner, TokenVerifier, new_key_pair

PRIVATE, PUBLIC = new_key_pair()


def test_a_minted_visitor_is_recognised_again() -> None:
    cookies = VisitorCookies(PRIVATE, secure=False)
    visitor, value = cookies.mint()
    assert cookies.read(value) == visitor


def test_a_cookie_of_another_gateway_names_nobody() -> None:
    _, value = VisitorCookies(new_key_pair()[0], secure=False).mint()
    assert VisitorCookies(PRIVATE, secure=False).read(value) is None


@pytest.mark.parametrize("value", [None, "", "nonsense", "a.b.c"])
def test_a_missing_or_broken_cookie_names_nobody(value: str | None) -> None:
    assert VisitorCookies(PRIVATE, secure=False).read(value) is None


def test_a_token_for_subgraphs_is_no_visitor_cookie() -> None:
    visitor, _ = VisitorCookies(PRIVATE, secure=False).mint()
    token = TokenSigner(PRIVATE).sign(Identity(visitor, frozenset({"visitor"})))
    assert VisitorCookies(PRIVATE, secure=False).read(token) is None


def test_a_visitor_cookie_is_no_token_for_subgraphs() -> None:
    _, value = VisitorCookies(PRIVATE, secure=False).mint()
    with pytest.raises(InvalidToken):
        TokenVerifier(PUBLIC).verify(value)


def test_the_cookie_is_kept_from_scripts_and_other_sites() -> None:
    cookies = VisitorCookies(PRIVATE, secure=True)
    for header in (cookies.set_cookie("v"), cookies.clear_session_cookie()):
        assert "HttpOnly" in header
        assert "SameSite=Lax" in header
        assert "Secure" in header
    assert "Secure" not in VisitorCookies(PRIVATE, secure=False).set_cookie("v")
