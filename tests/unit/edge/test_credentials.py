import pytest

from gateway.edge.authentication.credentials import (
    Credentials,
    UnusableCredentials,
    read_credentials,
)

COOKIES = {"partline_session": "s", "partline_visitor": "v"}


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer plk_abc"},
        {"authorization": "bearer  plk_abc "},
        {"x-api-key": " plk_abc "},
    ],
)
def test_an_api_key_is_read_from_either_header(headers: dict[str, str]) -> None:
    assert read_credentials(headers, {}) == Credentials(api_key="plk_abc")


def test_a_key_never_acts_with_the_cookies_beside_it() -> None:
    assert read_credentials({"x-api-key": "plk_abc"}, COOKIES) == Credentials(api_key="plk_abc")


def test_cookies_name_session_and_visitor() -> None:
    assert read_credentials({}, COOKIES) == Credentials(session="s", visitor="v")


@pytest.mark.parametrize(
    "value", ["Basic YWRhOmJ5cm9u", "Bearer", "Bearer  ", "Bearer eyJhbGciOi", "plk_abc", ""]
)
def test_an_authorization_that_is_no_api_key_is_refused_rather_than_overlooked(
    value: str,
) -> None:
    with pytest.raises(UnusableCredentials):
        read_credentials({"authorization": value}, COOKIES)


def test_an_endless_key_is_refused_before_anybody_is_asked() -> None:
    with pytest.raises(UnusableCredentials):
        read_credentials({"x-api-key": "plk_" + "a" * 10_000}, {})


def test_an_empty_or_endless_cookie_is_no_credential() -> None:
    cookies = {"partline_session": "", "partline_visitor": "v" * 5000}
    assert read_credentials({}, cookies) == Credentials()
